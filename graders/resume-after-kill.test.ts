import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type Docker from 'dockerode'
import { beforeAll, expect, test } from 'vitest'
import { gradesFileSchema } from './model/grade.ts'
import { connectEngine } from './sandbox/engine.ts'
import { abandonedGroups, type Inbox, leftovers, makeInbox, quickDockerfile, startCgrade } from './test-runs.ts'
import { comparableGrades } from './test-same-grades.ts'
import { skipBecause } from './test-skip.ts'

/** Whatever the moment of a `kill -9` is: the run that is gone on with ends as one that nobody has disturbed. */

let docker: Docker
beforeAll(async () => {
  docker = (await connectEngine()).docker
})

async function fillInbox(inbox: Inbox, count: number): Promise<void> {
  const kinds = [
    { files: { Dockerfile: quickDockerfile }, server: true },
    { files: { 'README.md': 'Later.\n' }, server: false },
    { files: { Dockerfile: `${quickDockerfile}EXPOSE 80\n` }, server: false },
    { files: { Dockerfile: quickDockerfile, 'cgrade.yml': 'httpserver: {prot: 80}\n' }, server: false },
    { files: { Dockerfile: `${quickDockerfile}ENV PORT=1\n` }, server: true },
  ]
  for (let index = 0; index < count; index += 1) {
    const { files, server } = kinds[index % kinds.length] ?? { files: {}, server: false }
    await inbox.add(`student-${index}`, { ...files, notes: `${index}\n` }, { server })
  }
}

/** The same moments each time, so that a failure can be repeated: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

async function killDuring(submissions: number, kills: number): Promise<void> {
  await using inbox = await makeInbox()
  await fillInbox(inbox, submissions)
  const begin = (out: string) => ['batch', inbox.folder, '--out', out, '--jobs', '3', '--seed', 'one', '--quiet']
  const startedAtMs = performance.now()
  const undisturbed = await startCgrade(begin(inbox.reports))
  const wholeMs = performance.now() - startedAtMs
  expect(undisturbed.exitCode, undisturbed.stderr).toBe(0)
  const expected = comparableGrades(await inbox.grades())
  const random = randomFrom(20261130)
  for (let round = 0; round < kills; round += 1) {
    const out = `${inbox.reports}-${round}`
    const goOn = () => (existsSync(join(out, 'run.json')) ? ['batch', '--resume', out, '--quiet'] : begin(out))
    const moment = random()
    const killed = startCgrade(begin(out))
    await Promise.race([sleep(moment * wholeMs * 1.1), killed])
    killed.kill('SIGKILL')
    await killed
    const ended = await startCgrade(goOn())
    const what = `round ${round}, killed after ${moment.toFixed(3)} of the run: ${ended.stderr}`
    expect(ended.exitCode, what).toBe(0)
    const file = gradesFileSchema.parse(JSON.parse(await readFile(join(out, 'grades.json'), 'utf8')))
    expect(comparableGrades(file), what).toEqual(expected)
    const files = await readdir(out, { recursive: true })
    expect(
      files.filter((name) => /(^|\/)\./.test(name)),
      what,
    ).toEqual([])
    expect(
      files.filter((name) => name.endsWith('report.html')),
      what,
    ).toHaveLength(submissions)
    expect(await leftovers(docker), what).toEqual([])
    expect(await abandonedGroups(), what).toEqual([])
  }
}

test('twice, at moments drawn before', () => killDuring(5, 2), 600_000)

test('twenty times, over thirty submissions', async (context) => {
  if (process.env.CGRADE_NIGHTLY !== '1') skipBecause(context, 'Takes half an hour: nightly (CGRADE_NIGHTLY=1).')
  await killDuring(30, 20)
}, 7_200_000)
