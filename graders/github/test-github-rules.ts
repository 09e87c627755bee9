// Test support: what GitHub refuses to write, with its own limits.
import * as z from 'zod'
import type { GitHubState } from './test-github-api.ts'

const textSchema = z.string().max(65_535)
const annotationSchema = z.strictObject({
  path: z.string().min(1),
  start_line: z.int().positive(),
  end_line: z.int().positive(),
  annotation_level: z.enum(['notice', 'warning', 'failure']),
  title: z.string().max(255),
  message: z.string().min(1).max(65_536),
})
const checkRunSchema = z.strictObject({
  name: z.string().min(1),
  head_sha: z.string().length(40),
  external_id: z.string(),
  details_url: z.url({ protocol: /^https?$/ }),
  status: z.enum(['queued', 'in_progress', 'completed']),
  conclusion: z.enum(['success', 'failure', 'neutral', 'cancelled', 'skipped', 'timed_out', 'action_required']),
  output: z.strictObject({
    title: z.string().min(1).max(255),
    summary: textSchema,
    text: textSchema,
    annotations: z.array(annotationSchema).max(50),
  }),
})

/** Undefined for a body that GitHub takes. */
export function whyNoCheckRun(state: GitHubState, body: unknown, isNew: boolean): string | undefined {
  const parsed = (isNew ? checkRunSchema : checkRunSchema.partial()).safeParse(body)
  if (!parsed.success) return z.prettifyError(parsed.error)
  const commits = [...state.commits, ...state.pulls.map(({ head }) => head.sha)]
  return !isNew || commits.includes(parsed.data.head_sha ?? '')
    ? undefined
    : `No commit found for SHA: ${parsed.data.head_sha}`
}

export function whyNoComment(body: unknown): string | undefined {
  const parsed = z.strictObject({ body: z.string().min(1).max(65_536) }).safeParse(body)
  return parsed.success ? undefined : z.prettifyError(parsed.error)
}
