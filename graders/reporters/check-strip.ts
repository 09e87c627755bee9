import type { TerminalText } from '../model/encoded.ts'
import { checksOf, type Grade } from '../model/grade.ts'
import { forTerminal, joinTerminal, terminal } from './escape.ts'
import { checkIdsOf, type Mark, markOf, marks } from './outcome-marks.ts'
import type { Paint } from './paint.ts'
import { hangText, widthOf } from './text-layout.ts'

const legendGap = terminal`   `

/** The check ids of a run by exercise: every row has the same places, so that a column reads downwards. */
export function groupChecks(grades: Grade[]): string[][] {
  return [...Map.groupBy(checkIdsOf(grades), exerciseOf).values()]
}

export function stripColumns(groups: string[][]): number {
  return groups.flat().length + Math.max(0, groups.length - 1)
}

/** `✓✓½✗-✓✓ ✓`: a mark per check, a blank between exercises and where a submission has no such check. */
export function renderStrip(grade: Grade, groups: string[][], paint: Paint): TerminalText {
  const checks = new Map(checksOf(grade).map((check) => [check.id, check]))
  const markAt = (id: string) => {
    const check = checks.get(id)
    if (check === undefined) return terminal` `
    const { colour, glyph } = markOf(check)
    return paint(colour, glyph)
  }
  const strips = groups.map((ids) => joinTerminal(ids.map(markAt), terminal``))
  return joinTerminal(strips, terminal` `)
}

/** What the marks mean, as far as this run has them, and which check stands where. */
export function renderLegend(grades: Grade[], groups: string[][], columns: number, paint: Paint): TerminalText[] {
  if (groups.length === 0) return []
  const used = new Set(grades.flatMap(checksOf).map((check) => markOf(check).glyph))
  const meanings = Object.values(marks).filter((mark) => used.has(mark.glyph))
  const places = groups.map((ids) => `${exerciseOf(ids[0] ?? '')}: ${ids.map(nameOf).join(' ')}`)
  return [
    ...renderMeanings(meanings, columns, paint),
    ...hangText(terminal`checks  `, forTerminal(places.join(', ')), columns).map((line) => paint('dim', line)),
  ]
}

function renderMeanings(meanings: Mark[], columns: number, paint: Paint): TerminalText[] {
  const lines: Mark[][] = [[]]
  for (const mark of meanings) {
    const line = [...(lines.at(-1) ?? []), mark]
    const width = widthOf(line.map(({ glyph, label }) => `${glyph} ${label}`).join(legendGap))
    if (width <= columns) lines[lines.length - 1] = line
    else lines.push([mark])
  }
  const told = ({ colour, glyph, label }: Mark) => terminal`${paint(colour, glyph)} ${label}`
  return lines.map((line) => joinTerminal(line.map(told), legendGap))
}

function exerciseOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('.')))
}

/** `httpserver.header-echo` is `header-echo` where the exercise is plain. */
export function nameOf(id: string): string {
  return id.slice(id.indexOf('.') + 1)
}
