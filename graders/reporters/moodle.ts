import { type CsvTable, readTable } from '../model/csv-table.ts'
import type { GradesFile } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import { suggestNearest } from '../model/nearest.ts'
import { forCsv, joinCsv, refillCsv } from './escape.ts'
import { fillRows, tellMaximum } from './fill-rows.ts'
import {
  type BookTemplate,
  type BookWish,
  bookPointsOf,
  type FilledBook,
  numberOf,
  wholeMaximumOf,
} from './grade-book.ts'
import { nameSome } from './numbers.ts'

// The grading worksheet of an assignment, as `mod/assign/gradingtable.php` of moodle/moodle writes it and
// `feedback/offline/importgradeslib.php` reads it.

/** Moodle's grading worksheet, to be uploaded there: the one that it offered, filled, or a new one with the least that it takes. */
export function renderMoodle(file: GradesFile, { template, column }: BookWish): FilledBook {
  return template === undefined ? renderNew(file) : fillTemplate(file, template, column)
}

function renderNew(file: GradesFile): FilledBook {
  const maximum = wholeMaximumOf(file)
  const known = file.grades.filter(({ submission }) => submission.delivery?.moodleId !== undefined)
  const unknown = file.grades.filter((grade) => !known.includes(grade)).map(({ submission }) => submission.id)
  const rows = known.map((grade) => {
    const { moodleId, name } = grade.submission.delivery ?? {}
    // What was graded in Moodle already stays, unless its form is told to ignore when that was.
    return [`Participant ${moodleId}`, name, bookPointsOf(grade, maximum), maximum, undefined]
  })
  const header = ['Identifier', 'Full name', 'Grade', 'Maximum Grade', 'Last modified (grade)']
  const told = [
    `Points are out of ${maximum}, whatever the maximum in Moodle is. To have them scaled, download its grading worksheet and name it with \`--template\`.`,
  ]
  if (unknown.length > 0) {
    told.push(`Without a number of a participant, so that they are not in the file: ${nameSome(unknown)}.`)
  }
  return { text: joinCsv([header, ...rows].map((row) => row.map(forCsv))), told }
}

function fillTemplate(file: GradesFile, template: BookTemplate, wanted: string | undefined): FilledBook {
  const table = readTable(template.text, template.path)
  const find = (name: string) => table.header.cells.findIndex(({ text }) => text.trim().toLowerCase() === name)
  const points = chooseColumn(table, wanted, template.path)
  const identifier = requireIdentifier(table, template.path)
  const [most, email, username, number, locked] = [
    find('maximum grade'),
    find('email address'),
    find('username'),
    find('id number'),
    find('grade can be changed'),
  ]
  const whole = wholeMaximumOf(file)
  const textAt = ({ cells }: { cells: { text: string }[] }, index: number) => cells[index]?.text.trim() ?? ''
  const maxima = [...new Set(table.rows.map((row) => numberOf(textAt(row, most))))]
  const [maximum, ...others] = maxima
  if (others.length > 0) {
    throw new UsageError(`\`${template.path}\` has several maxima (${nameSome(maxima.map(String))}); one is expected.`)
  }
  const { edits, told } = fillRows({
    grades: file.grades,
    rows: table.rows,
    keysOf: (row) => ({
      moodleId: /\d+$/.exec(textAt(row, identifier))?.[0] ?? '',
      email: textAt(row, email).toLowerCase(),
      loginId: textAt(row, username),
      sisId: textAt(row, number),
    }),
    nameOf: (row) => textAt(row, identifier === 0 ? 1 : 0) || textAt(row, identifier),
    match: [
      ['moodleId', ({ submission }) => submission.delivery?.moodleId],
      ['email', ({ submission }) => submission.delivery?.email?.toLowerCase()],
      ['loginId', ({ submission }) => submission.delivery?.loginId],
      ['sisId', ({ submission }) => submission.delivery?.sisId],
    ],
    cellOf: ({ cells }) => cells[points],
    pointsOf: (grade) => bookPointsOf(grade, maximum ?? whole),
    whyKept: (row) => (/^no$/i.test(textAt(row, locked)) ? 'locked in Moodle' : undefined),
  })
  const note = maximum === undefined ? [tellMaximum('Maximum Grade', whole)] : []
  return { text: refillCsv(template.text, edits), told: [...note, ...told] }
}

/** Its name is in the language of the course, its cells are `<a word> <number>` in each. */
function requireIdentifier({ header, rows }: CsvTable, path: string): number {
  const named = header.cells.findIndex(({ text }) => text.trim().toLowerCase() === 'identifier')
  const isIdentifier = (index: number) =>
    rows.every(({ cells }) => /^\D*[1-9]\d*$/.test(cells[index]?.text.trim() ?? ''))
  if (isIdentifier(Math.max(0, named))) return Math.max(0, named)
  throw new UsageError(
    `\`${path}\` is no grading worksheet of Moodle: expected a first column \`Identifier\` with cells like \`Participant 12345\`.`,
  )
}

function chooseColumn({ header }: CsvTable, wanted: string | undefined, path: string): number {
  const names = header.cells.map(({ text }) => text.trim())
  const meant = wanted ?? 'Grade'
  const index = names.indexOf(meant)
  if (index >= 0 && names.indexOf(meant, index + 1) < 0) return index
  const suggestion = wanted === undefined ? '' : suggestNearest(wanted, names)
  throw new UsageError(
    `\`${path}\` has no column \`${meant}\` for the points. \`--column\` expects one of ${nameSome(
      names.map((name) => `\`${name}\``),
      12,
    )}.${suggestion}`,
  )
}
