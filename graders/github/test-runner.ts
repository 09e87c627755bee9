import type { Artifacts, Store } from './test-actions.ts'
import type { JobEnd } from './test-runner-job.ts'
import { runJobs } from './test-runner-jobs.ts'
import { expectTrigger } from './test-runner-rules.ts'
import { type Permissions, readWorkflow } from './test-workflow-file.ts'

/** Test support: GitHub's runner, as far as our workflows need it, on repositories made by a test. */

export interface RunEvent {
  name: 'pull_request' | 'push' | 'workflow_run' | 'workflow_dispatch'
  payload: Record<string, unknown>
  /** The commit whose workflow runs, and its ref: for a pull request the merge. */
  sha: string
  ref: string
  headRef?: string
  baseRef?: string
  /** A fork's pull request can read at most. */
  fromFork?: boolean
}

export interface RunAsk {
  repository: string
  /** Name of the file below `.github/workflows`. */
  file: string
  event: RunEvent
  store: Store
  apiUrl?: string
  /** Makes the token of a job. */
  token?: (permissions: Permissions) => string
}

export interface RunEnd {
  id: string
  /** The workflow's own name. */
  name: string
  conclusion: 'success' | 'failure'
  /** By `job`, and by `caller / job` for those of a workflow that was called. */
  jobs: Record<string, JobEnd>
  artifacts: Artifacts
}

let runs = 1000

export async function runWorkflow(ask: RunAsk): Promise<RunEnd> {
  const { event, repository, store } = ask
  const workflow = readWorkflow(await store.repositories.read(repository, event.sha, `.github/workflows/${ask.file}`))
  const name = workflow.name ?? `.github/workflows/${ask.file}`
  expectTrigger(workflow, event)
  runs += 1
  const id = String(runs)
  const [owner = ''] = repository.split('/')
  const github = {
    ...{ event: event.payload, event_name: event.name, sha: event.sha, ref: event.ref, repository },
    ...{ repository_owner: owner, run_id: id, run_number: '1', run_attempt: '1', workflow: name, actor: 't' },
    ...{
      head_ref: event.headRef ?? '',
      base_ref: event.baseRef ?? '',
      ref_name: event.ref.replace(/^refs\/\w+\//, ''),
    },
    ...{ api_url: ask.apiUrl ?? 'http://api.invalid', server_url: 'https://github.com' },
  }
  const jobs: RunEnd['jobs'] = {}
  const all = { contents: 'write', checks: 'write', 'pull-requests': 'write', actions: 'write' } as const
  // What somebody typed who started it by hand.
  const inputs = event.name === 'workflow_dispatch' ? (event.payload.inputs as Record<string, unknown>) : {}
  await runJobs({ workflow, github, inputs, granted: all, title: '' }, { ask, id, ended: jobs })
  const failed = Object.values(jobs).some(({ conclusion }) => conclusion === 'failure')
  const artifacts = store.artifacts.get(id) ?? new Map<string, string>()
  return { id, name, conclusion: failed ? 'failure' : 'success', jobs, artifacts }
}
