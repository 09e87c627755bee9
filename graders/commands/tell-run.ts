import type { GradesFile } from '../model/grade.ts'
import { forTerminal, joinTerminal, terminal } from '../reporters/escape.ts'
import { renderJson } from '../reporters/json.ts'
import { renderTable } from '../reporters/terminal-table.ts'
import type { Io } from './io.ts'
import { shownPath } from './shown-path.ts'

/** A run that has been written down: the table and where its reports are, or the one document of `--json`. */
export function tellRun(file: GradesFile, reports: string[], io: Io, options: { json: boolean }): void {
  if (options.json) {
    io.out(renderJson(file))
    return
  }
  io.out(renderTable(file, io))
  const places = reports.map((path) => forTerminal(shownPath(path)))
  io.out(terminal`\nReports: ${joinTerminal(places, terminal` `)}\n`)
}
