import { describe, expect, test } from 'vitest'
import { type AssignmentInput, assignmentSchema } from '../model/assignment.ts'
import type { CheckRecord, Grade } from '../model/grade.ts'
import { rescore, type Weights } from './rescore.ts'

function weights(points: number, more: Partial<AssignmentInput> = {}): Weights {
  const checks = [
    { id: 'a.one', points },
    { id: 'a.two', points: 4 },
  ]
  const assignment = assignmentSchema.parse({
    id: 'm',
    title: 'M',
    exercises: [{ id: 'a', title: 'A', checks }],
    ...more,
  })
  const score: Weights['score'] = (exercises) => {
    const all = exercises.flatMap(({ checks }) => checks).filter(({ unavailable }) => unavailable === undefined)
    const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0)
    return { score: sum(all.map((check) => check.points ?? 0)), maxScore: sum(all.map(({ maxPoints }) => maxPoints)) }
  }
  return { assignment, exercises: undefined, score }
}

const fixed = { visibility: 'public', message: 'm', durationMs: 1 } as const

function graded(one: Partial<CheckRecord>): Extract<Grade, { status: 'graded' }> {
  const checks: CheckRecord[] = [
    { id: 'a.one', title: 'one', outcome: 'passed', points: 10, maxPoints: 10, ...fixed, ...one },
    { id: 'a.two', title: 'two', outcome: 'failed', points: 0, maxPoints: 4, ...fixed },
  ]
  const base = { flags: [], startedAt: '2026-11-20T10:00:00.000Z', durationMs: 5 }
  const exercises = [{ id: 'a', title: 'A', found: {}, phases: [], checks }]
  return { status: 'graded', submission: { id: 's', source: '/s' }, exercises, ...base, score: 10, maxScore: 14 }
}

describe('points of now for a verdict of then', () => {
  test('the same record, not a copy, where nothing has changed', () => {
    const grade = graded({})
    expect(rescore(grade, undefined, weights(10))).toBe(grade)
  })

  test.each([
    ['a share', { outcome: 'partial', points: 6, maxPoints: 12 }, 20, 10],
    ['all of nothing', { outcome: 'passed', points: 0, maxPoints: 0 }, 7, 7],
    ['none of nothing', { outcome: 'failed', points: 0, maxPoints: 0 }, 7, 0],
    ['what is worth nothing now', { outcome: 'passed', points: 10, maxPoints: 10 }, 0, 0],
  ] as const)('%s stays one', (_what, one, points, expected) => {
    const again = rescore(graded(one), undefined, weights(points))
    expect(again?.exercises[0]?.checks[0]).toMatchObject({ points: expected, maxPoints: points })
    expect(again).toMatchObject({ score: expected, maxScore: points + 4 })
  })

  test('nobody knows the share of a partial check that was worth nothing', () => {
    expect(rescore(graded({ outcome: 'partial', points: 0, maxPoints: 0 }), undefined, weights(7))).toBeUndefined()
  })

  test('a check that the rubric no longer has leaves it to be graded again', () => {
    expect(rescore(graded({ id: 'a.gone' }), undefined, weights(10))).toBeUndefined()
  })

  test('what was not counted has no points still', () => {
    const grade = graded({ outcome: 'skipped', unavailable: 'no observer' })
    delete grade.exercises[0]?.checks[0]?.points
    const again = rescore(grade, undefined, weights(20))
    expect(again?.exercises[0]?.checks[0]).toMatchObject({ unavailable: 'no observer', maxPoints: 20 })
    expect(again?.exercises[0]?.checks[0]).not.toHaveProperty('points')
    expect(again).toMatchObject({ score: 0, maxScore: 4 })
  })
})

describe('lateness', () => {
  const late = { deadline: '2026-11-20T00:00:00Z', perDayPercent: 10 }

  test('is counted by the roster of now, and goes with an extension', () => {
    const delivery = { submittedAt: '2026-11-20T12:00:00.000Z' }
    const again = rescore(graded({}), delivery, weights(10, { late }))
    expect(again).toMatchObject({ score: 10, late: { percent: 10, points: 1, score: 9 }, submission: { delivery } })
    const extended = { ...delivery, extendedUntil: '2026-11-21T00:00:00.000Z' }
    expect(again && rescore(again, extended, weights(10, { late }))).not.toHaveProperty('late')
  })

  test('the flag for a mark without a time comes and goes', () => {
    const marked = rescore(graded({}), { markedLate: true }, weights(10, { late }))
    expect(marked?.flags.map(({ code }) => code)).toEqual(['late.no-time'])
    expect(marked && rescore(marked, { markedLate: true }, weights(10, { late }))).toBe(marked)
    expect(marked && rescore(marked, { markedLate: true }, weights(10))?.flags).toEqual([])
  })
})
