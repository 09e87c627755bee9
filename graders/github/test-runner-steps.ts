import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { RunnerCommand } from '../hostile/runner-commands.ts'
import type { Store } from './test-actions.ts'
import { runAction } from './test-runner-action.ts'
import { type Contexts, fill, fillEach, holds } from './test-runner-expressions.ts'
import { describeFault, hide, keepTen } from './test-runner-log.ts'
import { runScript } from './test-runner-step.ts'
import { type Permissions, readAction, type Step } from './test-workflow-file.ts'

/** Test support: the steps of a job in order, and those of a composite action within them. */

export interface StepEnd {
  name: string
  outcome: 'success' | 'failure' | 'skipped'
  /** As the log shows it: secrets are masked. */
  log: string
  outputs: Record<string, string>
  summary: string
  /** Of each kind ten at most, as GitHub keeps them. */
  annotations: RunnerCommand[]
  /** Everything that the runner obeyed. */
  commands: RunnerCommand[]
}

export interface JobState {
  status: 'success' | 'failure'
  masks: string[]
  /** Set by steps through `$GITHUB_ENV` and `$GITHUB_PATH`. */
  variables: Record<string, string>
  paths: string[]
  /** In the order of their ends, those of composite actions too. */
  steps: StepEnd[]
  machine: Record<string, string>
  workspace: string
  temp: string
  permissions: Permissions
  token: string
  store: Store
  deadlineMs: number
}

/** What the steps of a job, or those of one action, see. */
export interface Frame {
  contexts: Contexts
  env: Record<string, string>
  steps: Record<string, { outputs: Record<string, string>; outcome: string; conclusion: string }>
  github: Record<string, unknown>
  title: string
}

const noEnd = { log: '', outputs: {}, summary: '', annotations: [], commands: [] }

/** Returns whether all went well; a step after a failure runs only when its `if` asks for that. */
export async function runSteps(steps: Step[], frame: Frame, state: JobState): Promise<boolean> {
  let well = true
  for (const step of steps) {
    const env = { ...frame.env, ...state.variables }
    const contexts = { ...frame.contexts, steps: frame.steps, env, job: { status: state.status } }
    const name = `${frame.title}${step.name === undefined ? (step.uses ?? 'run') : fill(step.name, contexts)}`
    let end: Omit<StepEnd, 'name'> = { ...noEnd, outcome: 'skipped' }
    if (holds(step.if, contexts, state.status === 'failure' || !well ? 'failure' : 'success')) {
      const allEnv = { ...env, ...fillEach(step.env, contexts) }
      end = await carryOut(step, { ...frame, title: `${name} / ` }, { ...contexts, env: allEnv }, state).catch(
        (thrown): Omit<StepEnd, 'name'> => ({ ...noEnd, outcome: 'failure', log: `##[error]${describeFault(thrown)}` }),
      )
    }
    const failed = end.outcome === 'failure' && step['continue-on-error'] !== true
    if (failed) well = false
    if (failed && frame.title === '') state.status = 'failure'
    state.steps.push({ ...end, name, log: hide(end.log, state.masks) })
    const conclusion = failed ? 'failure' : end.outcome === 'skipped' ? 'skipped' : 'success'
    if (step.id !== undefined) frame.steps[step.id] = { outputs: end.outputs, outcome: end.outcome, conclusion }
  }
  return well
}

async function carryOut(
  step: Step,
  frame: Frame,
  contexts: Contexts & { env: Record<string, string> },
  state: JobState,
): Promise<Omit<StepEnd, 'name'>> {
  if (step.uses?.startsWith('./')) return await runComposite(step, step.uses, frame, contexts, state)
  if (step.uses !== undefined) {
    const outputs = await runAction(step.uses, fillEach(step.with, contexts), frame.github, state)
    return { ...noEnd, outcome: 'success', outputs }
  }
  const action = frame.github.action_path === undefined ? {} : { GITHUB_ACTION_PATH: String(frame.github.action_path) }
  const limitMs = step['timeout-minutes'] === undefined ? Number.POSITIVE_INFINITY : step['timeout-minutes'] * 60_000
  const end = await runScript({
    script: fill(step.run, contexts),
    pipefail: step.shell === 'bash',
    folder: resolve(state.workspace, fill(step['working-directory'] ?? '.', contexts)),
    env: withPaths({ ...contexts.env, ...state.machine, ...action, ...onlyOwn(step, contexts) }, state.paths),
    temp: state.temp,
    timeoutMs: Math.max(1, Math.min(limitMs, state.deadlineMs - Date.now())),
  })
  Object.assign(state.variables, end.variables)
  state.paths.unshift(...end.paths.reverse())
  state.masks.push(...end.commands.filter(({ name }) => name === 'add-mask').map(({ value }) => value))
  return { ...end, outcome: end.succeeded ? 'success' : 'failure', annotations: keepTen(end.commands) }
}

/** A step may set `CI` or `PATH` for itself; what a step before it set for later ones counts less than the machine's own. */
function onlyOwn(step: Step, contexts: Contexts): Record<string, string> {
  return fillEach(step.env, contexts)
}

async function runComposite(step: Step, uses: string, frame: Frame, contexts: Contexts, state: JobState) {
  const path = resolve(state.workspace, uses)
  const action = readAction(await readFile(join(path, 'action.yml'), 'utf8'))
  const given = fillEach(step.with, contexts)
  const unknown = Object.keys(given).find((name) => !(name in action.inputs))
  if (unknown !== undefined) throw new Error(`${uses} has no input \`${unknown}\``)
  const missing = Object.entries(action.inputs).find(([name, input]) => input.required && given[name] === undefined)
  if (missing !== undefined) throw new Error(`${uses} needs the input \`${missing[0]}\``)
  const github = { ...frame.github, action_path: path }
  const inputs = Object.entries(action.inputs).map(([name, { default: usual }]) => [
    name,
    given[name] ?? fill(usual, { ...contexts, github }),
  ])
  const inside: Frame = {
    contexts: { ...frame.contexts, github, inputs: Object.fromEntries(inputs) },
    env: contexts.env as Record<string, string>,
    ...{ steps: {}, github, title: frame.title },
  }
  const well = await runSteps(action.runs.steps, inside, state)
  const texts = Object.fromEntries(Object.entries(action.outputs).map(([name, { value }]) => [name, value]))
  const outputs = fillEach(texts, { ...inside.contexts, steps: inside.steps, env: inside.env })
  return { ...noEnd, outcome: well ? ('success' as const) : ('failure' as const), outputs }
}

function withPaths(env: Record<string, string>, paths: string[]): Record<string, string> {
  return { ...env, PATH: [...paths, env.PATH].join(':') }
}

/** The step of a job whose name ends so. */
export function stepOf(jobs: Record<string, { steps: StepEnd[] }>, job: string, name: string): StepEnd {
  const found = jobs[job]?.steps.find((step) => step.name.endsWith(name))
  if (found === undefined)
    throw new Error(`there is no step \`${name}\` in \`${job}\` of ${Object.keys(jobs).join(', ')}`)
  return found
}
