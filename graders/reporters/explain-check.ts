import type { Evidence } from '../model/feedback.ts'
import type { CheckRecord } from '../model/grade.ts'
import { quotePrefix, terminalLines } from './escape.ts'
import { formatScore } from './numbers.ts'
import { markOf } from './outcome-marks.ts'
import type { Paint } from './paint.ts'
import { boundedLine, cutToWidth, foldLine, hangText } from './text-layout.ts'

const indent = '    '
/** A log is cut in its middle: how it began, and how it ended. */
const shownLines = { first: 8, last: 16 }
const lineColumns = 500

/** Whose words follow: a student must never take our text for the program's, or the other way round. */
const voices: Record<Evidence['kind'], string> = {
  http: 'what cgrade sent and received',
  log: 'the log of your container',
  'build-log': 'the output of your build',
  sockets: 'sockets in your container',
  container: 'how your container ended',
  files: 'files',
  note: 'noted by cgrade',
}

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

function quote({ kind, text }: Evidence, columns: number, paint: Paint): string[] {
  return [paint('cyan', `${indent}${voices[kind]}`), ...quoteLines(text, columns, paint)]
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
