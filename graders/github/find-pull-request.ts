import * as z from 'zod'
import { ApiRefusal } from './api-answer.ts'
import type { GitHubApi } from './api-client.ts'
import type { GradedRun } from './read-event.ts'

const pullRequestSchema = z.object({
  number: z.int().positive(),
  state: z.string(),
  updated_at: z.string(),
  head: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }).nullable() }),
  base: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }) }),
})
export type PullRequest = z.infer<typeof pullRequestSchema>

const countedSchema = pullRequestSchema.extend({ changed_files: z.int().nonnegative() })
export type CountedPullRequest = z.infer<typeof countedSchema>

export type PullRequestSearch =
  /** Open, and its newest commit is the one that was graded. */
  | { found: 'current'; pullRequest: PullRequest }
  /** Open, with another commit by now. */
  | { found: 'moved'; pullRequest: PullRequest }
  | { found: 'none' }

/** The open pull request whose head was graded. Only GitHub is asked, never the artifact: a fork writes that itself. */
export async function findPullRequest(api: GitHubApi, run: GradedRun): Promise<PullRequestSearch> {
  const named = await Promise.all(run.pullRequests.slice(0, 10).map((number) => readPullRequest(api, run, number)))
  let candidates = namedHere(named, run)
  if (!candidates.some(isCurrent)) candidates = [...candidates, ...namedHere(await listOfBranch(api, run), run)]
  if (!candidates.some(isCurrent)) candidates = [...candidates, ...namedHere(await listOfCommit(api, run), run)]
  const current = candidates.filter(isCurrent).sort((a, b) => rank(a) - rank(b))
  const [first] = current
  if (first !== undefined) return { found: 'current', pullRequest: first }
  const [moved] = candidates
  return moved === undefined ? { found: 'none' } : { found: 'moved', pullRequest: moved }

  function isCurrent({ head }: PullRequest): boolean {
    return head.sha === run.headSha
  }

  /** One commit may be offered to several branches: the one to the default branch, else the oldest. */
  function rank({ base, number }: PullRequest): number {
    return number + (base.ref === run.defaultBranch ? 0 : Number.MAX_SAFE_INTEGER / 2)
  }
}

export async function readPullRequest(
  api: GitHubApi,
  { repository }: GradedRun,
  number: number,
): Promise<CountedPullRequest> {
  return api.get(`/repos/${repository}/pulls/${number}`, countedSchema)
}

async function listOfBranch(api: GitHubApi, run: GradedRun): Promise<PullRequest[]> {
  if (run.headBranch === undefined || run.headRepository === undefined) return []
  const [owner] = run.headRepository.split('/')
  const query = new URLSearchParams({ state: 'open', head: `${owner}:${run.headBranch}` })
  return api.list(`/repos/${run.repository}/pulls?${query}`, z.array(pullRequestSchema), 3)
}

/** GitHub does not know every commit of a fork by this way, and answers 404 or 422 then. */
async function listOfCommit(api: GitHubApi, run: GradedRun): Promise<PullRequest[]> {
  const path = `/repos/${run.repository}/commits/${run.headSha}/pulls`
  return api.list(path, z.array(pullRequestSchema), 3).catch((error: unknown) => {
    if (error instanceof ApiRefusal && [404, 422].includes(error.status)) return []
    throw error
  })
}

/** Of the same repository and from the same fork: the same commit may be in someone else's pull request, too. */
function namedHere(candidates: PullRequest[], run: GradedRun): PullRequest[] {
  const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()
  return candidates.filter(
    ({ state, base, head }) =>
      state === 'open' &&
      same(base.repo.full_name, run.repository) &&
      (run.headRepository === undefined || head.repo === null || same(head.repo.full_name, run.headRepository)),
  )
}
