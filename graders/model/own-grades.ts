import { type Exercise, maximumOf } from './assignment.ts'
import type { Fault } from './feedback.ts'
import type { Flag, Grade } from './grade.ts'
import { asGraderError } from './grader-error.ts'
import type { SubmissionSource } from './progress.ts'

/** Grades for which nothing is judged: what intake refused, and what we could not grade. */

export function rejectHere(source: SubmissionSource, fault: Fault, judged: Exercise[]): Grade {
  const { reason: code, message, hint } = fault
  const rejection = { code, message, ...(hint === undefined ? {} : { hint }) }
  return { ...baseOf(source), status: 'rejected', score: 0, maxScore: maximumOf(judged), rejection }
}

/** `taken`: what intake knew of it. */
export function leaveUngraded(
  source: SubmissionSource,
  thrown: unknown,
  taken?: { source: string; digest: string; flags: Flag[] },
): Grade {
  const { code, message, remedy } = asGraderError(thrown)
  const base = baseOf(source)
  const known = taken === undefined ? {} : { source: taken.source, digest: taken.digest }
  return {
    ...base,
    submission: { ...base.submission, ...known },
    status: 'ungraded',
    flags: taken?.flags ?? [],
    error: { code, message, ...(remedy === undefined ? {} : { remedy }) },
  }
}

function baseOf({ id, path, shownAs, delivery }: SubmissionSource) {
  return {
    submission: { id, source: shownAs ?? path, ...(delivery === undefined ? {} : { delivery }) },
    exercises: [],
    flags: [],
    startedAt: new Date().toISOString(),
    durationMs: 0,
  }
}
