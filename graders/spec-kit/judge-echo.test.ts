import { expect, test } from 'vitest'
import type { HttpExchange } from '../probes/http.ts'
import { judgeEcho } from './judge-echo.ts'
import { answerWith } from './test-answer.ts'

const sent: [string, string][] = [
  ['X-Cedar-1', 'amber-1'],
  ['X-Stone-2', 'river-2'],
]
const answer = (path: string, headers: [string, string][], body = '') =>
  answerWith(headers, { request: { path, headers: sent }, status: 404, body })
const verdict = (...answers: HttpExchange[]) => {
  const { outcome, reason, credit } = judgeEcho(answers, sent)
  return { outcome, reason, credit }
}
const passed = { outcome: 'passed', reason: undefined, credit: 1 }

test('passes when one route returns every header every time, whatever the case and the status', () => {
  const lower = sent.map(([name, value]): [string, string] => [name.toLowerCase(), value])
  expect(verdict(answer('/', []), answer('/healthz', lower), answer('/healthz', sent))).toEqual(passed)
})

test('fails when a header is missing once', () => {
  expect(verdict(answer('/', sent), answer('/', sent.slice(1)))).toMatchObject({
    outcome: 'failed',
    reason: 'echo.unreliable',
  })
})

test('fails when different routes return different headers', () => {
  const found = verdict(answer('/a', sent.slice(0, 1)), answer('/b', sent.slice(1)))
  expect(found).toMatchObject({ outcome: 'failed', reason: 'echo.unreliable' })
})

test('gives half for prefixed names and for wrapped values', () => {
  const prefixed = sent.map(([name, value]): [string, string] => [`Echo-${name}`, value])
  const wrapped = sent.map(([name, value]): [string, string] => [name, `[${value}]`])
  expect(verdict(answer('/', prefixed))).toEqual({ outcome: 'partial', reason: 'echo.prefixed', credit: 0.5 })
  expect(verdict(answer('/', wrapped))).toEqual({ outcome: 'partial', reason: 'echo.altered', credit: 0.5 })
})

test('tells headers in the body from no headers at all', () => {
  expect(verdict(answer('/', [], 'X-Cedar-1=amber-1 X-Stone-2=river-2'))).toMatchObject({ reason: 'echo.body-only' })
  expect(verdict(answer('/', [['Server', 'x']]))).toMatchObject({ outcome: 'failed', reason: 'echo.none' })
})

test('does not take the values in some other header for an echo', () => {
  const joined: [string, string][] = [['Set-Cookie', 'amber-1 river-2']]
  expect(verdict(answer('/', joined))).toMatchObject({ outcome: 'failed', reason: 'echo.none' })
})

test('judges a server that never answers without throwing', () => {
  const silent: HttpExchange = { ok: false, request: { path: '/', headers: sent }, problem: 'timeout', detail: '' }
  expect(verdict(silent)).toMatchObject({ outcome: 'failed', reason: 'echo.none' })
})
