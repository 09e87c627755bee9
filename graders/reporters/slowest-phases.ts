import type { Grade, PhaseRecord } from '../model/grade.ts'

/** How long one phase took over a run, each exercise with such a phase counted for itself. */
export interface PhaseTimes {
  phase: PhaseRecord['name']
  count: number
  p50Ms: number
  p95Ms: number
  maxMs: number
  /** Who took longest, and with which exercise. */
  slowest: { submissionId: string; exerciseId: string }
}

const phases = ['build', 'boot', 'specs'] as const satisfies readonly PhaseRecord['name'][]

/** In the order of the pipeline; a phase that nobody came to is left out. */
export function measurePhases(grades: Iterable<Grade>): PhaseTimes[] {
  const taken = new Map<PhaseRecord['name'], { durationsMs: number[]; maxMs: number; slowest: PhaseTimes['slowest'] }>()
  for (const grade of grades) {
    for (const exercise of grade.exercises) {
      for (const { name, durationMs } of exercise.phases) {
        const slowest = { submissionId: grade.submission.id, exerciseId: exercise.id }
        const known = taken.get(name)
        if (known === undefined) {
          taken.set(name, { durationsMs: [durationMs], maxMs: durationMs, slowest })
          continue
        }
        known.durationsMs.push(durationMs)
        if (durationMs > known.maxMs) Object.assign(known, { maxMs: durationMs, slowest })
      }
    }
  }
  return phases.flatMap((phase) => {
    const times = taken.get(phase)
    if (times === undefined) return []
    const { maxMs, slowest } = times
    const sorted = times.durationsMs.sort((a, b) => a - b)
    const [p50Ms, p95Ms] = [percentile(sorted, 0.5), percentile(sorted, 0.95)]
    return [{ phase, count: sorted.length, p50Ms, p95Ms, maxMs, slowest }]
  })
}

/** The nearest of what was measured: so many took at most this long. */
function percentile(sorted: number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
