import { expect, test } from 'vitest'
import type { HttpExchange } from '../probes/http.ts'
import { judgeVersion } from './judge-version.ts'
import { answerWith } from './test-answer.ts'

const answer = (headers: [string, string][], body = '') => answerWith(headers, { body })
const verdict = (make: (value: string) => HttpExchange) => {
  const runs = ['v1.2.3-a', 'v4.5.6-b'].map((value) => ({ value, answers: [answer([]), make(value)] }))
  const { outcome, reason, credit } = judgeVersion('VERSION', runs)
  return { outcome, reason, credit }
}

test('passes when some header carries both values, whatever its name', () => {
  expect(verdict((value) => answer([['X-Release', `build ${value}`]])).outcome).toBe('passed')
})

test('gives half for a version header that says the same both times', () => {
  expect(verdict(() => answer([['Version', 'go1.17']]))).toEqual({
    outcome: 'partial',
    reason: 'version.constant',
    credit: 0.5,
  })
})

test('does not take a header of another name for a version header', () => {
  expect(verdict(() => answer([['Server', 'Python/3.11']]))).toMatchObject({
    outcome: 'failed',
    reason: 'version.none',
  })
})

test('does not take an empty version header for a constant', () => {
  expect(verdict(() => answer([['Version', '']]))).toMatchObject({ outcome: 'failed', reason: 'version.none' })
})

test('says when the value is in the body only', () => {
  expect(verdict((value) => answer([], value))).toMatchObject({ outcome: 'failed', reason: 'version.body-only' })
})
