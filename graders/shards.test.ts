import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { gradesFileSchema } from './model/grade.ts'
import { makeInbox, quickDockerfile, startCgrade } from './test-runs.ts'

/** Several machines without a queue: each grades a part, and one of them merges. */

const assignment = ['--assignment', 'cncamp-module3']

test('shards make the run that one machine would have made, and a missing one is named', async () => {
  await using inbox = await makeInbox()
  await inbox.add('b-serves', { Dockerfile: quickDockerfile }, { server: true })
  for (const id of ['a-leads-out', 'c-leads-out']) {
    await inbox.add(id, { Dockerfile: quickDockerfile })
    await symlink('/etc/passwd', join(inbox.folder, id, 'passwd'))
  }
  const folderOf = (shard: string) => join(inbox.folder, '..', shard.replace('/', '-of-'))
  const grade = async (shard: string) => {
    const words = ['batch', inbox.folder, '--shard', shard, '--seed', 's', '--out', folderOf(shard)]
    const ended = await startCgrade([...words, ...assignment])
    expect(ended.exitCode, ended.stderr).toBe(0)
    return ended.stderr
  }
  const merge = (...shards: string[]) =>
    startCgrade([
      'merge',
      ...shards.map(folderOf),
      '--json',
      '--out',
      `${inbox.reports}-${shards.length}`,
      ...assignment,
    ])

  expect(await grade('1/4')).toContain('shard 1/4 of 3')
  await grade('2/4')
  await grade('3/4')
  expect(await grade('4/4')).toContain('This shard is empty')

  const some = await merge('1/4', '3/4')
  expect(some.exitCode).toBe(3)
  expect(some.stderr).toContain('Shards 2/4, 4/4 are missing')
  const all = await merge('1/4', '2/4', '3/4', '4/4')
  expect(all.exitCode, all.stderr).toBe(0)
  expect(all.stderr).not.toContain('missing')
  const file = gradesFileSchema.parse(JSON.parse(all.stdout))
  expect(file.run).toMatchObject({ seed: 's' })
  expect(file.run).not.toHaveProperty('shard')
  expect(file.grades.map(({ submission, status }) => [submission.id, status])).toEqual([
    ['a-leads-out', 'rejected'],
    ['b-serves', 'graded'],
    ['c-leads-out', 'rejected'],
  ])

  await grade('1/2')
  const mixed = await merge('1/4', '1/2', '2/4')
  expect(mixed.exitCode).toBe(2)
  expect(mixed.stderr).toContain('not of one division')
})
