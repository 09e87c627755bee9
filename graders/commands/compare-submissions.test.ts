import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileNameOf } from '../model/identity.ts'
import { similaritySchema } from '../model/similarity.ts'
import { goServer, otherServer, reformatted } from '../stages/similarity/test-programs.ts'
import { makeInbox, quickDockerfile, startCgrade } from '../test-runs.ts'

const students = { 'li-wei': goServer, wang: reformatted, alice: otherServer }

test('a batch tells staff who has the same file, in two files, and no student', async () => {
  await using inbox = await makeInbox()
  for (const [id, text] of Object.entries(students)) {
    await inbox.add(id, { Dockerfile: quickDockerfile, 'server.go': text }, { server: true })
  }
  const { exitCode } = await startCgrade(['batch', inbox.folder, '--out', inbox.reports, '--exercises', 'httpserver'])
  expect(exitCode).toBe(0)
  const told = similaritySchema.parse(JSON.parse(await readFile(join(inbox.reports, 'similarity.json'), 'utf8')))
  expect(told).toMatchObject({ compared: 3, notes: [] })
  const why = 'same file `server.go` but for comments, white space and case'
  expect(told.groups).toEqual([
    { kind: 'normalised', why, file: 'server.go', submissionIds: expect.arrayContaining(['li-wei', 'wang']) },
  ])
  const page = await readFile(join(inbox.reports, 'index.html'), 'utf8')
  expect(page).toContain('but for comments, white space and case')

  for (const id of Object.keys(students)) {
    const folder = join(inbox.reports, fileNameOf(id))
    for (const name of await readdir(folder)) {
      const text = await readFile(join(folder, name), 'utf8')
      expect(text, `${id}/${name}`).not.toMatch(/similar|same file|white space and case/i)
      const others = Object.keys(students).filter((other) => other !== id)
      expect(others.filter((other) => text.includes(other))).toEqual([])
    }
  }
  const grades = await readFile(join(inbox.reports, 'grades.json'), 'utf8')
  expect(grades).not.toMatch(/similar|fingerprint/i)

  const again = await startCgrade(['report', inbox.reports, '--format', 'staff'])
  expect([again.exitCode, again.stderr]).toEqual([0, expect.stringContaining('index.html')])
  expect(await readFile(join(inbox.reports, 'index.html'), 'utf8')).toBe(page)
})

test('the page about all is not written into the folder of one student', async () => {
  await using inbox = await makeInbox()
  await inbox.add('alice', { Dockerfile: 'FROM nowhere' })
  await startCgrade(['batch', inbox.folder, '--out', inbox.reports, '--exercises', 'httpserver'])
  const { exitCode, stderr } = await startCgrade(['report', inbox.reports, '--format', 'staff', '--only', 'alice'])
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('does not go with `--only alice`')])
})
