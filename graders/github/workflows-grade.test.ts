import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Course, course, makeCourse } from './test-course.ts'
import type { Changes } from './test-repositories.ts'
import type { RunEnd } from './test-runner.ts'
import { stepOf } from './test-runner-steps.ts'
import { stubGrader, wordsIn } from './test-stub-grader.ts'

/** grade.yml as `cgrade init` has it called, around a stub in place of the grader. */

const one: Changes = { 'submissions/li-wei/Dockerfile': 'FROM scratch\n' }
let offered: Course
let run: RunEnd
beforeAll(async () => {
  offered = await makeCourse({ grader: stubGrader })
  run = await offered.grade(await offered.offer(one, { fork: 'li-wei/homework' }))
})
afterAll(() => offered[Symbol.asyncDispose]())

const wordsOf = (end: RunEnd, job: string) => wordsIn(stepOf(end.jobs, job, '/ Grade').log)

describe('a pull request', () => {
  test('is graded in two parts, what changed and nothing else, and the parts are merged', () => {
    const first = ['batch', '--require-pass', '--out', 'run', '--assignment', 'cncamp-module3', '--kernel', 'host']
    const changed = ['--changed-since', 'HEAD^1', 'submission/submissions']
    expect(wordsOf(run, 'grade / grade')).toEqual([...first, '--exercises', 'rootless', ...changed])
    expect(wordsOf(run, 'grade / root')).toEqual([...first, '--exercises', 'root', ...changed])
    const parts = ['parts/root/grades.json', 'parts/rootless/grades.json']
    const merged = ['merge', '--require-pass', '--out', 'grades', '--assignment', 'cncamp-module3', ...parts]
    expect(wordsOf(run, 'grade / collect')).toEqual(merged)
  })

  test('has a score, a summary and annotations of ours, and one artifact with the grades', () => {
    expect(run.conclusion).toBe('success')
    expect(run.jobs.grade?.outputs).toEqual({ status: 'graded', score: '1.5', 'max-score': '2', result: '' })
    const steps = Object.values(run.jobs).flatMap((job) => job.steps)
    expect(steps.map(({ summary }) => summary).join('')).toBe('the summary\n')
    const annotations = steps.flatMap((step) => step.annotations)
    expect(annotations.map(({ value }) => value)).toEqual([expect.stringMatching(/^below .*\/submission$/)])
    expect([...run.artifacts.keys()].sort()).toEqual(['cgrade-grades', 'cgrade-part-root', 'cgrade-part-rootless'])
  })

  test('runs with a token that reads the contents and nothing else', () => {
    for (const { permissions } of Object.values(run.jobs)) expect(permissions).toEqual({ contents: 'read' })
  })

  test('H09: what grades it sees no token, no variable and no file of the runner', () => {
    for (const job of ['grade / grade', 'grade / root', 'grade / collect']) {
      const seen = stepOf(run.jobs, job, '/ Grade').log.matchAll(/^sees: (\w+)=/gm)
      expect([...seen].map(([, name]) => name).sort()).toEqual(['CI', 'HOME', 'LANG', 'PATH', 'PWD', 'SHLVL', '_'])
    }
  })

  test('H11: H14: commands in the log of its grading are not obeyed', () => {
    for (const job of ['grade / grade', 'grade / root', 'grade / collect']) {
      const { commands, log } = stepOf(run.jobs, job, '/ Grade')
      expect(log).toContain('::add-mask::graded\n')
      const token = commands[0]?.value ?? ''
      expect(token).toMatch(/^[\da-f]{32}$/)
      const stopped = { name: 'stop-commands', properties: {}, value: token }
      expect(commands).toEqual([stopped, { name: token, properties: {}, value: '' }])
    }
    const others = Object.values(run.jobs).flatMap((job) => job.steps.filter(({ name }) => !name.endsWith('/ Grade')))
    expect(others.flatMap(({ commands }) => commands.map(({ name }) => name))).toEqual(['warning'])
  })
})

test.each([
  ['root', ['cgrade-part-rootless']],
  ['rootless', ['cgrade-part-root']],
])('without the grades of the part %s nothing is collected: half a grade is none', async (part, artifacts) => {
  const end = await offered.grade(await offered.offer({ ...one, [`submissions/no-grades-${part}`]: '3' }))
  expect(end.conclusion).toBe('failure')
  expect(end.jobs['grade / collect']?.conclusion).toBe('skipped')
  expect([...end.artifacts.keys()]).toEqual(artifacts)
})

