import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { XMLParser } from 'fast-xml-parser'
import { afterEach, expect, test, vi } from 'vitest'
import { assignmentSchema } from '../model/assignment.ts'
import { parseSockets } from '../probes/sockets.ts'
import { serveRaw } from '../probes/test-raw-server.ts'
import type { ContainerState } from '../sandbox/container.ts'
import type { LogCapture } from '../sandbox/log-capture.ts'
import { judgeEcho } from '../spec-kit/judge-echo.ts'
import { judgeVersion } from '../spec-kit/judge-version.ts'
import { drawFrom } from '../spec-kit/random.ts'
import { answerWith } from '../spec-kit/test-answer.ts'
import { endedBeforeAnswer, loopbackOnly } from '../stages/boot/boot-faults.ts'

/** A server's forgeries before our judges, and before judges who believe what is easiest to believe. */

const submission = fileURLToPath(
  new URL('../../submissions/corpus/cncamp-module3/wrong-forged-verdicts/submission', import.meta.url),
)
const answer = (headers: [string, string][], body = '') => answerWith(headers, { body })

afterEach(() => {
  vi.useRealTimers()
})

test('H01 control: a grader that collects results from the folder has the ones that were handed in', async () => {
  const files = await readdir(submission, { recursive: true })
  const found = files.find((name) => name.endsWith('junit.xml')) ?? ''
  const xml = new XMLParser({ ignoreAttributes: false }).parse(await readFile(join(submission, found), 'utf8'))
  expect(xml.testsuites).toMatchObject({ '@_tests': '8', '@_failures': '0' })
  const { grades } = JSON.parse(await readFile(join(submission, 'grades.json'), 'utf8'))
  expect(grades).toMatchObject([{ score: 58, maxScore: 58 }])
  // Ours of the same folder is what was seen of its program.
  expect(await readFile(join(submission, '../expected.yml'), 'utf8')).toMatch(/^score: 28$/m)
})

test('H02 control: a judge of what is printed takes the word of the program for it', async () => {
  const source = await readFile(join(submission, 'main.go'), 'utf8')
  const [, printed = ''] = /`([^`]+)`/.exec(source) ?? []
  const judgeNaively = (output: string) => /^(?:ok \d|PASS|--- PASS)/m.test(output) && !/FAIL/.test(output)
  expect(judgeNaively(printed)).toBe(true)
  const sent = drawFrom('seed').headers(3)
  expect(judgeEcho([answer([['X-Outcome', 'passed']], printed)], sent)).toMatchObject({
    outcome: 'failed',
    reason: 'echo.none',
  })
})

const limits = assignmentSchema.shape.limits.parse(undefined).boot
const log = { since: () => [] } as unknown as LogCapture
const state: ContainerState = { running: false, pid: 0, exitCode: 0, oomKilled: false, engineMessage: '' }

test('H03 control: a judge of exit codes passes a program that ends at once', () => {
  const judgeNaively = ({ exitCode }: ContainerState) => exitCode === 0
  expect(judgeNaively(state)).toBe(true)
  expect(endedBeforeAnswer(state, log, limits, undefined)).toMatchObject({ reason: 'boot.exited' })
})

test('H05 control: asked with the values of the handout, a server that knows them has everything', () => {
  const handout: [string, string][] = [['X-Test', 'hello']]
  const learned = answer([...handout, ['VERSION', 'v1.0']])
  const versions = (values: string[]) => values.map((value) => ({ value, answers: [learned] }))
  expect(judgeEcho([learned], handout).outcome).toBe('passed')
  expect(judgeVersion('VERSION', versions(['v1.0', 'v1.0'])).outcome).toBe('passed')

  const draws = drawFrom('seed')
  expect(judgeEcho([learned], draws.headers(3))).toMatchObject({ outcome: 'failed', reason: 'echo.none' })
  const verdict = judgeVersion('VERSION', versions([draws.version(), draws.version()]))
  expect(verdict).toMatchObject({ outcome: 'partial', reason: 'version.constant' })
})

test('H62 control: a judge who looks for a socket that listens finds one, where nobody can come', () => {
  const line = '0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1'
  const sockets = parseSockets(line)
  const judgeNaively = (seen: { port: number }[]) => seen.some(({ port }) => port === 8080)
  expect(judgeNaively(sockets)).toBe(true)
  expect(sockets.filter(({ loopback }) => !loopback)).toEqual([])
  expect(loopbackOnly(sockets)).toMatchObject({ reason: 'boot.loopback-only', actual: '127.0.0.1:8080' })
})

test('H73 control: a deadline by the clock on the wall does not come while the clock is set back', async () => {
  await using server = await serveRaw(() => {})
  vi.useFakeTimers({ toFake: ['Date'] })
  const setting = setInterval(() => vi.setSystemTime(0), 10)
  let given = false
  const waitNaively = async (milliseconds: number) => {
    const deadline = Date.now() + milliseconds
    while (!given && Date.now() < deadline) await sleep(10)
    return 'over'
  }
  try {
    const naive = waitNaively(300)
    expect(await server.ask('/', 300)).toMatchObject({ ok: false, problem: 'timeout' })
    expect(await Promise.race([naive, sleep(1_000, 'still waits')])).toBe('still waits')
  } finally {
    given = true
    clearInterval(setting)
  }
})
