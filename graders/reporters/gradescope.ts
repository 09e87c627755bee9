import type { JsonText } from '../model/encoded.ts'
import { type CheckRecord, checksOf, type Grade, type GradesFile } from '../model/grade.ts'
import { roundPoints } from '../model/points.ts'
import { forJson } from './escape.ts'
import { bookPointsOf, finalScoreOf, wholeMaximumOf } from './grade-book.ts'
import { formatPoints } from './numbers.ts'
import { isUncounted } from './outcome-marks.ts'
import { plainLine, plainLines } from './plain-text.ts'
import { tellStatus, whyNotJudged } from './student-view.ts'

const nameChars = 200
const outputChars = 4000

/**
 * `results.json` of a Gradescope autograder; undefined for an ungraded submission, since Gradescope has no way to say that.
 * Hidden checks are there with `visibility: hidden`, which staff see; Gradescope then keeps the total from the student, too.
 */
export function renderGradescope(grade: Grade, file: GradesFile): JsonText | undefined {
  if (grade.status === 'ungraded') return undefined
  const maximum = wholeMaximumOf(file)
  const tests = grade.status === 'rejected' ? [rejectedTest(grade)] : checksOf(grade).map(testOf)
  return forJson({
    // Above the sum of the tests: what leaves the maximum, and the late policy, are in it.
    score: bookPointsOf(grade, maximum) ?? 0,
    execution_time: Math.round(grade.durationMs / 1000),
    output: tellTotal(grade, maximum),
    output_format: 'text',
    test_output_format: 'text',
    test_name_format: 'text',
    visibility: 'visible',
    stdout_visibility: 'hidden',
    tests,
  })
}

function testOf(check: CheckRecord, index: number) {
  const { title, outcome, points, maxPoints, visibility } = check
  const counts = !isUncounted(check) && points !== undefined
  const told = outcome === 'skipped' ? whyNotJudged(check) : check.message
  const lines = [
    told,
    check.expected === undefined ? undefined : `Expected: ${check.expected}`,
    check.actual === undefined ? undefined : `Actual: ${check.actual}`,
    check.hint === undefined ? undefined : `What to do: ${check.hint}`,
    check.reproduce === undefined ? undefined : `See for yourself:\n${check.reproduce}`,
  ]
  return {
    name: plainLine(title, nameChars) || 'check',
    number: String(index + 1),
    ...(counts ? { score: roundPoints(points), max_score: roundPoints(maxPoints) } : {}),
    ...(counts ? { status: outcome === 'passed' ? 'passed' : 'failed' } : {}),
    output: plainLines(lines.filter((line) => line !== undefined).join('\n'), outputChars),
    visibility: visibility === 'hidden' ? 'hidden' : 'visible',
  }
}

function rejectedTest(grade: Extract<Grade, { status: 'rejected' }>) {
  const { message, advice } = tellStatus(grade)
  const output = plainLines([message, advice ?? ''].join('\n'), outputChars)
  const points = { score: 0, max_score: roundPoints(grade.maxScore) }
  return { name: 'can be graded', number: '1', ...points, status: 'failed', output, visibility: 'visible' }
}

/** Nothing in it that hidden checks would change is shown to students: Gradescope shows them no total then. */
function tellTotal(grade: Exclude<Grade, { status: 'ungraded' }>, maximum: number): string {
  if (checksOf(grade).some(({ visibility }) => visibility === 'hidden')) return 'Some checks are not shown yet.'
  const final = finalScoreOf(grade) ?? 0
  const late = final === grade.score ? '' : `, ${formatPoints(final)} after the late policy`
  const scaled =
    roundPoints(grade.maxScore) === maximum
      ? ''
      : ` What could not be judged or was not handed in does not count: this is scaled to ${formatPoints(maximum)} points.`
  return `${formatPoints(grade.score)} of ${formatPoints(grade.maxScore)} points${late}.${scaled}`
}
