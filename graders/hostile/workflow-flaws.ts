import { parse } from 'yaml'

/** Test support: what is wrong with a workflow or an action of ours, read as text. */

interface Step {
  uses?: string
  run?: string
  shell?: string
  with?: Record<string, unknown>
  env?: Record<string, unknown>
}
interface Job extends Step {
  steps?: Step[]
  permissions?: Record<string, string>
  'timeout-minutes'?: number
  'runs-on'?: unknown
}
interface Document {
  on?: unknown
  permissions?: unknown
  jobs?: Record<string, Job>
  runs?: { steps: Step[] }
}

const temporary = `\${{ runner.temp }}/`

/** A line each. `starts` says which events may start it beside `pull_request`, `push` and a call. */
export function findFlaws(text: string, { starts = [] }: { starts?: string[] } = {}): string[] {
  const document = parse(text) as Document
  const jobs = Object.entries(document.jobs ?? {})
  const steps = [...jobs.flatMap(([, job]) => [job, ...(job.steps ?? [])]), ...(document.runs?.steps ?? [])]
  return [
    ...steps.flatMap(flawsOfStep),
    ...jobs.flatMap(([id, job]) => flawsOfJob(id, job)),
    ...(document.jobs === undefined ? [] : flawsOfWorkflow(document, starts)),
    ...(/\bsecrets\b/.test(text) ? ['it uses secrets'] : []),
    ...(/\bACTIONS_ALLOW_UNSECURE_COMMANDS\b/.test(text) ? ['it obeys commands that were given up'] : []),
  ]
}

function flawsOfStep({ uses, run, with: inputs = {} }: Step): string[] {
  const pinned = uses === undefined || uses.startsWith('./') || /@[\da-f]{40}$/.test(uses)
  return [
    ...(pinned ? [] : [`${uses} can be moved`]),
    // Names come through `env`, whoever chose them.
    ...(run?.includes('${{') ? [`a script is made of: ${run}`] : []),
    ...(uses?.startsWith('actions/checkout@') && inputs['persist-credentials'] !== false
      ? ['a check-out leaves its token in the repository']
      : []),
    ...(/^actions\/(?:cache|setup-)/.test(uses ?? '') ? [`${uses} may share a cache`] : []),
    ...(uses?.startsWith('actions/upload-artifact@') && !/^[a-z-]+$/.test(String(inputs.name ?? ''))
      ? ['the name of an artifact is made of something']
      : []),
    ...(uses?.startsWith('actions/download-artifact@') && !/^[a-z-]+$/.test(String(inputs.name ?? ''))
      ? ['artifacts are fetched by a pattern']
      : []),
    ...(uses?.startsWith('actions/download-artifact@') && !String(inputs.path).startsWith(temporary)
      ? ['an artifact is unpacked into the workspace']
      : []),
  ]
}

function flawsOfJob(id: string, job: Job): string[] {
  const { permissions = {}, steps = [], uses } = job
  const writes = Object.values(permissions).includes('write')
  const tokens = steps.filter((step) => /github\.token/.test(JSON.stringify([step.with, step.env])))
  const ownScripts = steps.filter(
    ({ run, env = {} }) => run !== undefined && JSON.stringify(env).includes('github.token'),
  )
  return [
    ...(job.permissions === undefined ? [`${id} does not say what it may do`] : []),
    ...(permissions['id-token'] === undefined ? [] : [`${id} may say who we are`]),
    ...(uses === undefined && job['timeout-minutes'] === undefined ? [`${id} may go on for six hours`] : []),
    ...(uses === undefined && job['runs-on'] !== 'ubuntu-24.04' ? [`${id} runs on ${job['runs-on']}`] : []),
    ...(!writes && tokens.length > 0 ? [`${id} hands its token on`] : []),
    ...(ownScripts.length > 1 ? [`${id} has a token in several scripts`] : []),
    // Whoever may write fetches by name and commit what is not the pull request's.
    ...(writes && steps.some(fetchesThePullRequest) ? [`${id} may write, and checks out what others wrote`] : []),
  ]
}

function fetchesThePullRequest({ uses, with: inputs = {} }: Step): boolean {
  if (!uses?.startsWith('actions/checkout@')) return false
  const trusted = /^\$\{\{ inputs\.(cgrade|specs) \}\}$/.exec(String(inputs.repository))?.[1]
  return trusted === undefined || inputs.ref !== `\${{ inputs.${trusted}-ref }}`
}

function flawsOfWorkflow({ on, permissions }: Document, starts: string[]): string[] {
  const events = typeof on === 'string' ? [on] : Array.isArray(on) ? on : Object.keys(on ?? {})
  const allowed = ['pull_request', 'push', 'workflow_call', ...starts]
  const ours = events.filter((event) => !allowed.includes(event))
  return [
    ...(permissions === undefined ? ['it has all permissions that the repository gives'] : []),
    ...(permissions !== undefined && JSON.stringify(permissions) !== '{}' ? ['every job of it has permissions'] : []),
    ...(ours.length > 0 ? [`it runs with our rights on the work of others: ${ours}`] : []),
  ]
}
