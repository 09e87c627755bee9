import type { Assignment, CheckRule, Exercise } from '../model/assignment.ts'
import { boundFeedback } from '../model/bound-feedback.ts'
import type { CheckRecord } from '../model/grade.ts'
import { roundPoints } from '../model/points.ts'
import type { CheckVerdict } from '../model/verdict.ts'

/** A verdict with its points; pure. */
export function recordCheck(rule: CheckRule, verdict: CheckVerdict): CheckRecord {
  const { credit, error: _error, ...told } = boundFeedback(verdict)
  const counts = verdict.outcome !== 'errored' && verdict.unavailable === undefined
  return {
    ...told,
    maxPoints: rule.points,
    visibility: rule.visibility,
    ...(counts ? { points: roundPoints(rule.points * credit) } : {}),
  }
}

/**
 * Points and maximum over all exercises. A check that could not be judged here leaves the maximum; an optional exercise never
 * lowers the percentage below that of leaving it out.
 */
export function score(
  assignment: Assignment,
  exercises: { id: string; checks: CheckRecord[] }[],
): { score: number; maxScore: number } {
  const totals = exercises.map(({ id, checks }) => ({ rule: ruleOf(assignment, id), ...sum(checks) }))
  const required = add(totals.filter(({ rule }) => rule.required))
  const optional = totals.filter(({ rule }) => !rule.required)
  // Best share first: once one no longer raises the percentage, none after it does.
  optional.sort((a, b) => share(b) - share(a))
  const best = optional.reduce(
    (so, one) => (share(add([so, one])) >= share(so) || so.maxScore === 0 ? add([so, one]) : so),
    required,
  )
  return { score: roundPoints(best.score), maxScore: roundPoints(best.maxScore) }
}

function sum(checks: CheckRecord[]): { score: number; maxScore: number } {
  const counted = checks.filter((check) => check.unavailable === undefined)
  return {
    score: counted.reduce((total, check) => total + (check.points ?? 0), 0),
    maxScore: counted.reduce((total, check) => total + check.maxPoints, 0),
  }
}

function add(totals: { score: number; maxScore: number }[]): { score: number; maxScore: number } {
  return totals.reduce((so, one) => ({ score: so.score + one.score, maxScore: so.maxScore + one.maxScore }), {
    score: 0,
    maxScore: 0,
  })
}

function share({ score: points, maxScore }: { score: number; maxScore: number }): number {
  return maxScore === 0 ? 0 : points / maxScore
}

function ruleOf(assignment: Assignment, id: string): Exercise {
  const rule = assignment.exercises.find((exercise) => exercise.id === id)
  if (rule === undefined) throw new Error(`no exercise ${id} in ${assignment.id}`)
  return rule
}
