import { type ActionAsk, actions } from './test-actions.ts'
import type { JobState } from './test-runner-steps.ts'

/** Test support: an action of others, for which a stand-in of ours does the same; there is none for what we do not use. */
export async function runAction(
  uses: string,
  inputs: Record<string, string>,
  github: Record<string, unknown>,
  state: JobState,
) {
  const [name = '', commit = ''] = uses.split('@')
  const action = actions[name]
  if (action === undefined || !/^[\da-f]{40}$/.test(commit)) throw new Error(`no stand-in for the action ${uses}`)
  const { workspace, permissions, token, store } = state
  const about = ['repository', 'sha', 'ref'].map((key) => [key, String(github[key])])
  const { repository = '', sha = '', ref = '' } = Object.fromEntries(about)
  const ask: ActionAsk = {
    inputs,
    workspace,
    permissions,
    token,
    store,
    repository,
    sha,
    ref,
    runId: String(github.run_id),
  }
  return await action(ask)
}
