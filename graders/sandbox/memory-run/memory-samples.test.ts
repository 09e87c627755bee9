import { expect, test } from 'vitest'
import { MemorySamples, maxSamples } from './memory-samples.ts'

const rising = (count: number) => Array.from({ length: count }, (_, at) => ({ atMs: at * 100, bytes: at }))

test('a short curve is kept as it is', () => {
  const samples = new MemorySamples()
  for (const one of rising(maxSamples)) samples.add(one)
  expect(samples.toArray()).toEqual(rising(maxSamples))
})

test('a long one is thinned, in order, both ends and the highest point kept', () => {
  const samples = new MemorySamples()
  const long = rising(2_400)
  long[1_001] = { atMs: 100_100, bytes: 5e6 }
  for (const one of long) samples.add(one)
  const kept = samples.toArray()
  expect(kept.length).toBeLessThanOrEqual(maxSamples)
  expect(kept.length).toBeGreaterThan(maxSamples / 4)
  expect([kept[0], kept.at(-1)]).toEqual([long[0], long.at(-1)])
  expect(kept).toContainEqual({ atMs: 100_100, bytes: 5e6 })
  expect(samples.highestBytes).toBe(5e6)
  expect(kept.map(({ atMs }) => atMs)).toEqual(kept.map(({ atMs }) => atMs).toSorted((a, b) => a - b))
})

test('a mark lies between the last two samples', () => {
  const samples = new MemorySamples()
  samples.add({ atMs: 0, bytes: 1 })
  samples.add({ atMs: 100, bytes: 2 })
  samples.mark({ atMs: 100, bytes: 50 })
  expect(samples.toArray()).toEqual([
    { atMs: 0, bytes: 1 },
    { atMs: 50, bytes: 50 },
    { atMs: 100, bytes: 2 },
  ])
  expect(samples.highestBytes).toBe(50)
})
