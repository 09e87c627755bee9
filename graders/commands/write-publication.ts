import type { GitHubApi } from '../github/api-client.ts'
import { readPullRequest } from '../github/find-pull-request.ts'
import type { Publication } from '../github/publication.ts'
import type { GradedRun } from '../github/read-event.ts'
import { checkName, writeCheck } from '../github/write-check.ts'
import { type CommentOutcome, writeComment } from '../github/write-comment.ts'
import { GraderError, UsageError } from '../model/grader-error.ts'
import { forTerminal, terminal } from '../reporters/escape.ts'
import type { PublishOptions } from './declare-publish.ts'
import type { Io } from './io.ts'
import type { Target } from './publish.ts'
import { explainRefusal } from './publish-settings.ts'

export interface Written {
  checkRun: number
  /** Absent: the pull request has none of this commit (any more). */
  comment?: CommentOutcome
}

/** The check, then the comment; where one fails, the other is tried all the same. */
export async function writePublication(
  api: GitHubApi,
  run: GradedRun,
  { pullRequest }: Target,
  { check, comment, isNews }: Publication,
): Promise<Written> {
  const checkRun = await settle(writeCheck(api, run, check))
  const isCurrent = async (number: number) => (await readPullRequest(api, run, number)).head.sha === run.headSha
  const commented = await settle(
    (async () => {
      if (pullRequest === undefined || !(await isCurrent(pullRequest))) return undefined
      return writeComment(api, run, { pullRequest, body: comment, isNew: isNews })
    })(),
  )
  if ('error' in checkRun || 'error' in commented) throw whatIsMissing(checkRun, commented)
  return { checkRun: checkRun.value, ...(commented.value === undefined ? {} : { comment: commented.value }) }
}

type Settled<T> = { value: T } | { error: unknown }

async function settle<T>(promise: Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await promise }
  } catch (error) {
    return { error: explainRefusal(error) }
  }
}

/** One error that says what was not written, and what was. */
function whatIsMissing(check: Settled<number>, comment: Settled<CommentOutcome | undefined>): Error {
  const missing = [
    ...('error' in check ? [`the check \`${checkName}\``] : []),
    ...('error' in comment ? ['the comment'] : []),
  ]
  const error = 'error' in check ? check.error : 'error' in comment ? comment.error : undefined
  const message = `${error instanceof Error ? error.message : String(error)} Not written: ${missing.join(' and ')}.`
  const rest =
    missing.length === 1 ? ` Written: ${'error' in check ? 'the comment, if one was due' : 'the check'}.` : ''
  if (error instanceof UsageError) return new UsageError(message + rest)
  if (error instanceof GraderError && error.code === 'interrupted') return error
  return new GraderError('github.unreachable', message + rest, {
    cause: error,
    remedy: 'Run this job again (`Re-run jobs` on its page); nothing is published twice.',
  })
}

/** What was done, for the log of the job. */
export function tellPublication(
  done: { run: GradedRun; target: Target; publication: Publication; written: Written | undefined },
  options: PublishOptions,
  io: Io,
): void {
  const { run, target, publication, written } = done
  for (const remark of publication.remarks) io.err(terminal`Artifact: ${forTerminal(remark)}\n`)
  if (publication.untrusted !== undefined) io.err(terminal`No score is shown: ${forTerminal(publication.untrusted)}\n`)
  if (target.withoutComment !== undefined) io.err(terminal`No comment: ${forTerminal(target.withoutComment)}.\n`)
  if (options.json) return
  const { check, comment } = publication
  const commit = forTerminal(run.headSha.slice(0, 7))
  const about = terminal`check \`cgrade\` on ${commit}: ${forTerminal(check.conclusion)}, ${forTerminal(check.output.title)}`
  const place = target.pullRequest === undefined ? terminal`none` : terminal`#${target.pullRequest}`
  if (written === undefined) {
    io.out(terminal`Would write the ${about}; comment on ${place}, ${comment.length} characters.\n`)
    return
  }
  io.out(
    terminal`Wrote the ${about} (${written.checkRun}); comment on ${place}: ${forTerminal(written.comment ?? 'none')}.\n`,
  )
}
