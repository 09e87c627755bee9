import type { Exercise } from '../model/assignment.ts'
import type { Fault } from '../model/feedback.ts'
import type { Flag, Grade } from '../model/grade.ts'
import { asGraderError } from '../model/grader-error.ts'
import type { SubmissionSource } from '../model/progress.ts'

/** Grades for which no worker is needed: what intake refused, and what never came back. */

export function rejectHere(source: SubmissionSource, fault: Fault, judged: Exercise[]): Grade {
  const { reason: code, message, hint } = fault
  const maxScore = judged.flatMap(({ checks }) => checks).reduce((total, { points }) => total + points, 0)
  const rejection = { code, message, ...(hint === undefined ? {} : { hint }) }
  return { ...baseOf(source), status: 'rejected', score: 0, maxScore, rejection }
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
