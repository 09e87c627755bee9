import { isDeepStrictEqual } from 'node:util'
import { type Assignment, type CheckRule, type Exercise, judgedExercises, maximumOf } from '../model/assignment.ts'
import type { Delivery } from '../model/delivery.ts'
import type { CheckRecord, ExerciseRecord, Flag, Grade } from '../model/grade.ts'
import { lateFlagCode, lateFlagsOf, lateRecordOf } from '../model/late-policy.ts'
import { roundPoints } from '../model/points.ts'

/** Flags of a grade that `--only` has kept although something had changed; with the second, nothing but points had. */
export const keptFlags = { judging: 'kept-from-earlier', rubric: 'kept-from-earlier-rubric' } as const

export interface Weights {
  assignment: Assignment
  /** Ids of the exercises that are judged; undefined for all. */
  exercises: string[] | undefined
  score(exercises: { id: string; checks: CheckRecord[] }[]): { score: number; maxScore: number }
}

/**
 * A stored grade under the rubric as it is now, and with what the roster says now: the same record where nothing of that has changed.
 * Undefined where its verdicts do not tell what it is worth.
 */
export function rescore(grade: Grade, delivery: Delivery | undefined, weights: Weights): Grade | undefined {
  const { assignment } = weights
  const exercises: ExerciseRecord[] = []
  for (const record of grade.exercises) {
    const rule = assignment.exercises.find(({ id }) => id === record.id)
    const reweighed = rule === undefined ? undefined : reweighExercise(record, rule)
    if (reweighed === undefined) return undefined
    exercises.push(reweighed)
  }
  const submission = withDelivery(grade.submission, delivery)
  const now = { ...grade, submission, exercises, flags: flagsNow(grade, delivery, assignment) }
  if (now.status === 'ungraded') return sameOr(grade, now)
  if (now.status === 'rejected')
    return sameOr(grade, { ...now, maxScore: maximumOf(judgedExercises(assignment, weights.exercises)) })
  const { late: _earlier, ...rest } = now
  const scored = weights.score(exercises)
  const late = lateRecordOf(scored.score, assignment.late, delivery)
  return sameOr(grade, { ...rest, ...scored, ...(late === undefined ? {} : { late }) })
}

/** A new object for equal content would say that something has happened. */
function sameOr(before: Grade, after: Grade): Grade {
  return isDeepStrictEqual(before, after) ? before : after
}

function reweighExercise(record: ExerciseRecord, rule: Exercise): ExerciseRecord | undefined {
  const checks: CheckRecord[] = []
  for (const check of record.checks) {
    const checkRule = rule.checks.find(({ id }) => id === check.id)
    const reweighed = checkRule === undefined ? undefined : reweighCheck(check, checkRule)
    if (reweighed === undefined) return undefined
    checks.push(reweighed)
  }
  return { ...record, title: rule.title, checks }
}

function reweighCheck(check: CheckRecord, { points: maxPoints, visibility }: CheckRule): CheckRecord | undefined {
  const now = { ...check, maxPoints, visibility }
  if (check.points === undefined || check.maxPoints === maxPoints) return now
  const share = shareOf(check.points, check)
  return share === undefined ? undefined : { ...now, points: roundPoints(maxPoints * share) }
}

/** What was earned of nothing is known only where it was all or none. */
function shareOf(points: number, { maxPoints, outcome }: CheckRecord): number | undefined {
  if (maxPoints > 0) return points / maxPoints
  return outcome === 'passed' ? 1 : outcome === 'partial' ? undefined : 0
}

function withDelivery(submission: Grade['submission'], delivery: Delivery | undefined): Grade['submission'] {
  if (isDeepStrictEqual(submission.delivery, delivery)) return submission
  const { delivery: _earlier, ...rest } = submission
  return { ...rest, ...(delivery === undefined ? {} : { delivery }) }
}

function flagsNow({ flags, status }: Grade, delivery: Delivery | undefined, { late }: Assignment): Flag[] {
  const due = status === 'graded' ? lateFlagsOf(late, delivery) : []
  const kept = flags.filter(
    ({ code }) => code !== keptFlags.rubric && (code !== lateFlagCode || due.some((flag) => flag.code === code)),
  )
  return [...kept, ...due.filter(({ code }) => !kept.some((flag) => flag.code === code))]
}
