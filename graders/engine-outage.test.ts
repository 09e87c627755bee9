import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import type { GradesFile } from './model/grade.ts'
import { connectEngine, runLabel } from './sandbox/engine.ts'
import { startTestEngine, type TestEngine } from './sandbox/test-engine.ts'
import { leftovers, makeInbox, quickDockerfile, startCgrade } from './test-runs.ts'
import { comparableGrades } from './test-same-grades.ts'
import { nightly, onlyNightly } from './test-skip.ts'

/** An engine that goes away in the middle of a batch and comes back: nobody's grade depends on it. */

const root = process.getuid?.() === 0
const needsRoot = root ? '' : ' (skipped: a second engine needs root)'

beforeAll(async () => {
  await connectEngine()
})

interface Way {
  name: string
  disturb(engine: TestEngine): Promise<void>
}

/** Engine 20.10 may be unable for a while to remove what it was making when it was told to end. */
const slowWays: Way[] = [
  { name: 'is restarted in order', disturb: (engine) => engine.restart('SIGTERM', 2_000) },
  { name: 'hangs for a minute', disturb: (engine) => engine.hang(60_000) },
]

interface Batch {
  file: GradesFile
  told: string
  code: number | undefined
}

/** Five that are right, one that does not build; `disturb` is called while at least one container of a submission runs. */
async function gradeSix(engine: TestEngine, disturb?: () => Promise<void>): Promise<Batch> {
  await using inbox = await makeInbox()
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    // Not the same submission: each is built for itself.
    await inbox.add(id, { Dockerfile: quickDockerfile, 'note.txt': id }, { server: true })
  }
  await inbox.add('f', { Dockerfile: 'FORM scratch\n' })
  const words = ['batch', inbox.folder, '--out', inbox.reports, '--jobs', '2', '--seed', 'outage']
  const run = startCgrade(words, { DOCKER_HOST: engine.endpoint, CGRADE_ENGINE_TIMEOUT: '20' })
  let told = ''
  run.stderr.on('data', (chunk: Buffer) => {
    told += String(chunk)
  })
  if (disturb !== undefined) {
    await untilInFlight(engine, () => told)
    await disturb()
  }
  const ended = await run
  const file = await inbox.grades().catch((thrown) => {
    throw new Error(`${ended.stderr}\n${thrown}`)
  })
  return { file: { ...file, grades: file.grades.map(withoutFolder) }, told: ended.stderr, code: ended.exitCode }
}

async function untilInFlight({ docker }: TestEngine, told: () => string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const running = await docker.listContainers({ filters: { label: [runLabel] } })
    if (told().includes('[1/6]') && running.length > 0) return
    await sleep(50)
  }
  throw new Error(`nothing was in flight:\n${told()}`)
}

/** The inbox of each batch is another temporary folder. */
function withoutFolder<G extends GradesFile['grades'][number]>(grade: G): G {
  return { ...grade, submission: { ...grade.submission, source: grade.submission.id } }
}

describe.skipIf(!root)(`after an engine that goes away and comes back${needsRoot}`, () => {
  const ways: Way[] = [
    { name: 'crashes and is outlived by its containers', disturb: (engine) => engine.restart('SIGKILL', 2_000) },
    ...(nightly ? slowWays : []),
  ]

  test.each(ways)(
    'every grade is that of an undisturbed run where it $name, and nothing is left in it',
    async ({ disturb }) => {
      await using engine = await startTestEngine()
      const calm = await gradeSix(engine)
      expect(calm.code, calm.told).toBe(0)
      const disturbed = await gradeSix(engine, () => disturb(engine))
      expect(disturbed.told).toContain('The engine does not answer; waiting for it.')
      expect(disturbed.code, disturbed.told).toBe(0)
      expect(comparableGrades(disturbed.file)).toEqual(comparableGrades(calm.file))
      expect(await leftovers(engine.docker)).toEqual([])
    },
    300_000,
  )

  test('Ctrl-C ends the wait for it, with the finished grades kept', async (context) => {
    onlyNightly(context)
    await using engine = await startTestEngine()
    await using inbox = await makeInbox()
    for (const id of ['a', 'b', 'c']) {
      await inbox.add(id, { Dockerfile: quickDockerfile, 'note.txt': id }, { server: true })
    }
    const run = startCgrade(['batch', inbox.folder, '--out', inbox.reports, '--jobs', '1'], {
      DOCKER_HOST: engine.endpoint,
    })
    let isDead = false
    let isStopped = false
    run.stderr.on('data', (chunk: Buffer) => {
      if (!isDead && /\[1\/3\]/.test(String(chunk))) {
        isDead = true
        void engine.kill()
      }
      if (!isStopped && /waiting for it/.test(String(chunk))) {
        isStopped = true
        run.kill('SIGINT')
      }
    })
    const ended = await run
    expect(ended.exitCode, ended.stderr).toBe(130)
    const file = await inbox.grades()
    expect(file.run.interrupted).toBe(true)
    expect(file.grades.map((grade) => [grade.submission.id, grade.status])).toEqual([['a', 'graded']])
  })
})
