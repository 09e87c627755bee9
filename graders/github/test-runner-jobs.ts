import { join } from 'node:path'
import type { RunAsk, RunEnd } from './test-runner.ts'
import { fill, fillEach } from './test-runner-expressions.ts'
import { isWanted, type JobAsk, type JobEnd, nameOf, runJob } from './test-runner-job.ts'
import { narrow, readOnly, typeInputs } from './test-runner-rules.ts'
import { type Job, type Permissions, readCall, readWorkflow, type Workflow } from './test-workflow-file.ts'

/** Test support: the jobs of a workflow, and those of one that it calls. */

/** One workflow within a run. */
interface Scope {
  workflow: Workflow
  github: Record<string, unknown>
  inputs: Record<string, unknown>
  /** What its jobs may have at most. */
  granted: Permissions
  title: string
}

interface Running {
  ask: RunAsk
  id: string
  /** Grows with every job that ends. */
  ended: RunEnd['jobs']
}

/** One after the other, each when those that it needs have ended. */
export async function runJobs(scope: Scope, running: Running): Promise<Record<string, JobEnd>> {
  const own: Record<string, JobEnd> = {}
  const waiting = new Map(Object.entries(scope.workflow.jobs))
  while (waiting.size > 0) {
    const next = [...waiting].find(([, { needs = [] }]) => [needs].flat().every((need) => need in own))
    if (next === undefined) throw new Error(`jobs that wait for each other: ${[...waiting.keys()]}`)
    const [id, job] = next
    waiting.delete(id)
    const needed = [job.needs ?? []].flat().map((need) => [need, own[need]] as const)
    const needs = needed.map(([need, end]) => [need, { result: end?.conclusion, outputs: end?.outputs ?? {} }])
    const contexts = { github: scope.github, inputs: scope.inputs, needs: Object.fromEntries(needs) }
    const end = await runOne(id, job, contexts, scope, running)
    own[id] = end
    running.ended[`${scope.title}${id}`] = end
  }
  return own
}

async function runOne(
  id: string,
  job: Job,
  contexts: JobAsk['contexts'],
  scope: Scope,
  running: Running,
): Promise<JobEnd> {
  const permissions = narrow(job.permissions ?? scope.workflow.permissions ?? scope.granted, scope.granted, id)
  if (!isWanted(job, contexts)) return { conclusion: 'skipped', outputs: {}, steps: [], permissions }
  if (job.uses !== undefined) {
    const title = `${scope.title}${nameOf(job, id, contexts)} / `
    return await callWorkflow(job.uses, job, contexts, { ...scope, granted: permissions, title }, running)
  }
  const { event, store, token } = running.ask
  const inForce = event.fromFork ? readOnly(permissions) : permissions
  // Every job of a run finds the same paths, as it would on GitHub.
  const folder = join(store.repositories.folder, 'machines', running.id)
  return await runJob({
    ...{ id, contexts, permissions: inForce, folder, store },
    job: { ...job, env: { ...scope.workflow.env, ...job.env } },
    token: token?.(inForce) ?? `token-of-${id}-${running.id}`,
  })
}

async function callWorkflow(
  uses: string,
  job: Job,
  contexts: JobAsk['contexts'],
  scope: Scope,
  running: Running,
): Promise<JobEnd> {
  const pinned = /^([\w.-]+\/[\w.-]+)\/(\.github\/workflows\/[\w.-]+)@([\da-f]{40})$/
  const [, repository, file, commit] = pinned.exec(uses) ?? []
  if (repository === undefined || file === undefined || commit === undefined) throw new Error(`${uses} is not pinned`)
  const workflow = readWorkflow(await running.ask.store.repositories.read(repository, commit, file))
  const { inputs: known, outputs } = readCall(workflow)
  const inputs = typeInputs(known, fillEach(job.with, { ...contexts, vars: {} }))
  const ends = await runJobs({ ...scope, workflow, inputs }, running)
  const told = Object.entries(ends).map(([id, end]) => [id, { outputs: end.outputs, result: end.conclusion }])
  const jobs = Object.fromEntries(told)
  const values = Object.entries(outputs).map(([name, { value }]) => [name, fill(value, { ...contexts, inputs, jobs })])
  const failed = Object.values(ends).some(({ conclusion }) => conclusion === 'failure')
  const { granted: permissions } = scope
  return { conclusion: failed ? 'failure' : 'success', outputs: Object.fromEntries(values), steps: [], permissions }
}
