import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Course, makeCourse } from './test-course.ts'
import type { Changes } from './test-repositories.ts'
import type { StepEnd } from './test-runner-steps.ts'
import { stubGrader, usingAction, wordsIn } from './test-stub-grader.ts'

/** The action by itself, around a stub in place of the grader: what it takes, and what it makes of how the grader ends. */

const one: Changes = { 'submissions/li-wei/Dockerfile': 'FROM scratch\n' }
let offered: Course
beforeAll(async () => {
  offered = await makeCourse({ grader: stubGrader })
})
afterAll(() => offered[Symbol.asyncDispose]())

/** The action once with each of these inputs; the steps of each use by their names, the whole of it as ``. */
async function useEach(each: Record<string, string>[], changes: Changes = one): Promise<Record<string, StepEnd>[]> {
  const files = { '.github/workflows/direct.yml': usingAction(each), ...changes }
  const end = await offered.grade(await offered.offer(files), 'direct.yml')
  const steps = end.jobs.direct?.steps ?? []
  return each.map((_inputs, index) => {
    const own = steps.filter(({ name }) => `${name} /`.startsWith(`use ${index} /`))
    return Object.fromEntries(own.map((step) => [step.name.replace(/^use \d+(?: \/ )?/, ''), step]))
  })
}

const graded = 'status=graded\nscore=1\nmax-score=2\n'
const endings: [string, Record<string, string>, string, string][] = [
  ['all is well', {}, 'success', 'graded'],
  ['something failed', { 'exit-code': '1' }, 'success', 'graded'],
  ['something is ungraded', { 'exit-code': '3', outputs: 'status=ungraded\n' }, 'success', 'ungraded'],
  ['nothing changed', { outputs: 'status=nothing\nscore=\nmax-score=\n' }, 'success', 'nothing'],
  ['a wrong cgrade.yml', { 'exit-code': '2' }, 'success', 'graded'],
  ['wrong use', { 'no-grades': '2' }, 'failure', ''],
  ['no engine', { 'no-grades': '3' }, 'failure', ''],
  ['no grades, though it says that all is well', { 'no-grades': '0' }, 'failure', ''],
  ['killed', { 'exit-code': '137' }, 'failure', ''],
  ['H15: another output', { outputs: `${graded}result=x\n` }, 'failure', ''],
  ['H15: a value of several lines', { outputs: 'status<<E\ngraded\nscore=100\nE\n' }, 'failure', ''],
  ['H15: a number that is none', { outputs: graded.replace('1', '1;echo') }, 'failure', ''],
  ['H15: a word that is not ours', { outputs: graded.replace('graded', 'passed') }, 'failure', ''],
]

describe('how the grader ends', () => {
  let ends: Record<string, StepEnd>[]
  beforeAll(async () => {
    const files = endings.flatMap(([, answers], index) =>
      Object.entries({ kept: '', ...answers }).map(([name, text]) => [`s${index}/${name}`, text]),
    )
    ends = await useEach(
      endings.map((_ending, index) => ({ submissions: `s${index}` })),
      Object.fromEntries(files),
    )
  })

  test.each(endings.map(([name, , ...end], index) => [name, index, end] as const))(
    '%s: the step ends and tells as it should',
    (_name, index, end) => {
      const step = ends[index]?.['']
      expect([step?.outcome, step?.outputs.status]).toEqual(end)
    },
  )
})

const refused: [string, string][] = [
  ['flow', 'both'],
  ['checkout', '../elsewhere'],
  ['submissions', '../../etc'],
  ['submissions', '/etc'],
  ['submissions', 'a b'],
  ['submissions', '$(touch x)'],
  ['submissions', 'a\n--out=x'],
  ['submissions', 'a/./b'],
  ['path', '..'],
  ['base', '--output=x'],
  ['base', 'main'],
  ['assignment', '/etc'],
  ['exercises', 'a,--out'],
  ['exercises', 'a b'],
  ['kernel', 'v3'],
  ['require-security', 'none'],
  ['jobs', '0'],
  ['jobs', '1;id'],
  ['require-pass', 'yes'],
]
const taken = {
  ...{ exercises: 'httpserver,memory', kernel: 'v2', 'require-security': 'basic', jobs: '3', submissions: 'a/b' },
  ...{ base: '0123456789abcdef0123456789abcdef01234567', assignment: 'mine' },
}

describe('inputs', () => {
  let ends: Record<string, StepEnd>[]
  beforeAll(async () => {
    const each = refused.map(([name, value]) => ({ [name]: value }))
    ends = await useEach([...each, taken], { ...one, 'a/b/li/Dockerfile': 'FROM scratch\n' })
  })

  test.each(refused.map(([name, value], index) => [name, JSON.stringify(value), index] as const))(
    '`%s` is not taken as %s, and nothing is called',
    (name, _value, index) => {
      const steps = ends[index] ?? {}
      expect(steps['']?.outcome).toBe('failure')
      const message = new RegExp(`^::error title=cgrade::The input .*${name}.* expects .*\n$`)
      expect(steps['Check the inputs']?.log).toMatch(message)
      expect(steps.Grade?.outcome).toBe('skipped')
    },
  )

  test('become the words of the grader', () => {
    const words = ['--kernel', 'v2', '--exercises', 'httpserver,memory', '--require-security', 'basic', '--jobs', '3']
    const rest = ['--changed-since', taken.base, 'submission/a/b']
    const all = ['batch', '--require-pass', '--out', 'run', '--assignment', 'mine', ...words, ...rest]
    expect(wordsIn(ends.at(-1)?.Grade?.log ?? '')).toEqual(all)
  })
})

test('H33: a folder that is a link in the repository of the submissions is not followed', async () => {
  const submissions = { 'submissions/README.md': undefined, submissions: { link: '/etc' } }
  const ends = await useEach([{}, { submissions: 'inside/etc' }], { ...submissions, inside: { link: '/' } })
  for (const { Grade } of ends) {
    expect(Grade?.outcome).toBe('failure')
    expect(Grade?.log).toContain('::error title=cgrade::The folder to grade is, or is below, a symbolic link.')
    expect(Grade?.log).not.toContain('called:')
  }
})

test('H15: a result for Classroom that is more than one is not handed on', async () => {
  const outputs = 'status=graded\nscore=66\nmax-score=99\n'
  const [end] = await useEach([{ classroom: 'true' }], { ...one, 'submissions/outputs': outputs })
  expect(end?.['']).toMatchObject({ outcome: 'failure', outputs: { result: '' } })
  expect(end?.['GitHub Classroom']).toMatchObject({ outcome: 'failure', outputs: {} })
})
