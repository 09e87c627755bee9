import { nameOf } from './check-strip.ts'
import { element, fragment, type Html, prose } from './html.ts'
import { renderControls } from './html-staff-controls.ts'
import type { NumberedGroup } from './html-staff-groups.ts'
import { say } from './html-staff-words.ts'
import {
  outcomeLetters,
  type ShownOutcome,
  type StaffCheck,
  type StaffRow,
  type StaffRows,
  shownOutcomes,
} from './staff-rows.ts'
import { type Phrase, staffWords as words } from './staff-words.ts'

/** Numbers of the groups that a submission is in. */
export type Memberships = Map<string, number[]>

export function membershipsOf(groups: { submissionIds: string[] }[]): Memberships {
  const memberships: Memberships = new Map()
  for (const [number, { submissionIds }] of groups.entries()) {
    for (const id of submissionIds) memberships.set(id, [...(memberships.get(id) ?? []), number])
  }
  return memberships
}

export interface TableGroups {
  failures: NumberedGroup[]
  similar: { submissionIds: string[] }[]
}

type Kind = 'text' | 'number' | 'outcome'
interface Column {
  /** Of the column in a CSV file. */
  name: string
  kind: Kind
  head: Html
  cell(row: StaffRow): Html
}

/** Everybody, with what sorts, filters and searches; the page's script reads all it needs from here. */
export function renderTable({ rows, checks }: StaffRows, groups: TableGroups): Html {
  const columns = columnsOf(rows, checks)
  const failures = membershipsOf(groups.failures)
  const similar = membershipsOf(groups.similar)
  return element(
    'section',
    { class: 'wide', id: 'students' },
    element('h2', { id: 'students-head', tabindex: -1 }, say(words.table)),
    element('p', { class: 'small' }, say(words.tableHow)),
    renderControls(rows, checks),
    element(
      'div',
      { class: 'scroll all', tabindex: 0, role: 'region', 'aria-labelledby': 'students-head' },
      element(
        'table',
        { id: 'table', class: 'students', 'aria-labelledby': 'students-head' },
        element('thead', {}, element('tr', {}, ...columns.map(renderHead))),
        element(
          'tbody',
          {},
          ...rows.map((row) =>
            element(
              'tr',
              {
                'data-s': row.status,
                'data-k': kindsOf(row, similar),
                'data-g': failures.get(row.id)?.join(' '),
                'data-m': similar.get(row.id)?.join(' '),
              },
              ...columns.map(({ cell }) => cell(row)),
            ),
          ),
        ),
      ),
    ),
  )
}

/** What the filter of statuses has beside them. */
function kindsOf({ id, flags, daysLate }: StaffRow, similar: Memberships): string | undefined {
  const kinds = [
    ...(flags.length > 0 ? ['flagged'] : []),
    ...(daysLate === undefined ? [] : ['late']),
    ...(similar.has(id) ? ['similar'] : []),
  ]
  return kinds.length === 0 ? undefined : kinds.join(' ')
}

function renderHead({ name, kind, head }: Column): Html {
  return element(
    'th',
    { scope: 'col', class: kind, 'data-name': name, 'data-kind': kind, 'aria-sort': 'none' },
    element('button', { type: 'button' }, head, element('span', { class: 'arrow', 'aria-hidden': 'true' })),
  )
}

function columnsOf(rows: StaffRow[], checks: StaffCheck[]): Column[] {
  const { column } = words
  const isAnyLate = rows.some(({ daysLate }) => daysLate !== undefined)
  const number = (name: string, word: Phrase, numberOf: (row: StaffRow) => number | undefined): Column => ({
    name,
    kind: 'number',
    head: say(word),
    cell: (row) => element('td', { class: 'n' }, String(numberOf(row) ?? '')),
  })
  return [
    { name: 'submission', kind: 'text', head: say(column.student), cell: nameCell },
    { name: 'status', kind: 'text', head: say(column.status), cell: ({ status }) => statusCells[status] },
    number('score', column.score, ({ score }) => score),
    number('max_score', column.of, ({ maxScore }) => maxScore),
    number('percent', column.percent, ({ percent }) => percent),
    ...(isAnyLate ? [number('final_score', column.final, ({ final, score }) => final ?? score)] : []),
    ...checks.map(checkColumn),
    { name: 'notes', kind: 'text', head: say(column.flags), cell: notesCell },
    number('seconds', column.seconds, ({ durationMs }) => Math.round(durationMs / 100) / 10),
  ]
}

function checkColumn({ id, title, isHidden }: StaffCheck): Column {
  const spoken = fragment(
    element('span', { class: 'tall' }, nameOf(id), isHidden ? ' *' : ''),
    element('span', { class: 'unseen' }, ': ', prose(title), isHidden ? say(words.visibleFrom) : ''),
  )
  const cell = ({ outcomes }: StaffRow) => {
    const outcome = outcomes.get(id)
    return outcome === undefined ? emptyCell : outcomeCells[outcome]
  }
  return { name: id, kind: 'outcome', head: spoken, cell }
}

const emptyCell = element('td', {})
/** The style sheet writes the glyph and its word: thousands of cells stay small. */
const outcomeCells = Object.fromEntries(
  shownOutcomes.map((outcome) => [outcome, element('td', { class: outcomeLetters[outcome] })]),
) as Record<ShownOutcome, Html>
const statusCells = Object.fromEntries(
  Object.entries(words.statuses).map(([status, word]) => [status, element('td', {}, say(word))]),
) as Record<StaffRow['status'], Html>

function nameCell({ id, name, page }: StaffRow): Html {
  return element(
    'th',
    { scope: 'row' },
    element('a', { href: page, dir: 'auto' }, id),
    name === undefined || name === id ? undefined : element('span', { class: 'small block', dir: 'auto' }, name),
  )
}

function notesCell({ flags, problem, daysLate }: StaffRow): Html {
  const codes = [...new Set([...(problem === undefined ? [] : [problem.code]), ...flags.map(({ code }) => code)])]
  return element(
    'td',
    { class: 'notes' },
    daysLate === undefined ? undefined : say(words.daysLate(daysLate)),
    daysLate !== undefined && codes.length > 0 ? ', ' : undefined,
    codes.join(', '),
    problem === undefined ? undefined : element('span', { class: 'small block' }, prose(problem.message)),
  )
}
