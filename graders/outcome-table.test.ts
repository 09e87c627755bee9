import { describe, expect, test } from 'vitest'
import assignment from '../specs/cncamp-module3/assignment.ts'
import { type Expected, expectedOn } from './test-expected-grades.ts'
import { type Column, columns, readTable } from './test-outcome-table.ts'
import { rootCases } from './test-root-cases.ts'

/** The table of docs/root-exercises.md, some of it recorded in hours: each of its marks is the one that its case must have. */

const table = await readTable()
const order = assignment.exercises.flatMap(({ id, checks }) => checks.map((check) => ({ exercise: id, id: check.id })))

describe.each(columns)('%s', (column) => {
  const recorded = [...rootCases].flatMap(([name, expected]) => {
    const cell = table.get(name)?.get(column)
    return cell === undefined ? [] : [{ name, expected, cell }]
  })

  test.each(recorded)('$name', ({ expected, cell }) => {
    expect(cell).toBe(marksExpected(expected, column))
  })
})

test('on cgroup v2, what root sees is recorded of every case that can be graded there', () => {
  const possible = [...rootCases].filter(([, { v2 }]) => v2 !== false).map(([name]) => name)
  expect(possible.filter((name) => !table.get(name)?.has('v2, host'))).toEqual([])
})

function marksExpected(expected: Expected, column: Column): string {
  const { checks = {}, exercises = [] } = expectedOn(column.startsWith('v1') ? 'v1' : 'v2', expected)
  const isCompared = (exercise: string) => exercises.some((one) => one === exercise)
  return order
    .filter(({ exercise }) => isCompared(exercise))
    .map(({ id }) => {
      // An engine that leaves cgroups to systemd gives a container of ours none for a script.
      if (column === 'v2, probe container' && id === 'memory.cgroup-script') return '·'
      const told = checks[id] ?? 'skipped'
      const { outcome, because } = typeof told === 'string' ? { outcome: told, because: undefined } : told
      if (outcome === 'skipped') return because === undefined ? '·' : '-'
      return { passed: '✓', partial: '½', failed: '✗', errored: 'errored' }[outcome]
    })
    .join(' ')
}
