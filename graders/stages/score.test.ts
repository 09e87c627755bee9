import { expect, test } from 'vitest'
import { assignmentSchema } from '../model/assignment.ts'
import { roundPoints } from '../model/points.ts'
import type { CheckVerdict } from '../model/verdict.ts'
import { recordCheck, score } from './score.ts'

const assignment = assignmentSchema.parse({
  id: 'a',
  title: 'A',
  exercises: [
    {
      id: 'must',
      title: 'must',
      checks: [
        { id: 'must.one', points: 10 },
        { id: 'must.two', points: 5 },
      ],
    },
    { id: 'may', title: 'may', required: false, checks: [{ id: 'may.one', points: 5 }] },
  ],
})
const verdict = (id: string, part: Partial<CheckVerdict>): CheckVerdict => ({
  id,
  title: id,
  outcome: 'passed',
  credit: 1,
  message: '',
  durationMs: 0,
  ...part,
})
const checked = (id: string, points: number, part: Partial<CheckVerdict> = {}) =>
  recordCheck({ id, points, visibility: 'public' }, verdict(id, part))

test('half credit is half of the points', () => {
  expect(checked('must.two', 5, { outcome: 'partial', credit: 0.5 }).points).toBe(2.5)
})

test('a check skipped because of another keeps its points in the maximum', () => {
  const skipped = checked('must.two', 5, { outcome: 'skipped', credit: 0, because: 'must.one' })
  expect(score(assignment, [{ id: 'must', checks: [checked('must.one', 10), skipped] }])).toEqual({
    score: 10,
    maxScore: 15,
  })
})

test('an unavailable check leaves the maximum', () => {
  const skipped = checked('must.two', 5, { outcome: 'skipped', credit: 0, unavailable: 'no root' })
  expect(skipped.points).toBeUndefined()
  expect(score(assignment, [{ id: 'must', checks: [checked('must.one', 10), skipped] }])).toEqual({
    score: 10,
    maxScore: 10,
  })
})

test('an optional exercise that was tried and failed never lowers the percentage', () => {
  const must = {
    id: 'must',
    checks: [checked('must.one', 10), checked('must.two', 5, { outcome: 'failed', credit: 0 })],
  }
  const failed = { id: 'may', checks: [checked('may.one', 5, { outcome: 'failed', credit: 0 })] }
  const done = { id: 'may', checks: [checked('may.one', 5)] }
  expect(score(assignment, [must, failed])).toEqual({ score: 10, maxScore: 15 })
  expect(score(assignment, [must, done])).toEqual({ score: 15, maxScore: 20 })
})

test('points add up without binary fractions', () => {
  expect(roundPoints(0.1 + 0.2)).toBe(0.3)
})
