import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CheckVerdict, LogLine } from '../../model/verdict.ts'
import type { Work } from '../../spec-kit/protocol.ts'
import { loadCourse } from './load-assignment.ts'
import { createSpecRunner, type SpecSubject } from './run-specs.ts'

/** A server in this process that does all that is asked; what is tested is how specs judge it and report. */

const checks = ['passes', 'plain', 'nothing', 'crashes', 'forgot', 'next', 'undeclared', 'builds', 'serves', 'echo']
const ids = checks.map((name) => `web.${name}`)
const spec = `
import { check, expect, randomHeaders } from '#spec-kit'
check('web.passes', 'passes', () => { expect(1).toBe(1) })
check('web.plain', 'fails by a plain expectation', () => { expect('seen').toBe('wanted') })
check('web.nothing', 'expects nothing', () => {})
check('web.crashes', 'crashes', () => { (undefined as never as { x: { y: 1 } }).x.y })
check('web.forgot', 'forgets to await', ({ server }) => { expect(server).toLogClientAddress({ stdout: 0.25, stderr: 0 }) })
check('web.next', 'comes next', async () => { await new Promise((r) => setTimeout(r, 300)); expect(1).toBe(1) })
check('web.builds', 'builds', ({ build }) => { expect(build).toHaveBuilt() })
check('web.serves', 'serves', ({ start }) => { expect(start).toHaveStarted() })
check('web.echo', 'echoes', async ({ server }) => {
  const sent = randomHeaders(2)
  expect(await server.get('/', { headers: sent })).toEchoHeaders(sent)
})
`
const assignment = {
  id: 'web',
  title: 'Web',
  exercises: [{ id: 'web', title: 'Web', checks: ids.map((id) => ({ id, points: 1 })) }],
}

let folder: string
let web: Server
const lines: LogLine[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cgrade-specs-'))
  await writeFile(join(folder, 'assignment.ts'), `export default ${JSON.stringify(assignment)}\n`)
  await writeFile(join(folder, 'web.spec.ts'), spec)
  web = createServer((request, response) => {
    response.setHeaders(new Map(Object.entries(request.headersDistinct).map(([name, values]) => [name, values ?? []])))
    lines.push({ index: lines.length, stream: 'stdout', text: `${request.socket.remoteAddress} 200` })
    response.end()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => web.once('listening', resolve))
})
afterAll(async () => {
  web.close()
  await rm(folder, { recursive: true, force: true })
})

function subject(submissionId: string, part: Partial<Work> = {}): SpecSubject {
  const { port } = web.address() as AddressInfo
  const refuse = async (): Promise<never> => {
    throw new Error('not asked for in this test')
  }
  return {
    work: {
      submissionId,
      exerciseId: 'web',
      checkIds: ids,
      phaseChecks: { build: 'web.builds', boot: 'web.serves' },
      build: { ok: true, imageId: 'sha256:1', dockerfile: 'Dockerfile', context: '.', standIns: [], bytes: 1 },
      boot: {
        ok: true,
        bootId: '1',
        address: '127.0.0.1',
        port,
        env: {},
        routes: ['/'],
        engineAddress: '127.0.0.1',
        startedAt: 0,
      },
      requestTimeoutMs: 2_000,
      observations: {},
      seed: 'seed',
      ...part,
    },
    calls: {
      boot: refuse,
      dispose: async () => {},
      markLog: async () => lines.length,
      logSince: async (_, index) => lines.slice(index),
      logFiles: async () => [],
      isRunning: async () => true,
      namespaceAddresses: refuse,
      stop: refuse,
    },
  }
}

async function judge(subjects: SpecSubject[], workers: number): Promise<Map<string, CheckVerdict>[]> {
  await using runner = createSpecRunner(await loadCourse(folder), { workers, expected: subjects.length })
  const verdicts = await Promise.all(subjects.map((one) => runner.run(one)))
  return verdicts.map((all) => new Map(all.map((verdict) => [verdict.id, verdict])))
}

test('every check of the rubric gets one verdict, and what did not judge is ours', async () => {
  const [verdicts] = await judge([subject('a')], 1)
  expect([...(verdicts?.keys() ?? [])]).toEqual(ids)
  const of = (name: string) => verdicts?.get(`web.${name}`)
  expect(of('passes')).toMatchObject({ outcome: 'passed', credit: 1 })
  expect(of('plain')).toMatchObject({
    outcome: 'failed',
    reason: 'expectation.failed',
    expected: 'wanted',
    actual: 'seen',
  })
  expect(of('nothing')).toMatchObject({ outcome: 'errored', error: { code: 'spec.crashed' } })
  expect(of('crashes')).toMatchObject({ outcome: 'errored', error: { code: 'spec.crashed' } })
  expect(of('undeclared')).toMatchObject({ outcome: 'errored', error: { code: 'spec.none-ran' } })
  expect(of('builds')).toMatchObject({ outcome: 'passed' })
  expect(of('echo')).toMatchObject({ outcome: 'passed' })
})

test('a matcher that is not awaited is an error of its own check and leaves the next one alone', async () => {
  const [verdicts] = await judge([subject('a')], 1)
  expect(verdicts?.get('web.forgot')).toMatchObject({ outcome: 'errored', error: { code: 'spec.crashed' } })
  expect(verdicts?.get('web.next')).toMatchObject({ outcome: 'passed', credit: 1 })
})

test('what needs a server is skipped because of the phase that failed, once', async () => {
  const fault = { reason: 'build.timeout', message: 'too slow' } as const
  const unbuilt = subject('a', { build: { ok: false, fault }, boot: undefined })
  const unstarted = subject('b', { boot: { ok: false, fault: { reason: 'boot.exited', message: 'gone' } } })
  const [first, second] = await judge([unbuilt, unstarted], 2)
  expect(first?.get('web.builds')).toMatchObject({ outcome: 'failed', ...fault })
  expect(first?.get('web.serves')).toMatchObject({ outcome: 'skipped', because: 'web.builds' })
  expect(first?.get('web.echo')).toMatchObject({ outcome: 'skipped', because: 'web.builds' })
  expect(second?.get('web.builds')).toMatchObject({ outcome: 'passed' })
  expect(second?.get('web.serves')).toMatchObject({ outcome: 'failed', reason: 'boot.exited' })
  expect(second?.get('web.echo')).toMatchObject({ outcome: 'skipped', because: 'web.serves' })
})

test('more subjects than slots are judged, each with its own verdicts', async () => {
  const many = Array.from({ length: 12 }, (_, index) => subject(`s${index}`, { checkIds: ['web.passes', 'web.echo'] }))
  await using runner = createSpecRunner(await loadCourse(folder), { workers: 2, expected: 5 })
  const verdicts = await Promise.all(many.map((one) => runner.run(one)))
  expect(verdicts.flat().map((verdict) => verdict.outcome)).toEqual(Array(24).fill('passed'))
})

test('the same seed draws the same values for a submission, and others for another', async () => {
  const { drawFrom } = await import('../../spec-kit/random.ts')
  expect(drawFrom('a').headers(3)).toEqual(drawFrom('a').headers(3))
  expect(drawFrom('a').version()).not.toBe(drawFrom('b').version())
})
