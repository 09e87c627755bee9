import { type Course, course } from './test-course.ts'
import { type GitHubApiServer, startGitHubApi, type TestPullRequest } from './test-github-api.ts'
import { git, type PullRequest } from './test-repositories.ts'
import type { RunEnd } from './test-runner.ts'

/** Test support: what publish.yml makes of a run, on an API that knows the pull requests of a course. */

export interface Published {
  end: RunEnd
  api: GitHubApiServer['state']
  check: GitHubApiServer['state']['checkRuns'][number] | undefined
}

const token = 'ghs_PlantedTokenOfThePublisher'

export async function publishRun(offered: Course, run: RunEnd, pull: PullRequest): Promise<Published> {
  await using api = await startGitHubApi({ repository: course, token, pulls: [await tellPull(offered, pull)] })
  const end = await offered.publish(run, pull, { url: api.url, token })
  return { end, api: api.state, check: api.state.checkRuns[0] }
}

async function tellPull(offered: Course, { number, head, base }: PullRequest): Promise<TestPullRequest> {
  const path = offered.store.repositories.pathOf(course)
  const words = ['diff', '--name-status', '-z', '--no-renames', `${base.sha}...${head.sha}`]
  const parts = (await git(path, words)).split('\0').filter((part) => part !== '')
  const kinds: Record<string, string> = { A: 'added', D: 'removed', M: 'modified', T: 'changed' }
  const files = parts.flatMap((part, index) =>
    index % 2 === 0 ? [{ status: kinds[part] ?? part, filename: parts[index + 1] ?? '' }] : [],
  )
  return {
    ...{ number, state: 'open', updated_at: '2026-11-25T10:00:00Z', files },
    head: { sha: head.sha, ref: head.branch, repo: head.repository },
    base: { ref: 'main', repo: base.repository },
  }
}
