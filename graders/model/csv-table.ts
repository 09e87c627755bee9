import { parse } from 'csv-parse/sync'
import { UsageError } from './grader-error.ts'

export interface TableCell {
  text: string
  /** Where it stands in the file, quotes and all, in UTF-16 units. */
  start: number
  end: number
}

export interface TableRow {
  /** 1-based. */
  line: number
  cells: TableCell[]
}

export interface CsvTable {
  header: TableRow
  rows: TableRow[]
  delimiter: ',' | ';'
}

/**
 * A CSV file with the place of each cell, so that some can be replaced and every other byte stays. Strict: `csv-parse`, which
 * tells no places, must read the same cells.
 */
export function readTable(text: string, path: string): CsvTable {
  const start = text.startsWith('\u{FEFF}') ? 1 : 0
  const delimiter = delimiterOf(text.slice(start))
  const rows = locateRows(text, start, delimiter)
  const cells = parseStrictly(text.slice(start), path, delimiter)
  const isSame =
    rows.length === cells.length &&
    rows.every((row, index) => {
      const expected = cells[index] ?? []
      return row.cells.length === expected.length && row.cells.every((cell, at) => cell.text === expected[at])
    })
  if (!isSame) throw new UsageError(`\`${path}\` is a CSV file that can be read in two ways. Export it again.`)
  const [header, ...rest] = rows
  if (header === undefined)
    throw new UsageError(`\`${path}\` is empty: expected a CSV file with a line of column names.`)
  return { header, rows: rest, delimiter }
}

/** By the line of column names; in some countries Excel and learning platforms write semicolons. */
function delimiterOf(text: string): ',' | ';' {
  const [line = ''] = text.split(/\r?\n|\r/, 1)
  const bare = line.replace(/"(?:[^"]|"")*"/g, '')
  return (bare.match(/;/g)?.length ?? 0) > (bare.match(/,/g)?.length ?? 0) ? ';' : ','
}

function parseStrictly(text: string, path: string, delimiter: string): string[][] {
  try {
    return parse(text, { delimiter, skip_empty_lines: true, relax_column_count: false })
  } catch (thrown) {
    const { message, lines } = thrown as Error & { lines?: number }
    const place = lines === undefined ? '' : `, line ${lines}`
    throw new UsageError(`\`${path}\`${place}, is not a right CSV file: ${message.replace(/\.$/, '')}.`)
  }
}

function locateRows(text: string, from: number, delimiter: string): TableRow[] {
  const rows: TableRow[] = []
  let line = 1
  let at = from
  while (at < text.length) {
    const row: TableRow = { line, cells: [] }
    for (;;) {
      const cell = locateCell(text, at, delimiter)
      row.cells.push(cell)
      line += text.slice(cell.start, cell.end).match(/\r\n|\r|\n/g)?.length ?? 0
      at = cell.end
      if (text[at] !== delimiter) break
      at += 1
    }
    at += text.startsWith('\r\n', at) ? 2 : 1
    line += 1
    const [only, ...others] = row.cells
    if (others.length > 0 || only?.start !== only?.end) rows.push(row)
  }
  return rows
}

function locateCell(text: string, start: number, delimiter: string): TableCell {
  let end = start
  if (text[start] !== '"') {
    while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end += 1
    return { text: text.slice(start, end), start, end }
  }
  end += 1
  while (end < text.length && (text[end] !== '"' || text[end + 1] === '"')) end += text[end] === '"' ? 2 : 1
  end = Math.min(end + 1, text.length)
  return { text: text.slice(start + 1, end - 1).replaceAll('""', '"'), start, end }
}
