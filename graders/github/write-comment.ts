import * as z from 'zod'
import type { MarkdownText } from '../model/encoded.ts'
import { commentMarker } from '../reporters/github-comment.ts'
import { markdown } from '../reporters/markdown.ts'
import { ApiRefusal } from './api-answer.ts'
import type { GitHubApi } from './api-client.ts'
import { lookAgain } from './look-again.ts'
import type { GradedRun } from './read-event.ts'

const actionsBot = 'github-actions[bot]'

const commentSchema = z.object({
  id: z.int().positive(),
  body: z.string().nullish(),
  user: z.object({ login: z.string(), type: z.string() }).nullish(),
})
type Comment = z.infer<typeof commentSchema>

/** `newer`: a later run has written already, and its words stay. `none`: there was none, and none was wanted. */
export type CommentOutcome = 'created' | 'updated' | 'newer' | 'none'

export interface CommentToWrite {
  pullRequest: number
  body: MarkdownText
  /** False: only a comment that is there already is updated. */
  isNew: boolean
}

/** Marks a comment with the run that it tells of, so that an earlier run which comes late does not overwrite it. */
export function markRun(body: MarkdownText, { id, attempt }: GradedRun): MarkdownText {
  return markdown`${body}\n<!-- cgrade run ${id}/${attempt} -->\n`
}

/** One comment on the pull request: updated where it is, made where there is none, never a second one. */
export async function writeComment(api: GitHubApi, run: GradedRun, comment: CommentToWrite): Promise<CommentOutcome> {
  const isGone = (error: unknown) => error instanceof ApiRefusal && error.status === 404
  return lookAgain(() => writeOnce(api, run, comment), isGone)
}

async function writeOnce(
  api: GitHubApi,
  run: GradedRun,
  { pullRequest, body, isNew }: CommentToWrite,
): Promise<CommentOutcome> {
  const issue = `/repos/${run.repository}/issues/${pullRequest}/comments`
  const listOwn = async (bot: string) =>
    (await api.list(issue, z.array(commentSchema))).filter((one) => isOwn(one, bot))
  const present = await listOwn(actionsBot)
  if (present.length === 0 && !isNew) return 'none'
  const made = present.length === 0 ? await api.write('POST', issue, { body }, commentSchema) : undefined
  // Another publish may have made one in the same moment; both see the same list, and agree on the oldest.
  const [oldest, ...others] = made === undefined ? present : await listOwn(made.user?.login ?? actionsBot)
  for (const { id } of others) await removeComment(api, run, id)
  return oldest === undefined || oldest.id === made?.id ? 'created' : updateComment(api, run, oldest, body)
}

async function updateComment(
  api: GitHubApi,
  run: GradedRun,
  present: Comment,
  body: MarkdownText,
): Promise<CommentOutcome> {
  if (isOfLaterRun(present.body ?? '', run)) return 'newer'
  if (present.body !== body) await api.write('PATCH', commentPath(run, present.id), { body }, commentSchema)
  return 'updated'
}

async function removeComment(api: GitHubApi, run: GradedRun, id: number): Promise<void> {
  await api.write('DELETE', commentPath(run, id), undefined, z.null()).catch((error: unknown) => {
    if (!(error instanceof ApiRefusal && error.status === 404)) throw error
  })
}

function commentPath({ repository }: GradedRun, id: number): string {
  return `/repos/${repository}/issues/comments/${id}`
}

/** By a bot that is this token's own; the marker alone is what any student can write. Oldest first, as GitHub lists them. */
function isOwn({ body, user }: Comment, bot: string): boolean {
  return user?.type === 'Bot' && user.login === bot && body?.startsWith(commentMarker) === true
}

function isOfLaterRun(body: string, run: GradedRun): boolean {
  const [, id, attempt] = /<!-- cgrade run (\d{1,15})\/(\d{1,6}) -->\s*$/.exec(body) ?? []
  if (id === undefined) return false
  return Number(id) > run.id || (Number(id) === run.id && Number(attempt) > run.attempt)
}
