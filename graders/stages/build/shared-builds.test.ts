import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { beforeAll, expect, test } from 'vitest'
import type { Grade } from '../../model/grade.ts'
import { renderTranscript } from '../../reporters/transcript.ts'
import { connectEngine, roleLabel, runLabel } from '../../sandbox/engine.ts'
import { leftovers, makeInbox, startCgrade } from '../../test-runs.ts'

let docker: Docker
beforeAll(async () => {
  docker = (await connectEngine()).docker
})

const dockerfile = 'FROM busybox\nRUN echo built\nCOPY hs /hs\nENTRYPOINT ["/hs"]\n'

/** Steps with RUN that the engine has carried out for a run: each starts a container that has the labels of its run-base. */
async function countSteps(work: () => Promise<string>): Promise<number> {
  const filters = JSON.stringify({ type: ['container'], event: ['start'], label: [`${roleLabel}=run-base`] })
  const events = (await docker.getEvents({ filters } as object)) as unknown as Readable
  let text = ''
  events.on('data', (chunk) => {
    text += String(chunk)
  })
  const run = await work().finally(() => events.destroy())
  const told = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { Actor: { Attributes: Record<string, string> } })
  return told.filter(({ Actor }) => Actor.Attributes[runLabel] === run).length
}

function gradeOf(grades: Grade[], id: string): Grade {
  const grade = grades.find(({ submission }) => submission.id === id)
  if (grade === undefined) throw new Error(`${id} was not graded`)
  return grade
}

test('three identical submissions are built once, beside one that is another, and get the same grade', async () => {
  await using inbox = await makeInbox()
  for (const id of ['a', 'b', 'd']) await inbox.add(id, { Dockerfile: dockerfile }, { server: true })
  await inbox.add('c', { Dockerfile: dockerfile, 'note.txt': 'of my own' }, { server: true })
  const steps = await countSteps(async () => {
    const ended = await startCgrade(['batch', inbox.folder, '--out', inbox.reports, '--jobs', '2'])
    expect(ended.exitCode, ended.stderr).toBe(0)
    return (await inbox.grades()).run.id
  })
  expect(steps).toBe(2)
  const { grades } = await inbox.grades()
  const first = gradeOf(grades, 'a')
  for (const id of ['b', 'd']) {
    const copy = gradeOf(grades, id)
    expect(renderTranscript(copy).replaceAll(id, 'a')).toBe(renderTranscript(first).replaceAll(id, 'a'))
    expect(copy.baseImages).toEqual(first.baseImages)
    expect(copy.flags).toEqual(first.flags)
  }
  expect(versionsIn(gradeOf(grades, 'b'))).not.toEqual(versionsIn(first))
  expect(await leftovers(docker)).toEqual([])
})

/** What the containers of a submission were given by lot. */
function versionsIn(grade: Grade): string[] {
  return JSON.stringify(grade).match(/v\d{1,2}\.\d{1,2}\.\d{4}-[0-9a-f]{6}/g) ?? []
}

test('a build that failed is a verdict for all that have handed in the same', async () => {
  await using inbox = await makeInbox()
  for (const id of ['a', 'b', 'c']) await inbox.add(id, { Dockerfile: 'FROM busybox\nRUN echo no; exit 3\n' })
  const steps = await countSteps(async () => {
    const ended = await startCgrade(['batch', inbox.folder, '--out', inbox.reports, '--jobs', '3'])
    expect(ended.exitCode, ended.stderr).toBe(0)
    return (await inbox.grades()).run.id
  })
  expect(steps).toBe(1)
  const { grades } = await inbox.grades()
  const builds = grades.map(({ exercises }) => exercises[0]?.checks.find(({ id }) => id === 'httpserver.builds'))
  expect(builds[0]).toMatchObject({ outcome: 'failed', reason: 'build.command-failed' })
  for (const { durationMs: _, ...told } of builds.map((one) => one ?? { durationMs: 0 })) {
    expect(told).toEqual({ ...builds[0], durationMs: undefined })
  }
  expect(await leftovers(docker)).toEqual([])
})

test('the same program of the memory exercise is built once', async () => {
  await using inbox = await makeInbox()
  const files = { Dockerfile: 'FROM busybox\nRUN echo built\nCMD ["sh", "-c", "echo malloc; sleep 1"]\n' }
  for (const id of ['a', 'b']) await inbox.add(id, { ...files, 'cgrade.yml': 'memory:\n  dockerfile: Dockerfile\n' })
  const steps = await countSteps(async () => {
    const words = ['batch', inbox.folder, '--out', inbox.reports, '--jobs', '2', '--exercises', 'memory']
    const ended = await startCgrade(words)
    expect(ended.exitCode, ended.stderr).toBe(0)
    return (await inbox.grades()).run.id
  })
  expect(steps).toBe(1)
  expect(await leftovers(docker)).toEqual([])
})
