import type { TerminalText } from '../model/encoded.ts'
import type { CheckMove, CheckStanding, Move, MovesFile, Standing } from '../model/moves.ts'
import { nameOf } from './check-strip.ts'
import { forTerminal, guardLines, joinTerminal, terminal } from './escape.ts'
import { changeOf } from './moves.ts'
import { countOf, formatPoints, formatScore, percentOf } from './numbers.ts'
import { type Mark, marks } from './outcome-marks.ts'
import { makePaint, type Paint } from './paint.ts'
import { cutToWidth, padEnd, padStart, trimEnd, widthOf } from './text-layout.ts'

const minColumns = 60
const headings = [terminal`SUBMISSION`, terminal`FROM`, terminal`TO`, terminal`CHANGE`, terminal`BY`] as const

/** Who moved: worst fall first, from what to what and by which checks, then how many. */
export function renderMoves(file: Pick<MovesFile, 'moves' | 'counts'>, view: { columns: number; color: boolean }) {
  const columns = Math.max(minColumns, view.columns)
  const paint = makePaint(view.color)
  const rows = file.moves.length === 0 ? [] : [...renderRows(file.moves, columns, paint), terminal``]
  const lines = [...rows, paint('bold', tellCounts(file))]
  return guardLines(terminal`${joinTerminal(lines, terminal`\n`)}\n`)
}

/** `4 of 300 submissions moved: 1 up, 2 down, 1 worth the same.` */
function tellCounts({ moves, counts }: Pick<MovesFile, 'moves' | 'counts'>): TerminalText {
  const total = moves.length + counts.same
  if (moves.length === 0) return terminal`Nobody moved: ${countOf(total, 'submission')} as before.`
  const ways: [number, TerminalText][] = [
    [counts.up, terminal`up`],
    [counts.down, terminal`down`],
    [counts.even, terminal`worth the same`],
  ]
  const told = ways.filter(([count]) => count > 0).map(([count, way]) => terminal`${count} ${way}`)
  return terminal`${moves.length} of ${countOf(total, 'submission')} moved: ${joinTerminal(told, terminal`, `)}.`
}

function renderRows(moves: Move[], columns: number, paint: Paint): TerminalText[] {
  const cells = moves.map((move) => [
    forTerminal(move.submission),
    tellStanding(move.from),
    tellStanding(move.to),
    tellChange(move),
  ])
  const widest = (column: number) =>
    Math.max(...[headings[column] ?? '', ...cells.map((row) => row[column] ?? '')].map(widthOf))
  const widths = [Math.min(widest(0), Math.floor(columns / 4)), widest(1), widest(2), widest(3)]
  const room = columns - widths.reduce((sum, width) => sum + width + 2, 0)
  const join = (row: readonly TerminalText[], by: TerminalText, colour: (text: TerminalText) => TerminalText) => {
    const [name = terminal``, from = terminal``, to = terminal``, change = terminal``] = row
    const [nameWidth = 0, fromWidth = 0, toWidth = 0, changeWidth = 0] = widths
    const padded = [
      padEnd(cutToWidth(name, nameWidth), nameWidth),
      padStart(from, fromWidth),
      padStart(to, toWidth),
      colour(padStart(change, changeWidth)),
      by,
    ]
    return trimEnd(joinTerminal(padded, terminal`  `))
  }
  const full = ambiguousNames(moves)
  const rows = moves.map((move, index) =>
    join(cells[index] ?? [], tellReasons(move, room, full), (text) => paint(colourOf(move), text)),
  )
  const head = join(headings.slice(0, 4), headings[4], (text) => text)
  return [paint('dim', head), ...rows, ...renderMeanings(moves, paint)]
}

function tellStanding({ status, score, maxScore = 0 }: Standing): TerminalText {
  return status === 'graded' ? formatScore(score, maxScore) : forTerminal(status)
}

/** In points, or in per cent where the maximum is another one. */
function tellChange({ from, to }: Move): TerminalText {
  const change = changeOf({ from, to })
  if (change === undefined) return terminal`-`
  if (from.maxScore === to.maxScore) return signed(change)
  const [before, after] = [from, to].map(({ score = 0, maxScore = 0 }) => percentOf(score, maxScore) ?? 0)
  return terminal`${signed((after ?? 0) - (before ?? 0))} %`
}

function signed(value: number): TerminalText {
  return value > 0 ? terminal`+${formatPoints(value)}` : formatPoints(value)
}

function colourOf(move: Move) {
  const change = changeOf(move) ?? (move.to.status === 'ungraded' ? -1 : 1)
  return change < 0 ? 'red' : change > 0 ? 'green' : 'dim'
}

/** As many as there is room for. */
function tellReasons(move: Move, columns: number, full: ReadonlySet<string>): TerminalText {
  if (move.from.status !== move.to.status) return cutToWidth(tellStatus(move), columns)
  const parts = [...move.checks.map((check) => tellCheck(check, full)), ...(move.late ? [terminal`lateness`] : [])]
  for (let shown = parts.length; shown > 1; shown -= 1) {
    const more = parts.length - shown
    const text = terminal`${joinTerminal(parts.slice(0, shown), terminal`, `)}${more > 0 ? terminal`, +${more}` : terminal``}`
    if (widthOf(text) <= columns) return text
  }
  const rest = parts.length > 1 ? terminal`, +${parts.length - 1}` : terminal``
  return terminal`${cutToWidth(parts[0] ?? terminal``, columns - widthOf(rest))}${rest}`
}

function tellStatus({ from, to }: Move): TerminalText {
  return to.status === 'graded' ? terminal`was ${forTerminal(from.status)}` : terminal`${forTerminal(to.status)} now`
}

/** `log-status ✓→✗`, or `log-status 5/5→8/8` where only the points changed. */
function tellCheck({ id, from, to }: CheckMove, full: ReadonlySet<string>): TerminalText {
  const name = forTerminal(full.has(nameOf(id)) ? id : nameOf(id))
  if (from === undefined) return terminal`${name} new ${markOf(to).glyph}`
  if (to === undefined) return terminal`${name} gone`
  const [before, after] = [markOf(from).glyph, markOf(to).glyph]
  if (before !== after) return terminal`${name} ${before}→${after}`
  return terminal`${name} ${formatScore(from.points, from.maxPoints)}→${formatScore(to.points, to.maxPoints)}`
}

function markOf(standing: CheckStanding | undefined): Mark {
  if (standing === undefined) return marks.uncounted
  return standing.outcome === 'skipped' && standing.points === undefined ? marks.uncounted : marks[standing.outcome]
}

/** Two exercises may have a check of one name. */
function ambiguousNames(moves: Move[]): Set<string> {
  const ids = new Set(moves.flatMap(({ checks }) => checks.map(({ id }) => id)))
  const byName = Map.groupBy(ids, nameOf)
  return new Set([...byName].filter(([, of]) => of.length > 1).map(([name]) => name))
}

function renderMeanings(moves: Move[], paint: Paint): TerminalText[] {
  const changed = moves.flatMap(({ from, to, checks }) => (from.status === to.status ? checks : []))
  const used = changed
    .filter(({ from, to }) => markOf(from) !== markOf(to))
    .flatMap(({ from, to }) => [markOf(from), markOf(to)])
  const told = Object.values(marks).filter((mark) => used.includes(mark))
  const meanings = told.map(({ glyph, colour, label }) => terminal`${paint(colour, glyph)} ${label}`)
  return meanings.length === 0 ? [] : [terminal``, joinTerminal(meanings, terminal`   `)]
}
