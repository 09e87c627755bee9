import { expect, test } from 'vitest'
import { formatDuration, formatPoints, formatScore, formatSeconds, medianOf, percentOf } from './numbers.ts'

test('points have two decimals at most, and none that say nothing', () => {
  expect([6, 85.5, 0.1 + 0.2, 33.333, 0].map(formatPoints)).toEqual(['6', '85.5', '0.3', '33.33', '0'])
  expect([formatScore(6, 12), formatScore(undefined, 12)]).toEqual(['6/12', '-/12'])
})

test('a part of nothing has no percentage', () => {
  expect([percentOf(1, 3), percentOf(58, 58), percentOf(0, 0)]).toEqual([33.33, 100, undefined])
})

test('durations are told in the unit that fits', () => {
  const durations = [0, 41.7, 999.4, 999.6, 12_345, 59_949, 59_951, 125_000]
  expect(durations.map(formatDuration)).toEqual([
    '0 ms',
    '42 ms',
    '999 ms',
    '1.0 s',
    '12.3 s',
    '59.9 s',
    '1 min 0 s',
    '2 min 5 s',
  ])
})

test('seconds always have three decimals', () => {
  expect([0, 41.7, 3_600_000].map(formatSeconds)).toEqual(['0.000', '0.042', '3600.000'])
})

test('the median is the middle, or between the two middle ones', () => {
  expect([medianOf([3, 1, 2]), medianOf([4, 1, 3, 2]), medianOf([10, 9]), medianOf([])]).toEqual([
    2,
    2.5,
    9.5,
    undefined,
  ])
})
