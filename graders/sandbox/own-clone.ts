import { realpath } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { openRepository } from './git.ts'

/** Where this program comes from, when it runs from a git clone whose commit others can fetch. */
export type OwnClone =
  /** `repository` is `owner/name` on GitHub, `commit` 40 hex digits. */
  | { known: true; repository: string; commit: string }
  /** `why` completes "cannot tell, because ...". */
  | { known: false; why: string }

const programFolder = fileURLToPath(new URL('../../', import.meta.url))

/** Looks at the clone that this program runs from, or at another folder. Asks nothing over the network. */
export async function findOwnClone(folder: string = programFolder): Promise<OwnClone> {
  const clone = await openRepository(folder).catch(() => undefined)
  // Installed below another project, the repository around it is not its own.
  if (clone === undefined || clone.top !== (await realpath(folder))) {
    return { known: false, why: 'it does not run from a git clone of its own' }
  }
  const ask = async (...words: string[]): Promise<string> => {
    const { exitCode, stdout } = await clone.ask(words)
    return exitCode === 0 ? stdout.toString('utf8').trim() : ''
  }
  const remote = await ask('config', '--get', 'remote.origin.url')
  if (remote === '') return { known: false, why: 'its clone has no remote `origin`' }
  const repository = repositoryOf(remote)
  if (repository === undefined) return { known: false, why: 'its remote `origin` is not on github.com' }
  const commit = await ask('rev-parse', '--verify', 'HEAD^{commit}')
  if (!/^[\da-f]{40}$/.test(commit)) return { known: false, why: 'its clone has no commit' }
  const branches = await ask('branch', '--remotes', '--contains', commit, '--list', 'origin/*')
  if (branches === '') {
    return {
      known: false,
      why: `its commit ${commit} is on no branch that was fetched from or pushed to ${repository}`,
    }
  }
  return { known: true, repository, commit }
}

function repositoryOf(remote: string): string | undefined {
  const found = /^(?:https:\/\/(?:[^@/]+@)?|ssh:\/\/git@|git@)github\.com[/:]([\w-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(
    remote,
  )
  return found?.[1]
}
