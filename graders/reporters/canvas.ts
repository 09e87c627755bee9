import { type CsvTable, readTable, type TableCell, type TableRow } from '../model/csv-table.ts'
import type { Grade, GradesFile } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import { suggestNearest } from '../model/nearest.ts'
import { forCsv, joinCsv, refillCsv } from './escape.ts'
import { fillRows, type Keys, tellMaximum } from './fill-rows.ts'
import {
  type BookTemplate,
  type BookWish,
  bookPointsOf,
  type FilledBook,
  numberOf,
  wholeMaximumOf,
} from './grade-book.ts'
import { nameSome } from './numbers.ts'

// As `lib/gradebook_exporter.rb` of instructure/canvas-lms writes it and `gradebook_importer.rb` reads it.

/** Canvas' grade book, to be imported there: the file that it exported, filled, or a new one with the least that it takes. */
export function renderCanvas(file: GradesFile, { template, column }: BookWish): FilledBook {
  return template === undefined ? renderNew(file) : fillTemplate(file, template, column)
}

function renderNew(file: GradesFile): FilledBook {
  const maximum = wholeMaximumOf(file)
  // A login follows the id, and the section ends what Canvas knows of a student; a column without a number is a new assignment.
  const header = ['Student', 'ID', 'SIS Login ID', 'Section', file.run.assignment]
  const possible = ['    Points Possible', undefined, undefined, undefined, maximum]
  const rows = file.grades.map((grade) => {
    const { name, canvasId, loginId } = grade.submission.delivery ?? {}
    return [name ?? grade.submission.id, canvasId, loginId, undefined, bookPointsOf(grade, maximum)]
  })
  const unknown = file.grades.filter(({ submission: { delivery } }) => !(delivery?.canvasId || delivery?.loginId))
  const told = [
    `A column without the number of an assignment is a new one to Canvas. To fill one that is there, export the grade book and name it with \`--template\`.`,
  ]
  if (unknown.length > 0) {
    told.push(`Without an ID of Canvas, so that it will ask who they are: ${nameSome(unknown.map(idOf))}.`)
  }
  return { text: joinCsv([header, possible, ...rows].map((row) => row.map(forCsv))), told }
}

function fillTemplate(file: GradesFile, template: BookTemplate, wanted: string | undefined): FilledBook {
  const table = readTable(template.text, template.path)
  const columns = requireColumns(table, template.path)
  const points = chooseColumn(table, columns.section, wanted, file.run.assignment, template.path)
  const possible = table.rows.find(({ cells }) => cells[0]?.text.includes('Points Possible'))
  const given = possible?.cells[points]?.text ?? ''
  if (/read only/i.test(given)) {
    throw new UsageError(`The column \`${table.header.cells[points]?.text}\` of \`${template.path}\` is read only.`)
  }
  const maximum = numberOf(given) ?? wholeMaximumOf(file)
  const isStudent = (row: TableRow) => row !== possible && !row.cells.every(({ text }) => isNoStudent.test(text))
  const { edits, told } = fillRows({
    grades: file.grades,
    rows: table.rows.filter(isStudent),
    keysOf: ({ cells }) => keysOf(cells, columns),
    nameOf: ({ cells }) => cells[0]?.text ?? '',
    match: [
      ['canvasId', ({ submission }) => submission.delivery?.canvasId],
      ['sisId', ({ submission }) => submission.delivery?.sisId],
      ['loginId', ({ submission }) => submission.delivery?.loginId],
    ],
    cellOf: ({ cells }) => cells[points],
    pointsOf: (grade) => bookPointsOf(grade, maximum),
    whyKept: ({ cells }) => (/^\s*(EX|N\/A)\s*$/i.test(cells[points]?.text ?? '') ? cells[points]?.text : undefined),
  })
  const note = numberOf(given) === undefined ? [tellMaximum('Points Possible', maximum)] : []
  return { text: refillCsv(template.text, edits), told: [...note, ...told] }
}

/** The row below the header that says how scores are posted. */
const isNoStudent = /^\s*(Muted|Manual Posting.*)?\s*$/i

type Columns = { id: number; sis: number; login: number; section: number }

function requireColumns({ header }: CsvTable, path: string): Columns {
  const names = header.cells.map(({ text }) => text.trim())
  const columns = {
    id: names.indexOf('ID'),
    sis: names.indexOf('SIS User ID'),
    login: names.indexOf('SIS Login ID'),
    section: names.indexOf('Section'),
  }
  const isBook = ['Student', 'LastName'].includes(names[0] ?? '') && columns.id > 0 && columns.section > columns.id
  if (isBook) return columns
  throw new UsageError(
    `\`${path}\` is no grade book that Canvas exported: expected the columns \`Student\`, \`ID\` and \`Section\`, got ${nameSome(names.map((name) => `\`${name}\``))}.`,
  )
}

function keysOf(cells: TableCell[], { id, sis, login }: Columns): Keys {
  const textAt = (index: number) => cells[index]?.text.trim() ?? ''
  return { canvasId: textAt(id), sisId: textAt(sis), loginId: textAt(login) }
}

/** `Module 3 (12345)`; totals that Canvas adds up have no number. */
function chooseColumn(
  { header }: CsvTable,
  section: number,
  wanted: string | undefined,
  assignment: string,
  path: string,
): number {
  const columns = header.cells.flatMap(({ text }, index) => {
    const [, title, id] = /^(.*\S)\s*\((\d+)\)\s*$/s.exec(text) ?? []
    return index > section && title !== undefined && id !== undefined ? [{ index, text, title, id }] : []
  })
  const names = columns.map(({ text }) => text)
  const meant = wanted?.trim() ?? assignment
  const fitting = columns.filter(({ text, title, id }) => [text.trim(), title, id].includes(meant))
  const [only, ...others] = fitting.length > 0 || wanted !== undefined ? fitting : columns
  if (only !== undefined && others.length === 0) return only.index
  const suggestion = wanted === undefined ? '' : suggestNearest(wanted, names)
  const got = wanted === undefined ? '' : `, got \`${wanted}\``
  throw new UsageError(
    columns.length === 0
      ? `\`${path}\` has no column of an assignment, as \`Module 3 (12345)\`.`
      : `\`--column\` expects the assignment's column in \`${path}\`: one of ${nameSome(names.map((name) => `\`${name}\``))}${got}.${suggestion}`,
  )
}

function idOf({ submission }: Grade): string {
  return submission.id
}
