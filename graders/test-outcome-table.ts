import { fileURLToPath } from 'node:url'
import type { CheckRecord, Grade } from './model/grade.ts'
import { readSection, writeSection } from './test-docs-section.ts'
import type { Expected } from './test-expected-grades.ts'

/** Test support: the part of the docs that tells what each case got where, written by the tests and compared by them. */

export const columns = ['v1, host', 'v1, probe container', 'v2, host', 'v2, probe container'] as const
export type Column = (typeof columns)[number]

const docs = {
  file: fileURLToPath(new URL('../docs/root-exercises.md', import.meta.url)),
  begin: '<!-- outcomes: written by graders/root-corpus.test.ts with CGRADE_RECORD=1 -->',
  end: '<!-- end of outcomes -->',
}
const notRun = 'not run'
const exercises = ['memory', 'chroot', 'network'] as const

/** Cells by case and column: `✓ ✓ ✗ ·`, one mark for each check, as the reports have them. */
export type OutcomeTable = Map<string, Map<Column, string>>

export async function readTable(): Promise<OutcomeTable> {
  const table: OutcomeTable = new Map()
  for (const line of (await readSection(docs)).split('\n')) {
    const [name = '', ...cells] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
    const known = /^`(.+)`$/.exec(name)?.[1]
    if (known === undefined) continue
    table.set(known, new Map(columns.flatMap((column, at) => cellOf(column, cells[at]))))
  }
  return table
}

function cellOf(column: Column, cell: string | undefined): [Column, string][] {
  return cell === undefined || cell === notRun ? [] : [[column, cell]]
}

/** Puts what was seen into the generated part; what did not run this time keeps its cell. */
export async function recordColumn(
  cases: Map<string, Expected>,
  column: Column,
  grades: Map<string, Grade>,
): Promise<void> {
  const table = await readTable()
  for (const [name, grade] of grades) {
    const expected = cases.get(name)
    if (expected === undefined) throw new Error(`there is no case ${name}`)
    table.set(name, (table.get(name) ?? new Map<Column, string>()).set(column, marksOf(grade, expected)))
  }
  await writeSection(docs, renderTable(cases, table))
}

function renderTable(cases: Map<string, Expected>, table: OutcomeTable): string {
  const marks = '`✓` passed, `½` partial, `✗` failed, `·` not counted here, `-` skipped because of an earlier check'
  const parts = exercises.map((exercise) => {
    const names = [...cases].filter(([, expected]) => expected.exercises?.includes(exercise)).map(([name]) => name)
    const checks = [...new Set(names.flatMap((name) => Object.keys(cases.get(name)?.checks ?? {})))]
    const ids = checks.map((id) => `\`${id}\``).join(', ')
    const row = (cells: string[]) => `| ${cells.join(' | ')} |`
    return [
      `The marks stand for ${ids}, in this order.\n`,
      row(['case', ...columns]),
      row(['case', ...columns].map(() => '---')),
      ...names.map((name) => row([`\`${name}\``, ...columns.map((column) => table.get(name)?.get(column) ?? notRun)])),
    ].join('\n')
  })
  return `${marks}.\n\n${parts.join('\n\n')}`
}

export function marksOf(grade: Grade, { exercises: compared }: Expected): string {
  return grade.exercises
    .filter(({ id }) => compared?.some((one) => one === id))
    .flatMap(({ checks }) => checks.map(markOf))
    .join(' ')
}

function markOf({ outcome, because }: CheckRecord): string {
  if (outcome === 'skipped') return because === undefined ? '·' : '-'
  return { passed: '✓', partial: '½', failed: '✗', errored: 'errored' }[outcome]
}
