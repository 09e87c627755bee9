import { expect, test } from 'vitest'
import { failedByTime, outcomesOf } from './failed-by-time.ts'
import { sampleGraded } from './reporters/sample-grades.ts'
import { notInTime } from './spec-kit/exchange-text.ts'

const failed = 'failed' as const

test.each([
  ['a port that was not open yet', { 'httpserver.serves': { outcome: failed, reason: 'boot.loopback-only' as const } }],
  ['a log without a line', { 'httpserver.log-status': { outcome: failed, reason: 'log.silent' as const } }],
  [
    'an echo that came now and then',
    { 'httpserver.header-echo': { outcome: failed, reason: 'echo.unreliable' as const } },
  ],
  [
    'an answer that was not complete',
    { 'httpserver.healthz': { outcome: failed, evidence: [{ kind: 'http' as const, text: notInTime }] } },
  ],
])('%s smells of load', (_what, checks) => {
  expect(failedByTime(sampleGraded('a', checks))).toBe(true)
})

test('an echo that never came, and a grade without a failure, do not smell of load', () => {
  const none = { 'httpserver.header-echo': { outcome: failed, reason: 'echo.none' as const } }
  expect(failedByTime(sampleGraded('a', none))).toBe(false)
  expect(failedByTime(sampleGraded('a'))).toBe(false)
})

test('two grades say the same whenever they were given, and not where a reason differs', () => {
  const grade = sampleGraded('a')
  const silent = sampleGraded('a', { 'httpserver.log-status': { outcome: failed, reason: 'log.silent' } })
  const late = sampleGraded('a', { 'httpserver.log-status': { outcome: failed, reason: 'log.no-status' } })
  expect(outcomesOf({ ...grade, startedAt: '2030-01-01T00:00:00.000Z', durationMs: 1 })).toBe(outcomesOf(grade))
  expect(outcomesOf(silent)).not.toBe(outcomesOf(late))
})
