import type { CheckRecord, Grade } from '../model/grade.ts'
import { roundPoints } from '../model/points.ts'
import { isUncounted } from './outcome-marks.ts'
import { tellStatus } from './student-view.ts'

export type Scored = Exclude<Grade, { status: 'ungraded' }>

/** A line of a grade book: what was asked, and what it earned. */
export type ScoredLine = Omit<CheckRecord, 'id' | 'visibility' | 'points'> & { points: number }

/** More exercises than any assignment has; every one doubles the work. */
const mostExercises = 12

/**
 * What a grade is made of, for programs that add up points themselves: the lines add up to the score and the maximum. With hidden
 * checks they add up to what may be shown, since a total would tell what is hidden.
 */
export function scoredLinesOf(grade: Scored): ScoredLine[] {
  if (grade.status === 'rejected' && grade.exercises.length === 0) return [statusLine(grade)]
  const counted = countedChecksOf(grade)
  const checks = grade.exercises.flatMap((exercise) => exercise.checks)
  if (counted === undefined && checks.every(isPublic)) return [totalLine(grade)]
  const shown = (counted ?? checks).filter((check) => isPublic(check) && !isUncounted(check))
  return shown.map((check) => ({ ...check, points: Math.min(check.points ?? 0, check.maxPoints) }))
}

function isPublic({ visibility }: CheckRecord): boolean {
  return visibility === 'public'
}

export function totalOf(
  lines: { points?: number | undefined; maxPoints: number }[],
): Pick<Scored, 'score' | 'maxScore'> {
  return {
    score: roundPoints(lines.reduce((sum, line) => sum + (line.points ?? 0), 0)),
    maxScore: roundPoints(lines.reduce((sum, line) => sum + line.maxPoints, 0)),
  }
}

/**
 * An optional exercise that would lower the percentage is left out of a score, and its checks with it: the exercises that do add up
 * to score and maximum are found again here, as many of them as can be.
 */
function countedChecksOf(grade: Scored): CheckRecord[] | undefined {
  if (grade.exercises.length > mostExercises) return undefined
  const choices = grade.exercises.reduce<CheckRecord[][][]>(
    (before, { checks }) => before.flatMap((choice) => [[...choice, checks], choice]),
    [[]],
  )
  choices.sort((a, b) => b.length - a.length)
  return choices
    .map((choice) => choice.flat())
    .find((checks) =>
      addsUp(
        checks.filter((one) => !isUncounted(one)),
        grade,
      ),
    )
}

function addsUp(lines: { points?: number | undefined; maxPoints: number }[], grade: Scored): boolean {
  const { score, maxScore } = totalOf(lines)
  return score === roundPoints(grade.score) && maxScore === roundPoints(grade.maxScore)
}

function statusLine(grade: Extract<Grade, { status: 'rejected' }>): ScoredLine {
  const { message } = tellStatus(grade)
  const title = 'can be graded'
  return { title, outcome: 'failed', points: 0, maxPoints: grade.maxScore, message, durationMs: grade.durationMs }
}

/** Where no choice of exercises adds up: the score as one line. */
function totalLine(grade: Scored): ScoredLine {
  const { score, maxScore, durationMs } = grade
  const outcome = score >= maxScore ? 'passed' : score > 0 ? 'partial' : 'failed'
  return { title: 'score', outcome, points: Math.min(score, maxScore), maxPoints: maxScore, message: '', durationMs }
}
