import type { Evidence } from '../model/feedback.ts'
import type { CheckRecord } from '../model/grade.ts'
import { quotePrefix, terminalLines } from './escape.ts'
import { voices } from './evidence-voices.ts'
import { type DrawnMemory, drawMemoryLine, type MemoryLine } from './memory-line.ts'
import { formatScore } from './numbers.ts'
import { markOf } from './outcome-marks.ts'
import type { Colour, Paint } from './paint.ts'
import { boundedLine, cutToWidth, foldLine, hangText } from './text-layout.ts'

const indent = '    '
/** A log is cut in its middle: how it began, and how it ended. */
const shownLines = { first: 8, last: 16 }
const lineColumns = 500

/** What was seen, why points were lost, what to do, and the commands that show it, like the message of a good compiler. */
export function explainCheck(check: CheckRecord, columns: number, paint: Paint): string[] {
  const { colour, glyph } = markOf(check)
  const score = formatScore(check.points, check.maxPoints)
  const ours = check.outcome === 'errored' ? ['cgrade could not judge this check. That is not your fault.'] : []
  return [
    ...hangText(`${glyph} `, boundedLine(`${check.id}: ${check.title} (${score})`), columns).map((line) =>
      paint(colour, line),
    ),
    ...[...ours, check.message].flatMap((text) => hangText(indent, boundedLine(text), columns)),
    ...labelled('expected', check.expected, columns, paint),
    ...labelled('actual', check.actual, columns, paint),
    ...labelled('where', whereOf(check), columns, paint),
    ...labelled('hint', check.hint === undefined ? undefined : boundedLine(check.hint), columns, paint),
    ...(check.evidence ?? []).flatMap((evidence) => quote(evidence, columns, paint)),
    ...reproduceOf(check, paint),
  ]
}

/** A value of one line stands beside its label, a longer one is quoted below it. */
function labelled(label: string, text: string | undefined, columns: number, paint: Paint): string[] {
  if (text === undefined || text === '') return []
  const start = `${indent}${label.padEnd(10)}`
  if (terminalLines(text).length > 1) return [paint('cyan', start.trimEnd()), ...quoteLines(text, columns, paint)]
  const [first = '', ...more] = hangText(start, boundedLine(text), columns)
  return [paint('cyan', start) + first.slice(start.length), ...more]
}

function whereOf({ location }: CheckRecord): string | undefined {
  if (location === undefined) return undefined
  return boundedLine(location.line === undefined ? location.file : `${location.file}:${location.line}`)
}

function quote({ kind, text, memory }: Evidence, columns: number, paint: Paint): string[] {
  const drawn = memory === undefined ? [] : renderMemory(memory, columns, paint)
  return [paint('cyan', `${indent}${voices[kind]}`), ...(drawn.length > 0 ? drawn : quoteLines(text, columns, paint))]
}

const lineColours: Record<MemoryLine['parts'][number]['kind'], Colour> = {
  below: 'cyan',
  above: 'yellow',
  limit: 'yellow',
  killed: 'red',
}

/** Memory over time, drawn in a line, and what it says. */
export function renderMemory(memory: DrawnMemory, columns: number, paint: Paint): string[] {
  const drawn = drawMemoryLine(memory, columns - indent.length)
  if (drawn === undefined) return []
  return [
    indent + drawn.parts.map(({ kind, text }) => paint(lineColours[kind], text)).join(''),
    ...hangText(indent, drawn.caption, columns).map((line) => paint('dim', line)),
  ]
}

function quoteLines(text: string, columns: number, paint: Paint): string[] {
  const prefix = `${indent}${quotePrefix}`
  const width = columns - prefix.length
  return middleOut(terminalLines(text))
    .flatMap((line) => foldLine(cutToWidth(line, lineColumns), width))
    .map((line) => paint('dim', line === '' ? prefix.trimEnd() : prefix) + line.trimEnd())
}

function middleOut(lines: string[]): string[] {
  const { first, last } = shownLines
  const omitted = lines.length - first - last
  if (omitted <= 1) return lines
  return [...lines.slice(0, first), `… ${omitted} lines left out here …`, ...lines.slice(-last)]
}

/** Never wrapped, so that it can be copied. */
function reproduceOf({ reproduce }: CheckRecord, paint: Paint): string[] {
  if (reproduce === undefined) return []
  const commands = terminalLines(reproduce).map((line) => `${indent}${paint('dim', '$ ')}${line}`)
  return [paint('cyan', `${indent}see it yourself`), ...commands]
}
