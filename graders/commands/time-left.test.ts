import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { estimateTimeLeft, type Pace, sayTimeLeft } from './time-left.ts'

const minute = 60_000
const steady: Pace = { tookMs: Array(20).fill(minute), underWayMs: [0, 0, 0, 0], waiting: 36, aloneMs: [] }
const toOf = (pace: Pace) => estimateTimeLeft(pace)?.toMs ?? Number.NaN

describe('the estimate', () => {
  test('is what is left of the work, by the slots in use', () => {
    const minutesOf = (pace: Pace) => Object.values(estimateTimeLeft(pace) ?? {}).map((ms) => ms / minute)
    // 40 minutes of work for 4 slots, and a little for the last one.
    expect(minutesOf(steady)).toEqual([10.1875, 10.5625])
    expect(minutesOf({ ...steady, underWayMs: [0], waiting: 9 })).toEqual([10, 10])
    expect(minutesOf({ ...steady, underWayMs: Array(8).fill(0), waiting: 32 })).toEqual([5.21875, 5.65625])
  })

  test('is not there before enough have finished, nor where nothing is left or under way', () => {
    expect(estimateTimeLeft({ ...steady, tookMs: [minute, minute, minute] })).toBeUndefined()
    expect(estimateTimeLeft({ ...steady, underWayMs: Array(64).fill(0) })).toBeUndefined()
    expect(estimateTimeLeft({ ...steady, underWayMs: [] })).toBeUndefined()
    expect(estimateTimeLeft({ ...steady, underWayMs: [], waiting: 0 })).toBeUndefined()
  })

  test('grows while all wait for a base image', () => {
    const times = [0, 2, 5, 10].map((minutes) => toOf({ ...steady, underWayMs: Array(4).fill(minutes * minute) }))
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(times[3]).toBeGreaterThan((times[0] ?? 0) * 1.5)
  })

  test('is never nothing while one is under way, however late it is', () => {
    for (const underWay of [1, 30, 500]) {
      const left = estimateTimeLeft({ ...steady, underWayMs: [underWay * minute], waiting: 0 })
      expect(left?.fromMs).toBeGreaterThan(minute / 10)
    }
  })

  test('counts each repetition by itself', () => {
    const alone = { ...steady, aloneMs: [5 * minute, 7 * minute] }
    expect(toOf(alone)).toBeCloseTo(toOf(steady) + 12 * minute)
    expect(estimateTimeLeft({ ...alone, underWayMs: [], waiting: 0 })?.toMs).toBeGreaterThanOrEqual(12 * minute)
  })

  test('is a range that is wider where times differ, and always one of positive numbers', () => {
    const times = fc.array(fc.integer({ min: 1, max: 600_000 }), { minLength: 4, maxLength: 80 })
    const pace = fc.record({
      tookMs: times,
      underWayMs: fc.array(fc.nat(600_000), { minLength: 1, maxLength: 8 }),
      waiting: fc.nat(500),
      aloneMs: fc.array(fc.nat(600_000), { maxLength: 3 }),
    })
    fc.assert(
      fc.property(pace, (given) => {
        const left = estimateTimeLeft(given)
        if (left === undefined) throw new Error('no estimate')
        expect(left.fromMs).toBeGreaterThan(0)
        expect(left.toMs).toBeGreaterThanOrEqual(left.fromMs)
        expect(Number.isFinite(left.toMs)).toBe(true)
        // More to do never takes less time.
        expect(toOf({ ...given, waiting: given.waiting + 10 })).toBeGreaterThan(left.toMs)
      }),
    )
    const uneven = { ...steady, tookMs: steady.tookMs.map((ms, index) => (index % 2 === 0 ? ms / 2 : ms * 1.5)) }
    const widthOf = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => toMs - fromMs
    expect(widthOf(estimateTimeLeft(uneven) ?? { fromMs: 0, toMs: 0 })).toBeGreaterThan(minute)
  })

  test('comes true: it holds the real end of most simulated runs, and is never far from it', () => {
    const seconds = fc.array(fc.integer({ min: 20, max: 60 }), { minLength: 120, maxLength: 120 })
    const runs = fc.sample(fc.tuple(fc.integer({ min: 1, max: 16 }), seconds), { numRuns: 300, seed: 5 })
    const ends = runs.map(([slots, each]) => simulate(each, slots, 60))
    for (const { estimate, realMs } of ends) {
      expect(estimate.fromMs).toBeLessThan(realMs * 1.25)
      expect(estimate.toMs).toBeGreaterThan(realMs * 0.75)
    }
    const held = ends.filter(({ estimate, realMs }) => estimate.fromMs <= realMs && realMs <= estimate.toMs)
    expect(held.length / ends.length).toBeGreaterThan(0.7)
  })
})

/** What is told when so many have finished, and how long the rest really takes. */
function simulate(seconds: number[], slots: number, finished: number) {
  const free = Array<number>(slots).fill(0)
  const spans = seconds.map((second) => {
    const slot = free.indexOf(Math.min(...free))
    const begin = free[slot] ?? 0
    free[slot] = begin + second * 1000
    return { begin, end: begin + second * 1000 }
  })
  const now = spans.map(({ end }) => end).sort((a, b) => a - b)[finished - 1] ?? 0
  const done = spans.filter(({ end }) => end <= now)
  const underWay = spans.filter(({ begin, end }) => begin <= now && end > now)
  const estimate = estimateTimeLeft({
    tookMs: done.map(({ begin, end }) => end - begin),
    underWayMs: underWay.map(({ begin }) => now - begin),
    waiting: spans.length - done.length - underWay.length,
    aloneMs: [],
  })
  if (estimate === undefined) throw new Error('no estimate')
  return { estimate, realMs: Math.max(...free) - now }
}

test.each([
  [0, 59_000, 'less than a minute left'],
  [61_000, 110_000, '1 to 2 min left'],
  [12.2 * minute, 14.1 * minute, '12 to 15 min left'],
  [30.4 * minute, 31 * minute, 'about 31 min left'],
  [2.1 * 60 * minute, 4.4 * 60 * minute, '2 to 4 h left'],
  [5 * 60 * minute, 5.2 * 60 * minute, 'about 5 h left'],
])('from %d to %d ms is said as a person would', (fromMs, toMs, said) => {
  expect(sayTimeLeft({ fromMs, toMs })).toBe(said)
})
