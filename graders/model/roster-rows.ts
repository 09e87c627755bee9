import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import { readTable } from './csv-table.ts'
import { UsageError } from './grader-error.ts'

export interface RosterRow {
  /** 1-based. */
  line: number
  /** By column, without spaces around; '' where nothing was given. */
  cells: Record<string, string>
}

const mostRows = 100_000

/** The lines of a roster as they are written, each value a text. */
export function readRosterRows(text: string, name: string): RosterRow[] {
  const isYaml = /\.ya?ml$/i.test(name)
  if (!isYaml && !/\.csv$/i.test(name)) {
    throw new UsageError(`\`${name}\` is no roster: expected a file that ends in \`.csv\`, \`.yml\` or \`.yaml\`.`)
  }
  const rows = isYaml ? readYaml(text.replace(/^\u{FEFF}/u, ''), name) : readCsv(text, name)
  if (rows.length === 0) throw new UsageError(`\`${name}\` names no student.`)
  if (rows.length > mostRows) throw new UsageError(`\`${name}\` has more than ${mostRows} students.`)
  return rows
}

function readCsv(text: string, name: string): RosterRow[] {
  const { header, rows } = readTable(text, name)
  const columns = header.cells.map((cell) => cell.text.trim())
  const twice = columns.find((column, index) => column !== '' && columns.indexOf(column) !== index)
  if (twice !== undefined) throw new UsageError(`\`${name}\`, line 1: the column \`${twice}\` is there twice.`)
  if (!columns.includes('id')) {
    throw new UsageError(`\`${name}\`, line 1: expected names of columns with \`id\` among them.`)
  }
  return rows.map(({ line, cells }) => ({
    line,
    cells: Object.fromEntries(columns.map((column, index) => [column, cells[index]?.text.trim() ?? ''])),
  }))
}

/** Every value is what is written: `007` is no seven, and `no` is no `false`. */
function readYaml(text: string, name: string): RosterRow[] {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, {
    lineCounter,
    schema: 'failsafe',
    uniqueKeys: true,
    maxAliasCount: 0,
  } as object)
  const lineOf = (node: unknown) => lineCounter.linePos((node as { range?: number[] } | null)?.range?.[0] ?? 0).line
  const [error] = document.errors
  if (error !== undefined) {
    throw new UsageError(`\`${name}\`, line ${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]}`)
  }
  if (!isSeq(document.contents)) {
    throw new UsageError(`\`${name}\` is no roster: expected a list, each item with \`id: ...\`.`)
  }
  return document.contents.items.map((item) => {
    const place = `\`${name}\`, line ${lineOf(item)}`
    if (!isMap(item)) throw new UsageError(`${place}: expected \`id: ...\` and further columns.`)
    const pairs = item.items.map(({ key, value }): [string, string] => {
      if (!isScalar(key) || !(value === null || isScalar(value))) {
        throw new UsageError(`${place}: expected one value for each column.`)
      }
      const given = value === null ? '' : value.value
      return [String(key.value), given === null ? '' : String(given).trim()]
    })
    return { line: lineOf(item), cells: Object.fromEntries(pairs) }
  })
}
