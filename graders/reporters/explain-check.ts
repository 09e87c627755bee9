import type { TerminalText } from '../model/encoded.ts'
import type { Evidence } from '../model/feedback.ts'
import type { CheckRecord } from '../model/grade.ts'
import { forTerminal, joinTerminal, quotePrefix, terminal, terminalLines } from './escape.ts'
import { voices } from './evidence-voices.ts'
import { type DrawnMemory, drawMemoryLine, type MemoryLine } from './memory-line.ts'
import { formatScore } from './numbers.ts'
import { markOf } from './outcome-marks.ts'
import type { Colour, Paint } from './paint.ts'
import {
  blanks,
  boundedLine,
  cutToWidth,
  foldLine,
  hangText,
  padEnd,
  trimEnd,
  widthOf,
  wrapText,
} from './text-layout.ts'

const indent = terminal`    `
/** A log is cut in its middle: how it began, and how it ended. */
const shownLines = { first: 8, last: 16 }
const lineColumns = 500

/** What was seen, why points were lost, what to do, and the commands that show it, like the message of a good compiler. */
export function explainCheck(check: CheckRecord, columns: number, paint: Paint): TerminalText[] {
  const { colour, glyph } = markOf(check)
  const score = formatScore(check.points, check.maxPoints)
  const ours = check.outcome === 'errored' ? ['cgrade could not judge this check. That is not your fault.'] : []
  return [
    ...hangText(terminal`${glyph} `, boundedLine(`${check.id}: ${check.title} (${score})`), columns).map((line) =>
      paint(colour, line),
    ),
    ...[...ours, check.message].flatMap((text) => hangText(indent, boundedLine(text), columns)),
    ...labelled(terminal`expected`, check.expected, columns, paint),
    ...labelled(terminal`actual`, check.actual, columns, paint),
    ...labelled(terminal`where`, whereOf(check), columns, paint),
    ...labelled(terminal`hint`, check.hint === undefined ? undefined : boundedLine(check.hint), columns, paint),
    ...(check.evidence ?? []).flatMap((evidence) => quote(evidence, columns, paint)),
    ...reproduceOf(check, paint),
  ]
}

/** A value of one line stands beside its label, a longer one is quoted below it. */
function labelled(label: TerminalText, text: string | undefined, columns: number, paint: Paint): TerminalText[] {
  if (text === undefined || text === '') return []
  const start = terminal`${indent}${padEnd(label, 10)}`
  if (terminalLines(text).length > 1) return [paint('cyan', trimEnd(start)), ...quoteLines(text, columns, paint)]
  const [first, ...more] = wrapText(boundedLine(text), Math.max(20, columns - widthOf(start)))
  const beside = trimEnd(terminal`${paint('cyan', start)}${first ?? terminal``}`)
  return [beside, ...more.map((line) => terminal`${blanks(widthOf(start))}${line}`)]
}

function whereOf({ location }: CheckRecord): TerminalText | undefined {
  if (location === undefined) return undefined
  return boundedLine(location.line === undefined ? location.file : `${location.file}:${location.line}`)
}

function quote({ kind, text, memory }: Evidence, columns: number, paint: Paint): TerminalText[] {
  const drawn = memory === undefined ? [] : renderMemory(memory, columns, paint)
  return [
    paint('cyan', terminal`${indent}${forTerminal(voices[kind])}`),
    ...(drawn.length > 0 ? drawn : quoteLines(text, columns, paint)),
  ]
}

const lineColours: Record<MemoryLine['parts'][number]['kind'], Colour> = {
  below: 'cyan',
  above: 'yellow',
  limit: 'yellow',
  killed: 'red',
}

/** Memory over time, drawn in a line, and what it says. */
export function renderMemory(memory: DrawnMemory, columns: number, paint: Paint): TerminalText[] {
  const drawn = drawMemoryLine(memory, columns - indent.length)
  if (drawn === undefined) return []
  return [
    terminal`${indent}${joinTerminal(
      drawn.parts.map(({ kind, text }) => paint(lineColours[kind], forTerminal(text))),
      terminal``,
    )}`,
    ...hangText(indent, forTerminal(drawn.caption), columns).map((line) => paint('dim', line)),
  ]
}

function quoteLines(text: string, columns: number, paint: Paint): TerminalText[] {
  const prefix = terminal`${indent}${quotePrefix}`
  const width = columns - prefix.length
  return middleOut(terminalLines(text))
    .flatMap((line) => foldLine(cutToWidth(line, lineColumns), width))
    .map((line) => terminal`${paint('dim', line === '' ? trimEnd(prefix) : prefix)}${trimEnd(line)}`)
}

function middleOut(lines: TerminalText[]): TerminalText[] {
  const { first, last } = shownLines
  const omitted = lines.length - first - last
  if (omitted <= 1) return lines
  return [...lines.slice(0, first), terminal`… ${omitted} lines left out here …`, ...lines.slice(-last)]
}

/** Never wrapped, so that it can be copied. */
function reproduceOf({ reproduce }: CheckRecord, paint: Paint): TerminalText[] {
  if (reproduce === undefined) return []
  const commands = middleOut(terminalLines(reproduce)).map(
    (line) => terminal`${indent}${paint('dim', terminal`$ `)}${line}`,
  )
  return [paint('cyan', terminal`${indent}see it yourself`), ...commands]
}
