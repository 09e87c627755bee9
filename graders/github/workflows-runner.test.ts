import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fill, holds } from './test-runner-expressions.ts'
import { readSettings } from './test-runner-files.ts'
import { runScript } from './test-runner-step.ts'
import { runSteps } from './test-runner-steps.ts'
import { stubGrader } from './test-stub-grader.ts'
import { readWorkflow } from './test-workflow-file.ts'

/** The runner of these tests against what GitHub documents: a kinder one would prove nothing. */

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cgrade-runner-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const env = { PATH: '/usr/bin:/bin' }
const run = (script: string, timeoutMs = 20_000) =>
  runScript({ script, pipefail: true, folder, env, temp: folder, timeoutMs })

async function runAll(steps: { run: string; id?: string; if?: string; env?: Record<string, string> }[]) {
  const state: Parameters<typeof runSteps>[2] = {
    ...{ status: 'success', masks: ['a-token'], variables: {}, paths: [], steps: [], machine: env, workspace: folder },
    ...{ temp: folder, permissions: {}, token: 'a-token', deadlineMs: Date.now() + 60_000 },
    store: { repositories: undefined as never, artifacts: new Map() },
  }
  const frame = { contexts: { github: {} }, env: {}, steps: {}, github: {}, title: '' }
  await runSteps(
    steps.map((step) => ({ shell: 'bash' as const, ...step })),
    frame,
    state,
  )
  return state
}

describe('a script', () => {
  test('has the environment that it is given, and nothing of ours', async () => {
    const { log } = await run('env')
    const names = log.split('\n').map((line) => line.split('=')[0])
    const files = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY']
    expect(names.filter((name) => name !== '').sort()).toEqual([...files, 'PATH', 'PWD', 'SHLVL', '_'].sort())
  })

  test('fails with the first command that fails, in a pipe too', async () => {
    expect((await run('false | true\necho on')).succeeded).toBe(false)
    expect((await run('true\nfalse\ntrue')).succeeded).toBe(false)
  })

  test('ends when its time is over', async () => {
    const { succeeded, log } = await run('echo begun; sleep 60', 1_000)
    expect(succeeded).toBe(false)
    expect(log).toMatch(/begun[\s\S]*timed out/)
  })

  test('sets outputs, variables and paths through its files', async () => {
    const lines = ['echo "a=1=2" >>"$GITHUB_OUTPUT"', 'printf "b<<E\\nx\\ny\\nE\\n" >>"$GITHUB_OUTPUT"']
    const end = await run([...lines, 'echo V=w >>"$GITHUB_ENV"', 'echo /there >>"$GITHUB_PATH"'].join('\n'))
    expect(end).toMatchObject({ outputs: { a: '1=2', b: 'x\ny' }, variables: { V: 'w' }, paths: ['/there'] })
  })

  test('cannot set what the runner refuses', async () => {
    for (const line of ['NODE_OPTIONS=--import=x', 'no sign at all', '=x', 'a<<E\nnever ended']) {
      expect((await run(`cat >>"$GITHUB_ENV" <<'END'\n${line}\nEND`)).succeeded).toBe(false)
    }
  })

  test('has a summary of one mebibyte at most', async () => {
    const end = await run('head -c 1048577 /dev/zero | tr "\\0" x >"$GITHUB_STEP_SUMMARY"')
    expect(end.summary).toBe('')
    expect(end.commands).toEqual([expect.objectContaining({ name: 'error' })])
  })
})

test('H11 control: H14 control: what the stub prints is obeyed where nothing stops it', async () => {
  const stub = stubGrader.replace('#!/bin/bash', 'set -- merge --out "$PWD/out" /dev/null')
  const { commands, outputs } = await run(stub)
  expect(commands.map(({ name }) => name)).toEqual(['error', 'add-mask', 'set-output', 'warning'])
  expect(outputs).toEqual({ score: '100' })
})

describe('the steps of a job', () => {
  test('hide a token, and what a step declares a secret', async () => {
    const { steps } = await runAll([{ run: 'echo a-token; echo ::add-mask::other' }, { run: 'echo another other' }])
    expect(steps.map(({ log }) => log)).toEqual(['***\n::add-mask::***\n', 'an*** ***\n'])
  })

  test('hand variables and paths to those after them', async () => {
    const first = { run: 'echo V=w >>"$GITHUB_ENV"; echo /there >>"$GITHUB_PATH"' }
    const { steps } = await runAll([first, { run: 'echo "$V $PATH"' }])
    expect(steps[1]?.log).toBe('w /there:/usr/bin:/bin\n')
  })

  test('after one that failed run only where their `if` says so', async () => {
    const after = [{ run: 'echo a' }, { run: 'echo b', if: 'always()' }, { run: 'echo c', if: `\${{ !cancelled() }}` }]
    const { steps, status } = await runAll([{ run: 'exit 1' }, ...after, { run: 'echo d', if: 'failure()' }])
    expect(steps.map(({ outcome }) => outcome)).toEqual(['failure', 'skipped', 'success', 'success', 'success'])
    expect(status).toBe('failure')
  })

  test('see the outputs of those before them, and keep ten annotations of a kind', async () => {
    const many = 'for i in {1..12}; do echo "::notice::$i"; done'
    const first = { id: 'first', run: 'echo "x=a b" >>"$GITHUB_OUTPUT"' }
    const { steps } = await runAll([
      first,
      { run: many },
      { run: 'echo "$X"', env: { X: `\${{ steps.first.outputs.x }}!` } },
    ])
    expect(steps[1]?.annotations).toHaveLength(10)
    expect(steps[2]?.log).toBe('a b!\n')
  })
})

describe('expressions', () => {
  const contexts = { github: { event: { number: 3, title: "it's }}" } }, inputs: { root: false } }

  test('come to what GitHub makes of them', () => {
    const text = `\${{ github.event.number || 'x' }}-\${{ github.none }}-\${{ format('{0}}}', 1) }}`
    expect(fill(text, contexts)).toBe('3--1}')
    expect(fill(`\${{ github.event.title }}`, contexts)).toBe("it's }}")
    expect(() => fill(`\${{ secrets.TOKEN }}`, contexts)).toThrow('cannot be evaluated')
  })

  test('of an `if` include that all went well, unless they ask themselves', () => {
    expect(holds('github.event.number == 3', contexts, 'failure')).toBe(false)
    expect(holds('!cancelled() && github.event.number == 3', contexts, 'failure')).toBe(true)
    expect(holds(undefined, contexts, 'skipped')).toBe(false)
    expect(holds('inputs.root', contexts, 'success')).toBe(false)
  })
})

test('a workflow with anything that is not understood here is refused', () => {
  const text = 'on: push\njobs: {a: {runs-on: x, strategy: {matrix: {b: [1]}}, steps: []}}\n'
  expect(() => readWorkflow(text)).toThrow('strategy')
})

test('a file of settings is read line by line, with values of several lines', () => {
  expect(readSettings('a=1\r\n\nb<<E=F\nx=y\nE=F\nc=<<E\n')).toEqual({ a: '1', b: 'x=y', c: '<<E' })
})
