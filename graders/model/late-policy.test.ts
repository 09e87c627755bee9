import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { latePenalty, latePolicySchema, lateRecordOf } from './late-policy.ts'

const hourMs = 3_600_000
const deadline = '2026-11-20T23:59:59+08:00'
const after = (ms: number) => new Date(Date.parse(deadline) + ms).toISOString()
const policy = latePolicySchema.parse({ deadline, graceMinutes: 15, perDayPercent: 20, maxPercent: 50 })

const moments = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())
const policies = fc.record({
  deadline: moments,
  graceMinutes: fc.double({ min: 0, max: 10_000, noNaN: true }),
  perDayPercent: fc.double({ min: 0, max: 100, noNaN: true }),
  maxPercent: fc.double({ min: 0, max: 100, noNaN: true }),
})
const extensions = fc.oneof(
  fc.constant(undefined),
  moments.map((until) => ({ until })),
  fc.integer({ min: 0, max: 30 }).map((days) => ({ days })),
)

describe('for every policy and every time', () => {
  test('who hands in later never loses less, and the penalty stays within its bounds', () => {
    fc.assert(
      fc.property(policies, extensions, moments, moments, (given, extension, one, other) => {
        const [early, late] = [one, other].sort() as [string, string]
        const first = latePenalty({ ...given, extension, submittedAt: early })
        const second = latePenalty({ ...given, extension, submittedAt: late })
        expect(second.percent).toBeGreaterThanOrEqual(first.percent)
        expect(first.percent).toBeGreaterThanOrEqual(0)
        expect(second.percent).toBeLessThanOrEqual(given.maxPercent)
      }),
    )
  })

  test('an extension never costs anything', () => {
    fc.assert(
      fc.property(policies, extensions, moments, (given, extension, submittedAt) => {
        const without = latePenalty({ ...given, submittedAt })
        expect(latePenalty({ ...given, extension, submittedAt }).percent).toBeLessThanOrEqual(without.percent)
      }),
    )
  })

  test('without a deadline nothing is late', () => {
    fc.assert(
      fc.property(policies, moments, ({ deadline: _none, ...given }, submittedAt) => {
        expect(latePenalty({ ...given, submittedAt })).toEqual({ daysLate: 0, percent: 0 })
      }),
    )
  })

  test('the time zone in which a moment is written makes no difference', () => {
    const inZone = (moment: string, minutes: number) => {
      const local = new Date(Date.parse(moment) + minutes * 60_000).toISOString().slice(0, -1)
      const [sign, most] = [minutes < 0 ? '-' : '+', Math.abs(minutes)]
      const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
      return `${local}${sign}${two(most / 60)}:${two(most % 60)}`
    }
    fc.assert(
      fc.property(
        policies,
        moments,
        fc.integer({ min: -720, max: 840 }),
        fc.integer({ min: -720, max: 840 }),
        (given, submittedAt, a, b) => {
          const elsewhere = { ...given, deadline: inZone(given.deadline, a), submittedAt: inZone(submittedAt, b) }
          expect(latePenalty(elsewhere)).toEqual(latePenalty({ ...given, submittedAt }))
        },
      ),
    )
  })

  test('the score after is never negative, nor above the one before, and adds up', () => {
    fc.assert(
      fc.property(policies, moments, fc.integer({ min: 0, max: 10_000 }), (given, submittedAt, cents) => {
        const score = cents / 100
        const late = lateRecordOf(score, given, { submittedAt })
        if (late === undefined) return
        expect(late.score).toBeGreaterThanOrEqual(0)
        expect(late.score).toBeLessThanOrEqual(score)
        expect(late.score + late.points).toBeCloseTo(score, 6)
      }),
    )
  })
})

test.each([
  ['a second before the deadline', after(-1000), 0, 0],
  ['at the deadline', after(0), 0, 0],
  ['at the end of the grace', after(15 * 60_000), 0, 0],
  ['a second after the grace', after(15 * 60_000 + 1000), 1, 20],
  ['a day later', after(24 * hourMs), 1, 20],
  ['a day and a second later', after(24 * hourMs + 1000), 2, 40],
  ['three days later, where there is a maximum', after(72 * hourMs), 3, 50],
  ['the same moment elsewhere', '2026-11-20T11:15:00-05:00', 1, 20],
])('%s', (_when, submittedAt, daysLate, percent) => {
  expect(latePenalty({ ...policy, submittedAt })).toMatchObject({ daysLate, percent })
})

test('a day is 24 hours where clocks are put back', () => {
  // Berlin leaves summer time in the night to 25 October 2026: 23:59 the next day is 25 hours later.
  const berlin = { deadline: '2026-10-24T23:59:00+02:00', perDayPercent: 10 }
  expect(latePenalty({ ...berlin, submittedAt: '2026-10-25T22:59:00+01:00' }).daysLate).toBe(1)
  expect(latePenalty({ ...berlin, submittedAt: '2026-10-25T23:59:00+01:00' }).daysLate).toBe(2)
})

test('an extension is the deadline of one student, and an earlier one is none', () => {
  const late = (extendedUntil?: string) => lateRecordOf(80, policy, { submittedAt: after(30 * hourMs), extendedUntil })
  expect(late()).toEqual({
    submittedAt: after(30 * hourMs),
    dueAt: '2026-11-20T15:59:59.000Z',
    daysLate: 2,
    percent: 40,
    points: 32,
    score: 48,
  })
  expect(late(after(25 * hourMs))).toMatchObject({ daysLate: 1, points: 16, score: 64 })
  expect(late(after(30 * hourMs))).toBeUndefined()
  expect(late(after(-30 * hourMs))).toEqual(late())
  expect(latePenalty({ ...policy, submittedAt: after(30 * hourMs), extension: { days: 1 } }).daysLate).toBe(1)
})

test('without a time of the course nobody is late', () => {
  expect(lateRecordOf(80, policy, undefined)).toBeUndefined()
  expect(lateRecordOf(80, policy, {})).toBeUndefined()
  expect(lateRecordOf(80, undefined, { submittedAt: after(30 * hourMs) })).toBeUndefined()
})

test.each(['2026-11-20T23:59:59', '2026-11-20', '20.11.2026'])(
  'a deadline without its offset is refused: %s',
  (given) => {
    expect(latePolicySchema.safeParse({ deadline: given, perDayPercent: 10 }).success).toBe(false)
  },
)
