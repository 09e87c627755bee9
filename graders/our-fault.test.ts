import { beforeAll, expect, test } from 'vitest'
import { connectEngine } from './sandbox/engine.ts'
import { startTestEngine } from './sandbox/test-engine.ts'
import { startSilentEngine } from './sandbox/test-silent-engine.ts'
import { leftovers, makeInbox, quickDockerfile, startCgrade } from './test-runs.ts'
import { onlyNightly } from './test-skip.ts'

/** Where we fail, nobody gets a zero. */

const root = process.getuid?.() === 0
const needsRoot = root ? '' : ' (skipped: a second engine needs root)'

beforeAll(async () => {
  await connectEngine()
})

test.skipIf(!root)(
  `H88: an engine that dies in the middle leaves the rest ungraded, and the finished grades kept${needsRoot}`,
  async () => {
    await using engine = await startTestEngine()
    await using inbox = await makeInbox()
    for (const id of ['a', 'b', 'c', 'd']) await inbox.add(id, { Dockerfile: quickDockerfile }, { server: true })
    const run = startCgrade(['batch', inbox.folder, '--out', inbox.reports, '--jobs', '1'], {
      DOCKER_HOST: engine.endpoint,
      // It is waited for: twenty seconds then.
      CGRADE_ENGINE_TIMEOUT: '8',
    })
    await new Promise<void>((resolve) => {
      run.stderr.on('data', (chunk: Buffer) => {
        if (/\[1\/4\]/.test(String(chunk))) resolve()
      })
      run.finally(resolve)
    })
    await engine.kill()
    const ended = await run
    expect(ended.exitCode, ended.stderr).toBe(3)
    expect(ended.stderr).toMatch(/The engine does not answer; waiting for it/)
    const { grades } = await inbox.grades()
    expect(grades.map((grade) => grade.submission.id)).toEqual(['a', 'b', 'c', 'd'])
    expect(grades[0]).toMatchObject({ status: 'graded', score: 58, maxScore: 58 })
    for (const grade of grades.slice(2)) {
      expect(grade).toMatchObject({ status: 'ungraded', error: { code: expect.stringMatching(/^engine\./) } })
      expect(grade).not.toHaveProperty('score')
    }
  },
)

test.skipIf(!root)(`H88: a disk that fills up during a build makes the grade ungraded${needsRoot}`, async () => {
  await using engine = await startTestEngine({ diskBytes: 120_000_000 })
  await using inbox = await makeInbox()
  await inbox.add(
    'big',
    { Dockerfile: `FROM scratch\nCOPY hs fill /\nRUN ["/hs"]\n`, fill: 'x'.repeat(95_000_000) },
    { server: true },
  )
  const ended = await startCgrade(['batch', inbox.folder, '--out', inbox.reports], { DOCKER_HOST: engine.endpoint })
  expect(ended.exitCode, ended.stderr).toBe(3)
  const { grades } = await inbox.grades()
  expect(grades[0]).toMatchObject({ status: 'ungraded', error: { code: 'disk.full' } })
})

test.for<[string, RegExp]>([
  ['a build is asked for', /^POST \/\S*\/?build\?/m],
  ['a container is created', /^POST \/\S*\/?containers\/create/m],
])(
  'H88: an engine that hangs when %s ends the run soon, ungraded, and what it left is reaped by the next',
  { timeout: 300_000 },
  async ([, call], context) => {
    if (call.source.includes('build')) onlyNightly(context)
    const { docker, endpoint } = await connectEngine()
    const timeLimitMs = 150_000
    await using inbox = await makeInbox()
    for (const id of ['a', 'b']) await inbox.add(id, { Dockerfile: quickDockerfile }, { server: true })
    {
      await using engine = await startSilentEngine(call, 2, endpoint.slice('unix://'.length))
      const began = performance.now()
      const ended = await startCgrade(['batch', inbox.folder, '--out', inbox.reports, '--jobs', '1'], {
        DOCKER_HOST: engine.endpoint,
        CGRADE_ENGINE_TIMEOUT: '2',
      })
      expect(ended.exitCode, ended.stderr).toBe(3)
      expect(performance.now() - began).toBeLessThan(timeLimitMs)
      expect(engine.unanswered()).toBeGreaterThan(0)
    }
    const { grades } = await inbox.grades()
    expect(grades).toHaveLength(2)
    for (const grade of grades.slice(1)) {
      expect(grade).toMatchObject({ status: 'ungraded', error: { code: expect.stringMatching(/^engine\./) } })
      expect(grade).not.toHaveProperty('score')
    }
    await using next = await makeInbox()
    await next.add('a', { Dockerfile: quickDockerfile }, { server: true })
    const after = await startCgrade(['batch', next.folder, '--out', next.reports])
    expect(after.exitCode, after.stderr).toBe(0)
    expect(await leftovers(docker)).toEqual([])
  },
)

test('H88: no engine at all is said in one sentence, with what to do', async () => {
  await using inbox = await makeInbox()
  await inbox.add('a', { Dockerfile: quickDockerfile }, { server: true })
  const ended = await startCgrade(['batch', inbox.folder, '--out', inbox.reports], {
    DOCKER_HOST: 'unix:///nonexistent.sock',
  })
  expect(ended.exitCode).toBe(3)
  expect(ended.stdout).toBe('')
  expect(ended.stderr).toMatch(/engine/)
  expect(ended.stderr).toMatch(/doctor/)
})

test('a broken submission in the middle stops nobody', async () => {
  await using inbox = await makeInbox()
  await inbox.add('a', { Dockerfile: quickDockerfile }, { server: true })
  await inbox.add('b', { Dockerfile: 'FORM scratch\n' })
  await inbox.add('c', { 'cgrade.yml': 'httpserver:\n  prot: 8080\n', Dockerfile: quickDockerfile }, { server: true })
  await inbox.add('d', { Dockerfile: quickDockerfile }, { server: true })
  const ended = await startCgrade(['batch', inbox.folder, '--out', inbox.reports])
  expect(ended.exitCode, ended.stderr).toBe(0)
  const { grades } = await inbox.grades()
  expect(grades.map((grade) => [grade.status, grade.status === 'ungraded' ? undefined : grade.score])).toEqual([
    ['graded', 58],
    ['graded', 0],
    ['rejected', 0],
    ['graded', 58],
  ])
  expect(await leftovers((await connectEngine()).docker)).toEqual([])
})
