import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Grade, PhaseRecord } from '../model/grade.ts'
import { sampleGraded, sampleRejected } from './sample-grades.ts'
import { measurePhases } from './slowest-phases.ts'

const startedAt = '2026-11-23T15:13:04.512Z'

function taking(id: string, name: PhaseRecord['name'], durationMs: number): Grade {
  const grade = sampleGraded(id)
  for (const exercise of grade.exercises) exercise.phases = []
  grade.exercises[0]?.phases.push({ name, outcome: 'passed', startedAt, durationMs })
  return grade
}

test('names who took longest, in the order of the pipeline, and leaves out what nobody came to', () => {
  const grades = [
    taking('a', 'specs', 5),
    ...Array.from({ length: 19 }, (_, index) => taking(`b${index}`, 'build', index + 1)),
    taking('slow', 'build', 1_000),
    sampleRejected('r'),
  ]
  expect(measurePhases(grades)).toEqual([
    {
      phase: 'build',
      count: 20,
      p50Ms: 10,
      p95Ms: 19,
      maxMs: 1_000,
      slowest: { submissionId: 'slow', exerciseId: 'httpserver' },
    },
    {
      phase: 'specs',
      count: 1,
      p50Ms: 5,
      p95Ms: 5,
      maxMs: 5,
      slowest: { submissionId: 'a', exerciseId: 'httpserver' },
    },
  ])
})

test('each number was measured, and at least so many took no longer', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100_000), { minLength: 1, maxLength: 60 }), (durations) => {
      const [build] = measurePhases(durations.map((durationMs, index) => taking(`s${index}`, 'build', durationMs)))
      if (build === undefined) throw new Error('no build')
      for (const [share, value] of [
        [0.5, build.p50Ms],
        [0.95, build.p95Ms],
        [1, build.maxMs],
      ] as const) {
        expect(durations).toContain(value)
        expect(durations.filter((one) => one <= value).length).toBeGreaterThanOrEqual(share * durations.length)
        expect(durations.filter((one) => one < value).length).toBeLessThan(share * durations.length)
      }
    }),
  )
})