test('a failed check fails the run only where the course asks for that, and its grades are handed on all the same', async () => {
  const changes = { ...one, 'submissions/outputs': 'status=graded\nscore=0\nmax-score=2\n' }
  await using strict = await makeCourse({ grader: stubGrader, settings: ['require-pass: true'] })
  const here = await offered.grade(await offered.offer(changes))
  const there = await strict.grade(await strict.offer(changes))
  expect([here.conclusion, there.conclusion]).toEqual(['success', 'failure'])
  expect([...there.artifacts.keys()]).toContain('cgrade-grades')
  expect(stepOf(there.jobs, 'grade / collect', '/ Require a pass').log).toContain(
    '::error title=cgrade::Not everything',
  )
})

test('an assignment without root exercises has one part', async () => {
  await using small = await makeCourse({ grader: stubGrader, root: false })
  const end = await small.grade(await small.offer(one))
  expect(end.conclusion).toBe('success')
  expect(end.jobs['grade / root']?.conclusion).toBe('skipped')
  expect(wordsOf(end, 'grade / collect').at(-1)).toBe('parts/rootless/grades.json')
})

test('a caller that names no full commit stops every job before anything is fetched', async () => {
  const call = {
    permissions: { contents: 'read' },
    uses: `cgrade/cgrade/.github/workflows/grade.yml@${offered.commit}`,
    with: { 'cgrade-ref': 'main', specs: 'course/specs', 'specs-ref': 'main' },
  }
  const caller = JSON.stringify({ name: 'grade', on: 'pull_request', permissions: {}, jobs: { grade: call } })
  const end = await offered.grade(await offered.offer({ '.github/workflows/grade.yml': caller, ...one }))
  expect(end.conclusion).toBe('failure')
  for (const job of ['grade / grade', 'grade / root']) {
    const [first, ...rest] = end.jobs[job]?.steps ?? []
    expect(first?.log).toContain('::error title=cgrade::The input `cgrade-ref` expects a full commit')
    expect(new Set(rest.map(({ outcome }) => outcome))).toEqual(new Set(['skipped']))
  }
})

test('a caller cannot be given more than it grants: GitHub starts nothing', async () => {
  const caller = await offered.store.repositories.read(course, 'main', '.github/workflows/publish.yml')
  const less = caller.replace('checks: write', 'checks: read').replace(/on:[\s\S]*?\n\n/, 'on: pull_request\n\n')
  const pull = await offered.offer({ '.github/workflows/less.yml': less, ...one })
  await expect(offered.grade(pull, 'less.yml')).rejects.toThrow('asks for `checks: write` and is allowed `read`')
})

test('the repository of a student is one submission with its own name, and tells Classroom where that is asked', async () => {
  await using own = await makeCourse({ grader: stubGrader, settings: ['classroom: true'] })
  await own.store.repositories.add('school/homework-li', {})
  const end = await own.push('school/homework-li')
  expect(wordsOf(end, 'grade / grade').slice(0, 3)).toEqual(['check', '--out', 'run'])
  expect(wordsOf(end, 'grade / grade').at(-1)).toBe('submission/homework-li')
  expect(end.jobs.grade?.outputs).toMatchObject({ status: 'graded', result: 'e30=' })
  const { commands } = stepOf(end.jobs, 'grade / collect', '/ GitHub Classroom')
  expect(commands).toEqual([{ name: 'notice', properties: { title: 'Autograding complete' }, value: 'Points 1/2' }])
})

test('specs of a course come from its own repository, at the commit that it names', async () => {
  const lines = ['specs: course/specs', "specs-ref: '0000000000000000000000000000000000000000'"]
  await using own = await makeCourse({ grader: stubGrader, assignment: 'warm-up', settings: lines })
  const specs = await own.store.repositories.add('course/specs', { 'warm-up/assignment.ts': 'export default {}\n' })
  const caller = await own.store.repositories.read(course, 'main', '.github/workflows/grade.yml')
  const pinned = { '.github/workflows/grade.yml': caller.replace(/0{40}/, specs) }
  const end = await own.grade(await own.offer({ ...one, ...pinned }))
  expect(wordsOf(end, 'grade / grade')).toContain('specs/warm-up')
  expect(wordsOf(end, 'grade / collect')).toContain('specs/warm-up')
  expect(end.conclusion).toBe('success')
})
