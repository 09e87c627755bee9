import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Inbox, makeInbox, quickDockerfile, startCgrade } from './test-runs.ts'
import { comparableGrades } from './test-same-grades.ts'

/** `batch --resume`: what a run that broke off still needs, and what it refuses. */

const ids = ['a-serves', 'b-no-dockerfile', 'c-bad-config', 'd-serves']

async function fillInbox(inbox: Inbox): Promise<void> {
  await inbox.add('a-serves', { Dockerfile: quickDockerfile }, { server: true })
  await inbox.add('b-no-dockerfile', { 'README.md': 'Later.\n' })
  await inbox.add('c-bad-config', { Dockerfile: quickDockerfile, 'cgrade.yml': 'httpserver: {prot: 80}\n' })
  await inbox.add('d-serves', { Dockerfile: quickDockerfile, 'README.md': 'Another one.\n' }, { server: true })
}

/** Grades until so many are finished, then sends the signal. */
async function breakOff(inbox: Inbox, finished: number, signal: 'SIGINT' | 'SIGKILL') {
  const run = startCgrade(['batch', inbox.folder, '--out', inbox.reports, '--jobs', '1', '--seed', 'one'])
  run.stderr.on('data', (chunk: Buffer) => {
    if (String(chunk).includes(`[${finished}/`)) run.kill(signal)
  })
  return await run
}

const resume = (inbox: Inbox, ...words: string[]) => startCgrade(['batch', '--resume', inbox.reports, ...words])
const namesIn = async (folder: string) => (await readdir(folder)).filter((name) => name.startsWith('.'))

test('a run that broke off ends as one that did not, with what was graded before left as it was', async () => {
  await using whole = await makeInbox()
  await fillInbox(whole)
  const undisturbed = await startCgrade(['batch', whole.folder, '--out', whole.reports, '--seed', 'one'])
  expect(undisturbed.exitCode, undisturbed.stderr).toBe(0)
  const expected = JSON.stringify(comparableGrades(await whole.grades())).replaceAll(whole.folder, '<inbox>')

  await using inbox = await makeInbox()
  await fillInbox(inbox)
  const stopped = await breakOff(inbox, 1, 'SIGINT')
  expect(stopped.exitCode, stopped.stderr).toBe(130)
  expect(stopped.stderr).toContain(`Go on with: cgrade batch --resume ${inbox.reports}`)
  const before = await inbox.grades()
  expect(before.run.interrupted).toBe(true)

  const early = await resume(inbox, '--seed', 'two')
  expect([early.exitCode, early.stderr]).toEqual([2, expect.stringContaining('its own seed, `one`')])
  const elsewhere = await startCgrade(['batch', whole.folder, '--resume', inbox.reports])
  expect([elsewhere.exitCode, elsewhere.stderr]).toEqual([
    2,
    expect.stringContaining('cannot go on with another value'),
  ])
  const fewer = await resume(inbox, '--exercises', 'httpserver')
  expect([fewer.exitCode, fewer.stderr]).toEqual([2, expect.stringContaining('it began without it')])

  const ended = await resume(inbox)
  expect(ended.exitCode, ended.stderr).toBe(0)
  expect(ended.stderr).toContain(`${before.grades.length} of 4 submissions graded before`)
  const file = await inbox.grades()
  expect(file.grades.map(({ submission }) => submission.id)).toEqual(ids)
  expect(JSON.stringify(comparableGrades(file)).replaceAll(inbox.folder, '<inbox>')).toBe(expected)
  expect([file.run.id, file.run.startedAt]).toEqual([before.run.id, before.run.startedAt])
  expect(file.grades).toEqual(expect.arrayContaining(before.grades))
  expect(await namesIn(inbox.reports)).toEqual([])

  const again = await resume(inbox)
  expect([again.exitCode, again.stderr]).toEqual([0, expect.stringContaining('is complete')])
}, 300_000)

test('what changed meanwhile is graded again, what is gone is left out, and both are told', async () => {
  await using inbox = await makeInbox()
  await fillInbox(inbox)
  await breakOff(inbox, 3, 'SIGKILL')
  await inbox.add('a-serves', { 'README.md': 'One more line.\n' })
  await rm(join(inbox.folder, 'b-no-dockerfile'), { recursive: true })
  const ended = await resume(inbox)
  expect(ended.exitCode, ended.stderr).toBe(0)
  expect(ended.stderr).toContain('Changed since it was graded, and graded again: a-serves')
  expect(ended.stderr).toContain('no longer there, so left out: b-no-dockerfile')
  expect((await inbox.grades()).grades.map(({ submission }) => submission.id)).toEqual(
    ids.filter((id) => id[0] !== 'b'),
  )
}, 300_000)

test('a run is refused while another process writes it, and where other specs would judge the rest', async () => {
  await using inbox = await makeInbox()
  await fillInbox(inbox)
  await inbox.add('e-slow', { Dockerfile: 'FROM busybox\nRUN sleep 100\nCMD ["httpd", "-f"]\n' })
  const running = startCgrade(['batch', inbox.folder, '--out', inbox.reports, '--jobs', '1'])
  await expect.poll(() => readdir(inbox.reports).catch(() => []), { timeout: 60_000 }).toContain('grades.jsonl')
  const second = await resume(inbox)
  expect([second.exitCode, second.stderr]).toEqual([2, expect.stringContaining('is being written by another cgrade')])
  running.kill('SIGKILL')
  await running
  const path = join(inbox.reports, 'run.json')
  const header = JSON.parse(await readFile(path, 'utf8'))
  await writeFile(path, JSON.stringify({ ...header, specsDigest: '0'.repeat(64) }))
  const other = await resume(inbox)
  expect([other.exitCode, other.stderr]).toEqual([2, expect.stringContaining(`cgrade regrade ${inbox.reports}`)])
  expect(await namesIn(inbox.reports)).toEqual([])
}, 300_000)
