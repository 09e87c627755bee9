import { isDeepStrictEqual } from 'node:util'
import { type CheckRecord, checksOf, type Grade } from '../model/grade.ts'
import type { CheckMove, CheckStanding, Move, MovesFile, Standing } from '../model/moves.ts'

/** What moved from one run to the next, among those that both have: a status, points, or a check's outcome. */
export function compareRuns(before: Iterable<Grade>, after: Iterable<Grade>): Pick<MovesFile, 'moves' | 'counts'> {
  const old = new Map([...before].map((grade) => [grade.submission.id, grade]))
  const counts = { same: 0, up: 0, down: 0, even: 0 }
  const moves: Move[] = []
  for (const grade of after) {
    const was = old.get(grade.submission.id)
    if (was === undefined) continue
    const move = compareGrades(was, grade)
    if (move !== undefined) moves.push(move)
    counts[move === undefined ? 'same' : wayOf(move)] += 1
  }
  moves.sort((a, b) => riseOf(a) - riseOf(b) || (a.submission < b.submission ? -1 : 1))
  return { moves, counts }
}

/** Undefined where the two say the same, in other words perhaps. */
export function compareGrades(before: Grade, after: Grade): Move | undefined {
  const checks = compareChecks(checksOf(before), checksOf(after))
  const [from, to] = [standingOf(before), standingOf(after)]
  const late = !isDeepStrictEqual(lateOf(before), lateOf(after))
  if (checks.length === 0 && !late && isDeepStrictEqual(from, to)) return undefined
  return { submission: after.submission.id, from, to, checks, ...(late ? { late } : {}) }
}

function compareChecks(before: CheckRecord[], after: CheckRecord[]): CheckMove[] {
  const old = new Map(before.map((check) => [check.id, check]))
  const now = new Map(after.map((check) => [check.id, check]))
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((id) => {
    const [from, to] = [checkStandingOf(old.get(id)), checkStandingOf(now.get(id))]
    if (isDeepStrictEqual(from, to)) return []
    return { id, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  })
}

function checkStandingOf(check: CheckRecord | undefined): CheckStanding | undefined {
  if (check === undefined) return undefined
  const { outcome, points, maxPoints } = check
  return { outcome, ...(points === undefined ? {} : { points }), maxPoints }
}

function standingOf(grade: Grade): Standing {
  if (grade.status === 'ungraded') return { status: grade.status }
  return { status: grade.status, score: lateOf(grade)?.score ?? grade.score, maxScore: grade.maxScore }
}

function lateOf(grade: Grade) {
  return grade.status === 'graded' ? grade.late : undefined
}

function wayOf(move: Move): 'up' | 'down' | 'even' {
  const rise = riseOf(move)
  return rise > 0 ? 'up' : rise < 0 ? 'down' : 'even'
}

/** In shares of the maximum, which a rubric may have changed. A score that is lost is the worst, one where none was the best. */
function riseOf({ from, to }: Pick<Move, 'from' | 'to'>): number {
  if (from.status === 'ungraded' || to.status === 'ungraded') {
    return Number(from.status === 'ungraded') * 2 - Number(to.status === 'ungraded') * 2
  }
  return shareOf(to) - shareOf(from)
}

function shareOf({ score = 0, maxScore = 0 }: Standing): number {
  return maxScore === 0 ? 0 : score / maxScore
}
