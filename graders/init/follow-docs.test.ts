import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Store } from '../github/test-actions.ts'
import { course, courseOn } from '../github/test-course.ts'
import { publishRun } from '../github/test-published.ts'
import {
  addThisRepository,
  type Changes,
  git,
  makeRepositories,
  type Repositories,
} from '../github/test-repositories.ts'
import { type RunEnd, runWorkflow } from '../github/test-runner.ts'
import { stepOf } from '../github/test-runner-steps.ts'
import { wordsIn } from '../reporters/test-markdown.ts'
import { openTerminal, readSteps, type Step, type Terminal } from './test-docs-steps.ts'

/** Test support: a reader who follows docs/github.md to the letter, and a GitHub that is a folder here. */

const root = fileURLToPath(new URL('../../', import.meta.url))
const homework = 'submissions/corpus/cncamp-module3/right-committed-binary/submission'
const page = join(root, 'docs/github.md')
const answers = {
  // As the stand-in for GitHub's API knows the course.
  owner: 'course',
  course: 'homework',
  staff: 'homework-staff',
  team: '@course/teachers',
  student: 'li-wei',
}
const staff = 'course/homework-staff'
const ownRepository = 'li-wei/homework-module3'

let folder: string
let github: Repositories
let store: Store
let steps: Step[]
let reader: Terminal
let cgradeCommit: string
const printed: Record<string, string> = {}
const done: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cgrade-follow-'))
  github = await makeRepositories()
  await addThisRepository(github, 'cgrade/cgrade')
  cgradeCommit = await github.commit('cgrade/cgrade', 'main', await filesOf(homework))
  store = { repositories: github, artifacts: new Map(), prepare: { 'cgrade/cgrade': bringModules } }
  steps = await readSteps(page)
  reader = await openTerminal(folder, github.folder)
})
afterAll(async () => {
  await github[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function filesOf(path: string): Promise<Changes> {
  const entries = await readdir(join(root, path), { recursive: true, withFileTypes: true })
  const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const files = names.map(async (name) => [name.slice(root.length), await readFile(name)] as const)
  return Object.fromEntries(await Promise.all(files))
}

/** What `npm ci` would bring: the modules of this checkout. The lock is old, so that nothing is installed into them. */
async function bringModules(clone: string): Promise<void> {
  await symlink(join(root, 'node_modules'), join(clone, 'node_modules'))
  await utimes(join(clone, 'package-lock.json'), 0, 0)
}

/** "New repository" on GitHub, with nothing ticked. */
async function makeEmpty(repository: string): Promise<void> {
  await mkdir(dirname(github.pathOf(repository)), { recursive: true })
  await git(dirname(github.pathOf(repository)), ['init', '-q', '--bare', '-b', 'main', github.pathOf(repository)])
  await git(github.pathOf(repository), ['config', 'uploadpack.allowAnySHA1InWant', 'true'])
}

async function follow(name: string): Promise<void> {
  const step = steps.find((one) => one.name === name)
  if (step === undefined) throw new Error(`the docs have no block ${name}`)
  printed[name] = await reader.run(step, answers)
  done.push(name)
}

async function gradesOf(run: RunEnd): Promise<{ grades: Record<string, unknown>[] }> {
  const artifact = run.artifacts.get('cgrade-grades') ?? run.artifacts.get('staff-grades')
  if (artifact === undefined) throw new Error(`no grades: ${logsOf(run)}`)
  return JSON.parse(await readFile(join(artifact, 'grades.json'), 'utf8'))
}

function logsOf(run: RunEnd): string {
  const steps = Object.entries(run.jobs).flatMap(([job, end]) => end.steps.map((step) => ({ job, ...step })))
  return steps.map(({ job, name, outcome, log }) => `${job} / ${name}: ${outcome}\n${log}`).join('\n')
}

describe('docs/github.md, followed to the letter', { timeout: 600_000 }, () => {
  test('makes a course repository', async () => {
    await follow('names')
    await follow('get-cgrade')
    await bringModules(join(reader.folder, 'cgrade'))
    await makeEmpty(course)
    await follow('init-course')
    expect(printed['init-course']).toContain('Wrote          .github/workflows/grade.yml')
    await follow('push-course')
    const text = await github.read(course, 'main', '.github/workflows/grade.yml')
    expect(text).toContain(`uses: cgrade/cgrade/.github/workflows/grade.yml@${cgradeCommit}`)
  })

  test('and a pull request from a fork is graded there', async () => {
    await github.fork(course, 'li-wei/homework')
    await follow('student')
    const pull = await github.openPull(course, { repository: 'li-wei/homework', branch: 'module3' })
    const offered = courseOn(store, cgradeCommit)
    const run = await offered.grade(pull)
    expect((await gradesOf(run)).grades).toMatchObject([
      { submission: { id: 'li-wei' }, status: 'graded', score: 58, maxScore: 58 },
    ])
    expect(run.conclusion).toBe('success')
    expect(run.jobs.grade?.outputs).toMatchObject({ status: 'graded', score: '58', 'max-score': '58' })
    expect(stepOf(run.jobs, 'grade / collect', '/ Summary').summary).toContain('Score 58 of 58 points')
    const { check, api } = await publishRun(offered, run, pull)
    expect(check).toMatchObject({ head_sha: pull.head.sha, conclusion: 'success' })
    expect(check?.output.title).toContain('Score 58 of 58 points')
    // Word for word what the page says that people see.
    const [quoted] = (await readFile(page, 'utf8')).match(/^> ### cgrade.*(?:\n>.*)*/m) ?? ['']
    const shown = wordsIn(quoted.replaceAll(/^> ?/gm, ''))
    expect(wordsIn(api.comments[0]?.body ?? '').trim()).toBe(shown.trim())
    // Merged by staff, as the docs say before the grades are made.
    await git(github.pathOf(course), ['update-ref', 'refs/heads/main', pull.mergeSha])
  })

  test('a repository made of the template grades what is pushed', async () => {
    await makeEmpty('course/homework-template')
    await follow('init-student')
    await github.fork('course/homework-template', ownRepository)
    await follow('student-push')
    const sha = await git(github.pathOf(ownRepository), ['rev-parse', 'main'])
    const payload = { ref: 'refs/heads/main', repository: { name: 'homework-module3' } }
    const event = { name: 'push' as const, payload, sha, ref: 'refs/heads/main' }
    const run = await runWorkflow({ repository: ownRepository, file: 'grade.yml', event, store })
    expect((await gradesOf(run)).grades).toMatchObject([{ status: 'graded', score: 58, maxScore: 58 }])
  })

  test('staff grade the merged commit with their hidden check', async () => {
    await makeEmpty(staff)
    await follow('init-staff')
    await follow('commit-to-grade')
    const commit = printed['commit-to-grade']?.slice(0, 40) ?? ''
    const sha = await git(github.pathOf(staff), ['rev-parse', 'main'])
    const run = await runWorkflow({
      ...{ repository: staff, file: 'staff-grade.yml', store },
      event: { name: 'workflow_dispatch', payload: { inputs: { commit } }, sha, ref: 'refs/heads/main' },
    })
    expect((await gradesOf(run)).grades).toMatchObject([
      { submission: { id: 'li-wei' }, status: 'graded', score: 63, maxScore: 63 },
    ])
  })

  test('a new assignment grades a submission at once', async () => {
    await follow('init-assignment')
    expect(printed['init-assignment']).toContain('Score 5 of 5 points (100 %), 3 of 3 checks passed')
  })

  test('and no block of the page was left out', () => {
    expect(done).toEqual(steps.map(({ name }) => name))
  })
})
