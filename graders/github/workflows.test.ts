import { readdir, readFile } from 'node:fs/promises'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { gradeCourse, gradeStudent, publishCourse } from '../init/caller-workflows.ts'
import { root } from './test-course.ts'
import { readAction, readWorkflow } from './test-workflow-file.ts'
import { faultsByActionlint, faultsBySchema } from './test-workflow-linters.ts'

/** Our workflows before judges that are not ours. What they must not do: hostile/workflows.test.ts. */

const folder = '.github/workflows/'
const settings = {
  pin: { repository: 'cgrade/cgrade', commit: '0123456789abcdef0123456789abcdef01234567' },
  ...{ assignment: 'cncamp-module3', root: true },
}

async function ourFiles(): Promise<{ name: string; text: string }[]> {
  const names = ['action.yml', ...(await readdir(root + folder)).map((name) => folder + name)]
  const ours = names.map(async (name) => ({ name, text: await readFile(root + name, 'utf8') }))
  const written = [gradeCourse(settings), gradeStudent(settings), publishCourse(settings)]
  return [...(await Promise.all(ours)), ...written.map(({ path, text }) => ({ name: path, text }))]
}

const careless = `
on: pull_request
jobs:
  grade:
    runs-on: ubuntu-24.04
    timeout: 5
    steps:
      - run: echo "\${{ github.event.pull_request.title }}"
      - run: echo "\${{ needs.other.outputs.x }}"
`

describe("every workflow and the action are right by GitHub's own schema", () => {
  test('and those that we write for others, too', async () => {
    for (const { name, text } of await ourFiles()) expect([name, await faultsBySchema(text, name)]).toEqual([name, []])
  })

  test('control: what it does not know is a fault', async () => {
    const faults = await faultsBySchema(careless, 'careless.yml')
    expect(faults).toEqual([expect.stringContaining("Unexpected value 'timeout'")])
    const action = await readFile(`${root}action.yml`, 'utf8')
    expect(await faultsBySchema(action.replace('  using:', '  usng:'), 'action.yml')).not.toEqual([])
  })
})

describe('actionlint finds nothing in any workflow', () => {
  test('and in those that we write for others', async () => {
    for (const { name, text } of await ourFiles()) {
      if (name !== 'action.yml') expect(await faultsByActionlint(text, name)).toEqual([])
    }
  })

  test('control: a name that a pull request chooses in a script is found', async () => {
    const found = await faultsByActionlint(careless.replace('    timeout: 5\n', ''), 'careless.yml')
    expect(found.join('\n')).toContain('"github.event.pull_request.title" is potentially untrusted')
  })
})

test('every script of theirs is one that bash reads', async () => {
  for (const { name, text } of await ourFiles()) {
    const steps = name === 'action.yml' ? readAction(text).runs.steps : stepsOf(text)
    for (const { run } of steps.filter((step) => step.run !== undefined)) {
      const { exitCode, stderr } = await execa('bash', ['-n'], { input: run ?? '', reject: false })
      expect([name, exitCode, stderr]).toEqual([name, 0, ''])
    }
  }
})

test('the same inputs are looked at in the same way by every job that fetches with them', async () => {
  const files = (await ourFiles()).filter(({ name }) => /workflows\/(grade|publish)\.yml$/.test(name)).slice(0, 2)
  const checks = files.flatMap(({ text }) => stepsOf(text).filter(({ name }) => name === 'Check the inputs'))
  expect(checks).toHaveLength(3)
  expect(new Set(checks.map((step) => JSON.stringify(step))).size).toBe(1)
})

test('actions of others are used at one commit each, the one that dependabot is told of in a comment', async () => {
  const used = (await ourFiles()).flatMap(({ text }) => text.match(/actions\/[\w-]+@.*/g) ?? [])
  expect(new Set(used)).toEqual(
    new Set([
      'actions/checkout@df4cb1c069e1874edd31b4311f1884172cec0e10 # v6.0.3',
      'actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1',
      'actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1',
    ]),
  )
})

test('publish.yml takes every input by which both name the assignment, the flow and the submissions', async () => {
  const texts = await Promise.all(['grade', 'publish'].map((name) => readFile(`${root}${folder}${name}.yml`, 'utf8')))
  const [grade, publish] = texts.map((text) => parse(text).on.workflow_call.inputs)
  const shared = ['cgrade', 'cgrade-ref', 'flow', 'submissions', 'assignment', 'specs', 'specs-ref', 'require-pass']
  expect(Object.keys(publish)).toEqual(shared)
  for (const name of shared)
    expect([name, publish[name].type, publish[name].default]).toEqual([name, grade[name].type, grade[name].default])
})

function stepsOf(text: string) {
  return Object.values(readWorkflow(text).jobs).flatMap(({ steps }) => steps ?? [])
}
