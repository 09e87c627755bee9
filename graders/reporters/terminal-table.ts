import type { TerminalText } from '../model/encoded.ts'
import { checksOf, type Grade, type GradesFile } from '../model/grade.ts'
import { groupChecks, nameOf, renderLegend, renderStrip, stripColumns } from './check-strip.ts'
import { forTerminal, guardLines, joinTerminal, terminal } from './escape.ts'
import { formatScore, percentOf } from './numbers.ts'
import { needsExplanation } from './outcome-marks.ts'
import { type Colour, makePaint, type Paint } from './paint.ts'
import { summariseRun } from './run-summary.ts'
import { boundedLine, cutToWidth, hangText, padEnd, padStart, trimEnd, widthOf, wrapText } from './text-layout.ts'

const minColumns = 60
const minReasonColumns = 11
/** From here on a sentence says more than a code. */
const sentenceColumns = 45
const statusColours = { ungraded: 'magenta', rejected: 'red', graded: 'green' } as const satisfies Record<
  string,
  Colour
>
const byName = new Intl.Collator('en', { numeric: true })

interface Layout {
  groups: string[][]
  name: number
  status: number
  score: number
  checks: number
  reason: number
}

/** One row per submission: what needs a person comes first (ungraded, rejected), then the lowest score. */
export function renderTable(file: GradesFile, view: { columns: number; color: boolean }): TerminalText {
  const columns = Math.max(minColumns, view.columns)
  const paint = makePaint(view.color)
  const title = paint('dim', cutToWidth(forTerminal(`${file.run.assignment}, run ${file.run.id}`), columns))
  const lines = [title, terminal``, ...renderRows(file.grades, columns, paint), ...renderSummary(file, columns, paint)]
  return guardLines(terminal`${joinTerminal(lines, terminal`\n`)}\n`)
}

function renderRows(grades: Grade[], columns: number, paint: Paint): TerminalText[] {
  if (grades.length === 0) return []
  const layout = layOut(grades, columns)
  const checks = padEnd(terminal`CHECKS`, layout.checks)
  const header = joinCells(
    [terminal`SUBMISSION`, terminal`STATUS`, terminal`SCORE`, checks, terminal`FIRST LOSS`],
    layout,
  )
  const rows = [...grades].sort(compareGrades).map((grade) => renderRow(grade, layout, paint))
  return [paint('dim', header), ...rows, terminal``, ...renderLegend(grades, layout.groups, columns, paint), terminal``]
}

function layOut(grades: Grade[], columns: number): Layout {
  const widest = (heading: string, texts: string[]) => Math.max(...[heading, ...texts].map(widthOf))
  const ids = grades.map((grade) => forTerminal(grade.submission.id))
  const groups = groupChecks(grades)
  const widths = {
    name: Math.min(Math.max(14, Math.min(32, Math.floor(columns / 4))), widest('SUBMISSION', ids)),
    status: widest(
      'STATUS',
      grades.map(({ status }) => status),
    ),
    score: widest('SCORE', grades.map(scoreOf)),
    checks: Math.max('CHECKS'.length, stripColumns(groups)),
  }
  const taken = Object.values(widths).reduce((sum, width) => sum + width + 2, 0)
  const reason = columns - taken
  return { groups, ...widths, reason: reason < minReasonColumns ? 0 : reason }
}

function renderRow(grade: Grade, layout: Layout, paint: Paint): TerminalText {
  const strip = renderStrip(grade, layout.groups, paint)
  const cells: Cells = [
    cutToWidth(forTerminal(grade.submission.id), layout.name),
    forTerminal(grade.status),
    scoreOf(grade),
    padEnd(strip, layout.checks),
    reasonOf(grade, layout.reason),
  ]
  return joinCells(cells, layout, (status) => paint(statusColours[grade.status], status))
}

type Cells = [name: TerminalText, status: TerminalText, score: TerminalText, checks: TerminalText, reason: TerminalText]

function joinCells(cells: Cells, layout: Layout, paintStatus = (status: TerminalText) => status): TerminalText {
  const [name, status, score, checks, reason] = cells
  const padded = [
    padEnd(name, layout.name),
    paintStatus(padEnd(status, layout.status)),
    padStart(score, layout.score),
    checks,
    layout.reason === 0 ? terminal`` : cutToWidth(reason, layout.reason),
  ]
  return trimEnd(joinTerminal(padded, terminal`  `))
}

function compareGrades(a: Grade, b: Grade): number {
  return rankOf(a) - rankOf(b) || byName.compare(a.submission.id, b.submission.id)
}

function rankOf(grade: Grade): number {
  if (grade.status === 'ungraded') return -2
  return grade.status === 'rejected' ? -1 : (percentOf(grade.score, grade.maxScore) ?? 0)
}

function scoreOf(grade: Grade): TerminalText {
  return grade.status === 'ungraded' ? terminal`-` : formatScore(grade.score, grade.maxScore)
}

/** Why the first points were lost: as a sentence where it fits, else as check and code. */
function reasonOf(grade: Grade, columns: number): TerminalText {
  if (grade.status === 'rejected') return sentenceOrCode(grade.rejection.message, nameOf(grade.rejection.code), columns)
  if (grade.status === 'ungraded') return sentenceOrCode(grade.error.message, grade.error.code, columns)
  const check = checksOf(grade).find(needsExplanation)
  if (check === undefined) return terminal``
  const { reason } = check
  const code = reason === undefined || reason === 'expectation.failed' ? check.message : nameOf(reason)
  return terminal`${forTerminal(nameOf(check.id))}: ${sentenceOrCode(check.message, code, columns)}`
}

/** `boot.loopback-only` reads as `loopback only`; with its first part where that says whose fault it was. */
function sentenceOrCode(sentence: string, code: string, columns: number): TerminalText {
  if (columns >= sentenceColumns || code === sentence) return forTerminal(sentence)
  return forTerminal(code.replaceAll(/[.-]/g, ' '))
}

function renderSummary(file: GradesFile, columns: number, paint: Paint): TerminalText[] {
  const { headline, remarks } = summariseRun(file)
  return [
    ...wrapText(forTerminal(headline), columns).map((line) => paint('bold', line)),
    ...remarks.flatMap((remark) => hangText(terminal`- `, boundedLine(remark), columns)),
  ]
}
