import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Grade } from '../model/grade.ts'
import { quickDockerfile, quickServer } from '../test-runs.ts'

/** Test support: the honest submission that is graded beside attacks, and what it must keep. */

export async function putControl(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'Dockerfile'), quickDockerfile)
  await cp(quickServer, join(folder, 'hs'))
}

/** Share of its points that an honest control has: 1 when nobody has cost it any; 0 when it could not be graded. */
export function scoredShare(grade: Grade): number {
  return grade.status === 'graded' && grade.maxScore > 0 ? grade.score / grade.maxScore : 0
}

/** Seconds from its intake to its last check, the queue left out. */
export function secondsOf({ exercises }: Grade): number {
  const phases = exercises.flatMap((exercise) => exercise.phases)
  return phases.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000
}

/** The median control beside an attack, in multiples of the median control alone. */
export function ratioOf(beside: Grade[], alone: Grade[]): number {
  return median(beside.map(secondsOf)) / median(alone.map(secondsOf))
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
