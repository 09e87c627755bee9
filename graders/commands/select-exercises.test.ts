import { expect, test } from 'vitest'
import { assignmentSchema } from '../model/assignment.ts'
import { UsageError } from '../model/grader-error.ts'
import { parseCommandLine } from './command-line.ts'
import { selectExercises, tellSelection } from './select-exercises.ts'

const exercises = ['server', 'network', 'memory'].map((id) => ({
  id,
  title: id,
  checks: [{ id: `${id}.a`, points: 1 }],
}))
const assignment = assignmentSchema.parse({ id: 'module3', title: 'Module 3', exercises })

/** What the words after `cgrade check .` select. */
function select(line: string): string[] | undefined {
  const argv = ['check', '.', ...line.split(' ').filter((word) => word !== '')]
  const wish = parseCommandLine(argv, { name: 'cgrade', version: '1.2.3', columns: 100 })
  return wish.command === 'check' ? selectExercises(wish.options.exercises, assignment) : undefined
}

test('exercises come in the order of the assignment, each once, from a list or from several', () => {
  expect(select('--exercises memory,server')).toEqual(['server', 'memory'])
  expect(select('--exercises memory --exercises server,memory')).toEqual(['server', 'memory'])
  expect(selectExercises(['network'], assignment)).toEqual(['network'])
})

test('all of them are no selection', () => {
  expect(select('')).toBeUndefined()
  expect(select('--exercises memory,network,server')).toBeUndefined()
})

test('an unknown one is refused with those that there are, and the nearest', () => {
  expect(() => select('--exercises server,memroy')).toThrow(UsageError)
  expect(() => select('--exercises server,memroy')).toThrow(
    '`--exercises` expects exercises of `module3` (`server`, `network`, `memory`), got `memroy`. Did you mean `memory`?',
  )
  expect(() => select('--exercises --json')).toThrow('got the option `--json`')
})

test('what was judged is said with what was left out', () => {
  expect(tellSelection(['server', 'memory'], assignment)).toBe('Judged: server, memory. Left out: network.')
  expect(tellSelection(undefined, assignment)).toBeUndefined()
})

test('`root` stands for what looks into namespaces, makes cgroups or changes the root, `rootless` for all others', () => {
  const memory = { limitBytes: 1 }
  const kinds = [{}, { uses: 'a', evidence: true }, { kind: 'memory', memory }, { kind: 'chroot' }, {}]
  const mixed = assignmentSchema.parse({
    ...{ id: 'mixed', title: 'Mixed' },
    exercises: kinds.map((kind, index) => ({ ...exercises[0], ...kind, id: 'abcde'.charAt(index) })),
  })
  expect(selectExercises(['root'], mixed)).toEqual(['b', 'c', 'd'])
  expect(selectExercises(['rootless'], mixed)).toEqual(['a', 'e'])
  expect(selectExercises(['rootless', 'c'], mixed)).toEqual(['a', 'c', 'e'])
  expect(selectExercises(['root'], assignment)).toEqual([])
  expect(() => selectExercises(['constructor'], mixed)).toThrow(UsageError)
})
