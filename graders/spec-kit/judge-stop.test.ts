import { describe, expect, test } from 'vitest'
import type { StopFacts } from '../model/verdict.ts'
import type { HttpExchange } from '../probes/http.ts'
import { judgeExitCode, judgeFinished, judgeStopInTime, judgeTurnedAway } from './judge-stop.ts'

function stopped(part: Partial<StopFacts>): StopFacts {
  const usual: StopFacts = {
    signal: 'SIGTERM',
    graceMs: 10_000,
    ended: 'in-time',
    tookMs: 1_240,
    exitCode: 0,
    processes: ['/server'],
    lines: [],
  }
  return { ...usual, ...part }
}

function answered(status: number, body = ''): HttpExchange {
  const request = { path: '/work', headers: [] }
  return { ok: true, request, status, headers: [], body, bodyCut: false, localAddress: '10.0.0.1' }
}

const refused: HttpExchange = { ok: false, request: { path: '/work', headers: [] }, problem: 'refused', detail: '' }

test('an end within the grace passes, whatever its exit code', () => {
  expect(judgeStopInTime(stopped({ exitCode: 2 }))).toMatchObject({
    outcome: 'passed',
    message: 'It ended 1.2 seconds after SIGTERM; 10 seconds are allowed.',
  })
})

describe('who did not end is told why, by the process that got the signal', () => {
  test.each([
    ['/bin/sh -c python3 /server.py | tee log', /list with the program itself/],
    ['sh /start.sh', /`exec` in the last line of the script/],
    ['/bin/busybox sh /start.sh', /script/],
    ['npm start', /`npm`/],
    ['python3 /server.py', /Handle SIGTERM/],
    ['', /Handle SIGTERM/],
  ])('%s', (first, hint) => {
    const verdict = judgeStopInTime(stopped({ ended: 'killed', processes: first === '' ? [] : [first] }))
    expect(verdict).toMatchObject({ outcome: 'failed', reason: 'stop.not-in-time', hint: expect.stringMatching(hint) })
  })

  test('a program that printed something has heard it', () => {
    const lines = [{ index: 0, stream: 'stdout', text: 'bye' } as const]
    const { hint } = judgeStopInTime(stopped({ ended: 'killed', processes: ['/server'], lines }))
    expect(hint).toMatch(/it has noticed/)
  })
})

test.each([
  [2, /signal.Notify/],
  [143, /SIGTERM itself/],
  [137, /SIGKILL/],
  [1, /ErrServerClosed/],
  [7, /end with 0/],
])('exit code %i fails with its own hint', (exitCode, hint) => {
  expect(judgeExitCode(stopped({ exitCode }), 0)).toMatchObject({
    reason: 'stop.exit-code',
    hint: expect.stringMatching(hint),
  })
})

test('a program that was gone before the signal has not ended because of it', () => {
  expect(judgeStopInTime(stopped({ ended: 'before' }))).toMatchObject({
    outcome: 'failed',
    reason: 'stop.before-signal',
  })
  expect(judgeExitCode(stopped({ ended: 'before' }), 0)).toMatchObject({ outcome: 'failed' })
})

test('a request is finished by a whole answer alone', () => {
  expect(judgeFinished(answered(200, 'done a'), 'done a').outcome).toBe('passed')
  for (const cut of [refused, answered(503, 'done a'), answered(200, 'do')]) {
    expect(judgeFinished(cut, 'done a')).toMatchObject({ outcome: 'failed', reason: 'stop.request-cut' })
  }
})

test('only the last answer after the signal decides whether new requests are turned away', () => {
  expect(judgeTurnedAway([answered(200), answered(503)]).outcome).toBe('passed')
  expect(judgeTurnedAway([answered(200), refused]).outcome).toBe('passed')
  expect(judgeTurnedAway([answered(503), answered(200)])).toMatchObject({
    outcome: 'failed',
    reason: 'stop.still-serves',
  })
})
