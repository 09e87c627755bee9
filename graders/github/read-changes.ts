import * as z from 'zod'
import type { GitHubApi } from './api-client.ts'
import { type PullRequest, readPullRequest } from './find-pull-request.ts'
import type { GradedRun } from './read-event.ts'

/** GitHub lists no more. */
const mostFiles = 3000
const mostAttempts = 3

const fileSchema = z.object({
  filename: z.string(),
  status: z.string(),
  previous_filename: z.string().optional(),
})

/** `moved`: the pull request was pushed to while it was read, so that nothing here is about what was graded. */
export type ChangedPaths = { read: 'whole'; paths: string[] } | { read: 'part'; paths: string[] } | { read: 'moved' }

/**
 * Every path that a pull request adds, changes, removes, or renames from or to. Asked between two looks at the pull
 * request that must agree: a push to and fro would else show the files of a commit that was not graded.
 */
export async function readChangedPaths(api: GitHubApi, run: GradedRun, pull: PullRequest): Promise<ChangedPaths> {
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const before = await readPullRequest(api, run, pull.number)
    if (before.head.sha !== run.headSha || before.state !== 'open') return { read: 'moved' }
    const path = `/repos/${run.repository}/pulls/${pull.number}/files`
    const files = await api.list(path, z.array(fileSchema), mostFiles / 100)
    const after = await readPullRequest(api, run, pull.number)
    if (after.head.sha !== run.headSha) return { read: 'moved' }
    if (after.updated_at !== before.updated_at) continue
    const paths = files.flatMap(({ filename, previous_filename: before }) =>
      before === undefined ? [filename] : [filename, before],
    )
    return { read: files.length < before.changed_files ? 'part' : 'whole', paths: [...new Set(paths)] }
  }
  return { read: 'moved' }
}
