import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Store } from './test-actions.ts'
import { fill, fillEach, holds } from './test-runner-expressions.ts'
import { type Frame, type JobState, runSteps, type StepEnd } from './test-runner-steps.ts'
import type { Job, Permissions } from './test-workflow-file.ts'

/** Test support: one job on a machine of its own, which here is a fresh folder and an environment made anew. */

export interface JobAsk {
  id: string
  job: Job
  /** `github`, `inputs`, `needs`. */
  contexts: { github: Record<string, unknown>; inputs: Record<string, unknown>; needs: Record<string, unknown> }
  permissions: Permissions
  token: string
  folder: string
  store: Store
}

export interface JobEnd {
  conclusion: 'success' | 'failure' | 'skipped'
  outputs: Record<string, string>
  steps: StepEnd[]
  permissions: Permissions
}

/** What a hosted runner has, and a real one would not hand to a script: whoever shows these has leaked them. */
const planted = {
  ACTIONS_RUNTIME_TOKEN: 'planted-runtime-token',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'planted-identity-token',
  ACTIONS_CACHE_URL: 'http://planted.invalid/cache',
}

/** Nothing is installed again: a grader that wants to would meet this first. */
const refuseNpm = '#!/bin/sh\necho "npm is not to be called in this test" >&2\nexit 97\n'

export async function runJob(ask: JobAsk): Promise<JobEnd> {
  const { job } = ask
  if (job['runs-on'] !== 'ubuntu-24.04') throw new Error(`no machine here is called ${job['runs-on']}`)
  const home = join(ask.folder, 'home')
  const bin = join(ask.folder, 'bin')
  const temp = join(ask.folder, 'work/_temp')
  const workspace = join(ask.folder, 'work/there/there')
  const event = join(temp, '_github_workflow/event.json')
  for (const folder of [home, bin, temp, workspace, dirname(event)]) await mkdir(folder, { recursive: true })
  await writeFile(join(bin, 'npm'), refuseNpm, { mode: 0o755 })
  await writeFile(event, JSON.stringify(ask.contexts.github.event))
  const github = { ...ask.contexts.github, workspace, event_path: event, job: ask.id, token: ask.token }
  const runner = { os: 'Linux', arch: 'X64', name: 'test', temp, environment: 'github-hosted' }
  const state: JobState = {
    ...{ status: 'success', masks: [ask.token], variables: {}, paths: [], steps: [] },
    machine: machineOf({ home, bin, temp, github }),
    ...{ workspace, temp, permissions: ask.permissions, token: ask.token, store: ask.store },
    deadlineMs: Date.now() + (job['timeout-minutes'] ?? 360) * 60_000,
  }
  const contexts = { ...ask.contexts, github, runner, vars: {}, job: { status: 'success' } }
  const frame: Frame = { contexts, env: fillEach(job.env, contexts), steps: {}, github, title: '' }
  await runSteps(job.steps ?? [], frame, state)
  const told = fillEach(job.outputs, { ...contexts, steps: frame.steps, env: {} })
  // A value with a secret in it does not leave the job.
  const kept = Object.entries(told).filter(([, value]) => !state.masks.some((mask) => value.includes(mask)))
  await rm(ask.folder, { recursive: true, force: true })
  return {
    conclusion: state.status,
    outputs: Object.fromEntries(kept),
    steps: state.steps,
    permissions: ask.permissions,
  }
}

/** Is this job to run, after those that it needs? */
export function isWanted(job: Job, contexts: JobAsk['contexts']): boolean {
  const ended = Object.values(contexts.needs).map((need) => (need as { result: JobEnd['conclusion'] }).result)
  const status = ended.includes('failure') ? 'failure' : ended.includes('skipped') ? 'skipped' : 'success'
  return holds(job.if, { ...contexts, vars: {} }, status)
}

export function nameOf(job: Job, id: string, contexts: JobAsk['contexts']): string {
  return job.name === undefined ? id : fill(job.name, { ...contexts })
}

function machineOf(ask: {
  home: string
  bin: string
  temp: string
  github: Record<string, unknown>
}): Record<string, string> {
  const told = Object.entries(ask.github).filter(([name, value]) => name !== 'token' && typeof value === 'string')
  return {
    ...planted,
    PATH: `${ask.bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    ...{ HOME: ask.home, LANG: 'C.UTF-8', USER: 'runner', CI: 'true', GITHUB_ACTIONS: 'true' },
    ...{ RUNNER_OS: 'Linux', RUNNER_ARCH: 'X64', RUNNER_TEMP: ask.temp, RUNNER_ENVIRONMENT: 'github-hosted' },
    ...Object.fromEntries(told.map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, String(value)])),
  }
}
