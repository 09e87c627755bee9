import type { TableCell, TableRow } from '../model/csv-table.ts'
import type { Grade } from '../model/grade.ts'
import { indexGrades } from './grade-book.ts'
import { nameSome } from './numbers.ts'

export type Keys = Record<string, string>

interface Filling {
  grades: Grade[]
  /** Those of students alone. */
  rows: TableRow[]
  /** What a row says of its student, '' where it says nothing. */
  keysOf(row: TableRow): Keys
  nameOf(row: TableRow): string
  /** Which key of a row is which of a submission, the surest first. */
  match: [key: string, keyOf: (grade: Grade) => string | undefined][]
  cellOf(row: TableRow): TableCell | undefined
  pointsOf(grade: Grade): number | undefined
  /** Why the cell of a row stays as it is. */
  whyKept(row: TableRow): string | undefined
}

/** Finds the submission of each row, never by name, and tells what fits nowhere. Cells without points stay as they were. */
export function fillRows(filling: Filling): { edits: { start: number; end: number; value: number }[]; told: string[] } {
  const { grades, rows } = filling
  const rowsOf = new Map<Grade, TableRow[]>()
  const find = finderOf(filling)
  const unmatched: string[] = []
  for (const row of rows) {
    const grade = find(row)
    if (grade === undefined) unmatched.push(filling.nameOf(row) || `line ${row.line}`)
    else rowsOf.set(grade, [...(rowsOf.get(grade) ?? []), row])
  }
  const edits: { start: number; end: number; value: number }[] = []
  const kept: string[] = []
  const blank: string[] = []
  const twice: string[] = []
  for (const [grade, [row, ...others]] of rowsOf) {
    const { id } = grade.submission
    const cell = row === undefined ? undefined : filling.cellOf(row)
    const why = row === undefined ? undefined : filling.whyKept(row)
    const value = filling.pointsOf(grade)
    if (others.length > 0) twice.push(id)
    else if (value === undefined) blank.push(id)
    else if (why !== undefined) kept.push(`${id} (${why.trim()})`)
    else if (cell !== undefined) edits.push({ start: cell.start, end: cell.end, value })
  }
  const homeless = grades.filter((grade) => !rowsOf.has(grade)).map(({ submission }) => submission.id)
  const told = [
    tell(homeless, 'In no row, so that their points are not in the file'),
    tell(unmatched, 'Rows without a submission, left as they were'),
    tell(twice, 'In more than one row, all left as they were'),
    tell(blank, 'Ungraded, which is no zero: left as they were'),
    tell(kept, 'Left as they were, as the cell says'),
  ]
  return { edits: edits.sort((a, b) => a.start - b.start), told: told.filter((sentence) => sentence !== '') }
}

/** The surest key that both sides have decides; where they differ in it, a weaker one says nothing. */
function finderOf({ grades, keysOf, match }: Filling): (row: TableRow) => Grade | undefined {
  const indices = match.map(([key, keyOf]) => ({ key, keyOf, index: indexGrades(grades, keyOf) }))
  const byId = indexGrades(grades, ({ submission }) => submission.id)
  return (row) => {
    const keys = keysOf(row)
    const contradicts = (grade: Grade) =>
      match.some(([key, keyOf]) => keys[key] && keyOf(grade) !== undefined && keyOf(grade) !== keys[key])
    const candidates = indices.map(({ key, index }) => index.get(keys[key] ?? ''))
    // A course may name the folders as its grade book names the students.
    candidates.push(...match.map(([key]) => byId.get(keys[key] ?? '')))
    const [first] = candidates.filter((grade) => grade !== undefined)
    return first === undefined || contradicts(first) ? undefined : first
  }
}

export function tellMaximum(column: string, maximum: number): string {
  return `\`${column}\` says no number, so points are out of the assignment's own ${maximum}.`
}

function tell(names: string[], sentence: string): string {
  return names.length === 0 ? '' : `${sentence}: ${nameSome(names)}.`
}
