import type { TerminalText } from '../model/encoded.ts'
import type { CheckRecord, ExerciseRecord, Found, Grade } from '../model/grade.ts'
import { forTerminal, guardLines, joinTerminal, terminal } from './escape.ts'
import { explainCheck, renderMemory } from './explain-check.ts'
import { formatDuration, formatScore } from './numbers.ts'
import { isUncounted, markOf, marks, needsExplanation } from './outcome-marks.ts'
import { makePaint, type Paint } from './paint.ts'
import { tellFound, tellScore, tellStatus, whyNotJudged, withoutHidden } from './student-view.ts'
import { boundedLine, cutToWidth, hangText, padEnd, padStart, wrapText } from './text-layout.ts'

const minColumns = 40
const maxColumns = 100
const scoreColumns = 9

/**
 * What a student reads: what was found, what each check said, why points were lost and how to see it, the score last.
 * Hidden checks and flags are for staff and never appear here.
 */
export function renderStudent(grade: Grade, view: { columns: number; color: boolean }): TerminalText {
  const columns = Math.min(maxColumns, Math.max(minColumns, view.columns))
  const paint = makePaint(view.color)
  const exercises = grade.exercises.map(withoutHidden)
  const checks = exercises.flatMap((exercise) => exercise.checks)
  const blocks = [
    [paint('bold', cutToWidth(boundedLine(grade.submission.id), columns))],
    ...statusBlocks(grade, columns, paint),
    ...exercises.map((exercise) => renderExercise(exercise, columns, paint)),
    ...checks.filter(needsExplanation).map((check) => explainCheck(check, columns, paint)),
    renderScore(grade, columns, paint),
  ]
  const texts = blocks.map((block) => joinTerminal(block, terminal`\n`))
  return guardLines(terminal`${joinTerminal(texts, terminal`\n\n`)}\n`)
}

function statusBlocks(grade: Grade, columns: number, paint: Paint): TerminalText[][] {
  if (grade.status === 'graded') return []
  const { mark, title, code, message, advice } = tellStatus(grade)
  return [
    [
      ...hangText(terminal`${mark.glyph} `, forTerminal(title), columns).map((line) => paint(mark.colour, line)),
      ...hangText(terminal`  `, boundedLine(`${message} [${code}]`), columns),
      ...(advice === undefined ? [] : hangText(terminal`  to do  `, boundedLine(advice), columns)),
    ],
  ]
}

function renderExercise(exercise: ExerciseRecord, columns: number, paint: Paint): TerminalText[] {
  if (exercise.checks.length > 0 && exercise.checks.every(isUncounted)) return renderLeftOut(exercise, columns, paint)
  const facts = [...renderFound(exercise.found, columns, paint), ...renderPhases(exercise, columns, paint)]
  return [
    ...wrapText(boundedLine(exercise.title), columns).map((line) => paint('bold', line)),
    ...facts,
    ...(facts.length === 0 ? [] : [terminal``]),
    ...exercise.checks.flatMap((check, index) => renderCheckLine(check, exercise.checks[index + 1], columns, paint)),
  ]
}

/** An exercise of which nothing counts is told in a line or two, not check by check. */
function renderLeftOut({ title, checks }: ExerciseRecord, columns: number, paint: Paint): TerminalText[] {
  const reasons = [...new Set(checks.map(whyNotJudged))]
  return [
    ...wrapText(boundedLine(title), columns).map((line) => paint('bold', line)),
    ...reasons
      .flatMap((reason) => hangText(terminal`  · `, boundedLine(reason), columns))
      .map((line) => paint('dim', line)),
  ]
}

function renderFound(found: Found, columns: number, paint: Paint): TerminalText[] {
  return tellFound(found).flatMap(([label, fact]) =>
    hangText(terminal`  ${padEnd(forTerminal(label), 12)}`, boundedLine(fact), columns).map((line) =>
      paint('dim', line),
    ),
  )
}

function renderPhases({ phases }: ExerciseRecord, columns: number, paint: Paint): TerminalText[] {
  if (phases.length === 0) return []
  const took = phases.map(({ name, outcome, durationMs }) => {
    const mark = outcome === 'passed' ? terminal`` : terminal` ${marks[outcome].glyph}`
    return terminal`${forTerminal(name)}${mark} ${formatDuration(durationMs)}`
  })
  return hangText(terminal`  took        `, joinTerminal(took, terminal`, `), columns).map((line) => paint('dim', line))
}

/** What was lost is explained further below; what was not is told here, one reason once for checks in a row. */
function renderCheckLine(
  check: CheckRecord,
  next: CheckRecord | undefined,
  columns: number,
  paint: Paint,
): TerminalText[] {
  const mark = markOf(check)
  const score = formatScore(isUncounted(check) ? undefined : check.points, check.maxPoints)
  const titleColumns = columns - 4 - scoreColumns
  const [first = terminal``, ...more] = wrapText(boundedLine(check.title), titleColumns)
  const remarks = remarksOn(check).filter((remark) => next === undefined || !remarksOn(next).includes(remark))
  return [
    terminal`  ${paint(mark.colour, mark.glyph)} ${padEnd(first, titleColumns)}${padStart(score, scoreColumns)}`,
    ...more.map((line) => terminal`    ${line}`),
    ...remarks.flatMap((remark) => hangText(terminal`    `, remark, columns)).map((line) => paint('dim', line)),
    ...(needsExplanation(check) ? [] : (check.evidence ?? [])).flatMap(({ memory }) =>
      memory === undefined ? [] : renderMemory(memory, columns, paint),
    ),
  ]
}

function remarksOn(check: CheckRecord): TerminalText[] {
  if (needsExplanation(check)) return []
  const seen = check.outcome === 'skipped' ? whyNotJudged(check) : check.message
  return [seen, check.hint ?? ''].map(boundedLine).filter((remark) => remark !== '')
}

function renderScore(grade: Grade, columns: number, paint: Paint): TerminalText[] {
  const { score, late, rest } = tellScore(grade)
  return [
    ...wrapText(forTerminal(score), columns).map((line) => paint('bold', line)),
    ...(late === undefined ? [] : wrapText(forTerminal(late), columns)),
    ...(rest === undefined ? [] : wrapText(forTerminal(rest), columns)),
  ]
}
