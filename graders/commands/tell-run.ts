import { dirname } from 'node:path'
import type { TerminalText } from '../model/encoded.ts'
import type { GradesFile } from '../model/grade.ts'
import { forTerminal, guardLines, joinTerminal, terminal } from '../reporters/escape.ts'
import { jsonParts } from '../reporters/json.ts'
import { makePaint } from '../reporters/paint.ts'
import { renderFindings } from '../reporters/terminal-findings.ts'
import { renderTable } from '../reporters/terminal-table.ts'
import { padEnd, widthOf } from '../reporters/text-layout.ts'
import type { Io } from './io.ts'
import type { FinishedRun } from './run-on-disk.ts'
import { shownPath } from './shown-path.ts'

/** From here on nobody reads each submission by itself. */
const manySubmissions = 4

/**
 * A run that has been written down: the table, of many submissions also what they have in common and what can be done next, and where
 * the reports are; or the one document of `--json`.
 */
export function tellRun({ file, brief, reports }: FinishedRun, io: Io, options: { json: boolean }): void {
  if (options.json) {
    for (const part of jsonParts(file)) io.out(part)
    return
  }
  io.out(renderTable(brief, io))
  const isLarge = brief.grades.length >= manySubmissions
  const paragraphs = [
    ...(isLarge ? renderFindings(brief.grades, io) : []),
    renderNext(brief, quoteForShell(shownPath(dirname(reports[0] ?? '.'))), isLarge, io),
  ].filter((paragraph) => paragraph.length > 0)
  for (const paragraph of paragraphs) io.out(guardLines(terminal`\n${joinTerminal(paragraph, terminal`\n`)}\n`))
  const places = reports.map((path) => forTerminal(shownPath(path)))
  io.out(terminal`\nReports: ${joinTerminal(places, terminal` `)}\n`)
}

/** Said wherever a run broke off after it had begun. */
export function tellHowToGoOn(folder: string, io: Pick<Io, 'err'>): void {
  io.err(terminal`What was graded is kept. Go on with: cgrade batch --resume ${forTerminal(shownPath(folder))}\n`)
}

/** Commands to go on with, each with what it is for. */
function renderNext(file: GradesFile, run: string, isLarge: boolean, io: Io): TerminalText[] {
  const ungraded = file.grades.filter(({ status }) => status === 'ungraded').length
  const next = [
    ...(ungraded === 0 ? [] : [[`cgrade regrade ${run} --only ungraded`, 'when the cause is gone']]),
    ...(isLarge
      ? [
          [`cgrade report ${run} --format student --only <id>`, 'all that one student is told'],
          [`cgrade report ${run} --format canvas`, 'grade books: canvas, moodle, gradescope, csv'],
          [`cgrade regrade ${run}`, 'after specs, points or submissions changed'],
        ]
      : []),
  ].map(([command = '', what = '']) => ({ command: forTerminal(command), what: forTerminal(what) }))
  if (next.length === 0) return []
  const paint = makePaint(io.color)
  const width = Math.max(...next.map(({ command }) => widthOf(command)))
  // Commands are never cut; where a line cannot hold both, what it is for stands above.
  const isNarrow = next.some(({ what }) => 2 + width + 2 + widthOf(what) > io.columns)
  const lines = next.flatMap(({ command, what }) => {
    if (!isNarrow) return [terminal`  ${padEnd(command, width)}  ${paint('dim', what)}`]
    return [terminal`  ${paint('dim', terminal`# ${what}`)}`, terminal`  ${command}`]
  })
  return [paint('bold', terminal`Next`), ...lines]
}

/** Bare where a shell takes it as it is. */
function quoteForShell(path: string): string {
  return /^[\p{L}\p{N}_./@%+=-]+$/u.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
