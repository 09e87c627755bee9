import * as z from 'zod'
import { UsageError } from '../model/grader-error.ts'
import type { Flow } from './flows.ts'

/** The run that graded, as GitHub tells it. The run's own artifact has no say in any of this. */
export interface GradedRun {
  /** `owner/name` of the repository that publishes. */
  repository: string
  defaultBranch: string
  id: number
  attempt: number
  event: 'pull_request' | 'push'
  conclusion: string
  /** 40 hex: what was graded. */
  headSha: string
  headBranch?: string
  /** `owner/name`; absent when the fork is gone. */
  headRepository?: string
  /** Numbers of pull requests from this repository itself; empty for a fork. */
  pullRequests: number[]
  /** The run's page. */
  url: string
}

/** `owner/name`, and no path that leads elsewhere. */
export const repositoryName = /^(?!\.+\/)[\w.-]{1,100}\/(?!\.+$)[\w.-]{1,100}$/
const repositorySchema = z.object({ full_name: z.string().regex(repositoryName) })
const eventSchema = z.object({
  action: z.string(),
  repository: repositorySchema.extend({ default_branch: z.string() }),
  workflow_run: z.object({
    id: z.int().positive(),
    run_attempt: z.int().positive().default(1),
    event: z.string(),
    conclusion: z.string().nullable(),
    path: z.string(),
    head_sha: z.string().regex(/^[0-9a-f]{40}$/, 'expected 40 hexadecimal digits'),
    head_branch: z.string().nullable(),
    head_repository: repositorySchema.nullable(),
    repository: repositorySchema,
    pull_requests: z.array(z.object({ number: z.int().positive() })).nullish(),
    html_url: z.string().regex(/^https?:\/\/[\w.:/-]+$/),
  }),
})

/** The event of a `workflow_run` job, or a sentence about why nothing can be published for it. */
export function readEvent(text: string, here: { repository: string; flow: Flow }): GradedRun {
  const event = parseEvent(text)
  const run = event.workflow_run
  if (event.action !== 'completed') {
    refuse(`the action \`completed\`, got \`${event.action}\``, 'Write `types: [completed]` below `workflow_run`.')
  }
  for (const { full_name } of [event.repository, run.repository]) {
    if (full_name.toLowerCase() !== here.repository.toLowerCase()) {
      refuse(`a run of this repository, \`${here.repository}\`, got one of \`${full_name}\``, '')
    }
  }
  if (!run.path.startsWith('.github/workflows/')) {
    refuse(`a run of a workflow in \`.github/workflows/\`, got \`${run.path}\``, '')
  }
  const kind = run.event
  if (kind !== 'pull_request' && !(kind === 'push' && here.flow === 'student')) {
    const expected = here.flow === 'student' ? '`pull_request` or `push`' : '`pull_request`'
    refuse(`a run that ${expected} started, got \`${kind}\``, 'Let the job of `publish.yml` run for those events only.')
  }
  return {
    repository: event.repository.full_name,
    defaultBranch: event.repository.default_branch,
    id: run.id,
    attempt: run.run_attempt,
    event: kind,
    conclusion: run.conclusion ?? 'unknown',
    headSha: run.head_sha,
    ...(run.head_branch === null ? {} : { headBranch: run.head_branch }),
    ...(run.head_repository === null ? {} : { headRepository: run.head_repository.full_name }),
    pullRequests: (run.pull_requests ?? []).map(({ number }) => number),
    url: run.html_url,
  }
}

function parseEvent(text: string): z.infer<typeof eventSchema> {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    refuse('JSON in the file that GITHUB_EVENT_PATH names', '')
  }
  const parsed = eventSchema.safeParse(document)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.map(String).join('.') ?? ''
  refuse(
    `the event of a \`workflow_run\`, got another one: at \`${place}\`, ${issue?.message ?? 'unknown'}`,
    'Call `cgrade publish` in a workflow with `on: workflow_run`.',
  )
}

function refuse(expected: string, advice: string): never {
  throw new UsageError(
    `\`cgrade publish\` expects ${expected}. Nothing was published.${advice === '' ? '' : ` ${advice}`}`,
  )
}
