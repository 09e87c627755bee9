import type { CheckRecord, ExerciseRecord, Found, Grade } from '../model/grade.ts'
import { guardLines } from './escape.ts'
import { explainCheck } from './explain-check.ts'
import { countOf, formatDuration, formatPoints, formatScore, percentOf } from './numbers.ts'
import { checksOf, isUncounted, markOf, marks, needsExplanation } from './outcome-marks.ts'
import { makePaint, type Paint } from './paint.ts'
import { boundedLine, cutToWidth, hangText, padEnd, padStart, wrapText } from './text-layout.ts'

const minColumns = 40
const maxColumns = 100
const scoreColumns = 9

/**
 * What a student reads: what was found, what each check said, why points were lost and how to see it, the score last.
 * Hidden checks and flags are for staff and never appear here.
 */
export function renderStudent(grade: Grade, view: { columns: number; color: boolean }): string {
  const columns = Math.min(maxColumns, Math.max(minColumns, view.columns))
  const paint = makePaint(view.color)
  const shown = { ...grade, exercises: grade.exercises.map(withoutHidden) }
  const checks = checksOf(shown)
  const blocks = [
    [paint('bold', cutToWidth(boundedLine(grade.submission.id), columns))],
    ...statusBlocks(grade, columns, paint),
    ...shown.exercises.map((exercise) => renderExercise(exercise, columns, paint)),
    ...checks.filter(needsExplanation).map((check) => explainCheck(check, columns, paint)),
    renderScore(grade, checks, columns, paint),
  ]
  return guardLines(`${blocks.map((block) => block.join('\n')).join('\n\n')}\n`)
}

function withoutHidden(exercise: ExerciseRecord): ExerciseRecord {
  return { ...exercise, checks: exercise.checks.filter((check) => check.visibility === 'public') }
}

function statusBlocks(grade: Grade, columns: number, paint: Paint): string[][] {
  if (grade.status === 'graded') return []
  const rejected = grade.status === 'rejected'
  const title = rejected
    ? 'This submission was refused before anything was built.'
    : 'cgrade could not grade this submission. That is not your fault, and no points are lost.'
  const { code, message } = rejected ? grade.rejection : grade.error
  const advice = rejected ? grade.rejection.hint : grade.error.remedy
  const mark = rejected ? marks.failed : marks.errored
  return [
    [
      ...hangText(`${mark.glyph} `, title, columns).map((line) => paint(mark.colour, line)),
      ...hangText('  ', boundedLine(`${message} [${code}]`), columns),
      ...(advice === undefined ? [] : hangText('  to do  ', boundedLine(advice), columns)),
    ],
  ]
}

function renderExercise(exercise: ExerciseRecord, columns: number, paint: Paint): string[] {
  const facts = [...renderFound(exercise.found, columns, paint), ...renderPhases(exercise, columns, paint)]
  return [
    ...wrapText(boundedLine(exercise.title), columns).map((line) => paint('bold', line)),
    ...facts,
    ...(facts.length === 0 ? [] : ['']),
    ...exercise.checks.flatMap((check, index) => renderCheckLine(check, exercise.checks[index + 1], columns, paint)),
  ]
}

function renderFound(found: Found, columns: number, paint: Paint): string[] {
  const context = found.context === undefined || found.context === '.' ? '' : `, built in \`${found.context}\``
  const facts = [
    ...(found.dockerfile === undefined ? [] : [['Dockerfile', `\`${found.dockerfile}\`${context}`]]),
    ...(found.port === undefined ? [] : [['port', String(found.port)]]),
    ...(found.routes === undefined || found.routes.length === 0 ? [] : [['routes', found.routes.join(' ')]]),
    ...(found.notes ?? []).map((note) => ['note', note]),
  ]
  return facts.flatMap(([label = '', fact = '']) =>
    hangText(`  ${label.padEnd(12)}`, boundedLine(fact), columns).map((line) => paint('dim', line)),
  )
}

function renderPhases({ phases }: ExerciseRecord, columns: number, paint: Paint): string[] {
  if (phases.length === 0) return []
  const took = phases.map(({ name, outcome, durationMs }) => {
    const mark = outcome === 'passed' ? '' : ` ${marks[outcome].glyph}`
    return `${name}${mark} ${formatDuration(durationMs)}`
  })
  return hangText(`  ${'took'.padEnd(12)}`, took.join(', '), columns).map((line) => paint('dim', line))
}

/** What was lost is explained further below; what was not is told here, one reason once for checks in a row. */
function renderCheckLine(check: CheckRecord, next: CheckRecord | undefined, columns: number, paint: Paint): string[] {
  const mark = markOf(check)
  const score = formatScore(isUncounted(check) ? undefined : check.points, check.maxPoints)
  const titleColumns = columns - 4 - scoreColumns
  const [first = '', ...more] = wrapText(boundedLine(check.title), titleColumns)
  const remarks = remarksOn(check).filter((remark) => next === undefined || !remarksOn(next).includes(remark))
  return [
    `  ${paint(mark.colour, mark.glyph)} ${padEnd(first, titleColumns)}${padStart(score, scoreColumns)}`,
    ...more.map((line) => `    ${line}`),
    ...remarks.flatMap((remark) => hangText('    ', remark, columns)).map((line) => paint('dim', line)),
  ]
}

function remarksOn(check: CheckRecord): string[] {
  if (needsExplanation(check)) return []
  const seen = check.outcome === 'skipped' ? whyNotJudged(check) : check.message
  return [seen, check.hint ?? ''].map(boundedLine).filter((remark) => remark !== '')
}

function whyNotJudged(check: CheckRecord): string {
  if (check.unavailable !== undefined) return `not counted: ${check.unavailable}`
  return check.because === undefined ? check.message : `skipped because of \`${check.because}\``
}

function renderScore(grade: Grade, shown: CheckRecord[], columns: number, paint: Paint): string[] {
  if (grade.status === 'ungraded') return [paint('bold', 'No score: not graded yet.')]
  const hidden = checksOf(grade).filter((check) => check.visibility === 'hidden')
  const passed = shown.filter((check) => check.outcome === 'passed').length
  const counted = shown.filter((check) => !isUncounted(check))
  const tally = counted.length === 0 ? '' : `, ${passed} of ${countOf(counted.length, 'check')} passed`
  const bold = (text: string) => wrapText(text, columns).map((line) => paint('bold', line))
  if (hidden.length === 0) return bold(`Score ${scoreText(grade.score, grade.maxScore)}${tally}`)
  const sum = (points: (number | undefined)[]) => points.reduce<number>((total, one) => total + (one ?? 0), 0)
  const score = scoreText(sum(counted.map((check) => check.points)), sum(counted.map((check) => check.maxPoints)))
  const rest = `${countOf(hidden.length, 'more check')} (${formatPoints(sum(hidden.map((check) => check.maxPoints)))} points)`
  return [
    ...bold(`Score ${score}${tally}`),
    ...wrapText(
      `${rest} ${hidden.length === 1 ? 'is' : 'are'} graded, but not shown before the grades are out.`,
      columns,
    ),
  ]
}

function scoreText(score: number, maxScore: number): string {
  const percent = percentOf(score, maxScore)
  return `${formatPoints(score)} of ${formatPoints(maxScore)} points${percent === undefined ? '' : ` (${Math.floor(percent)} %)`}`
}
