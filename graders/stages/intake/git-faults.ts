import type { IntakeLimits } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import type { GitSource } from '../../model/roster.ts'
import { formatBytes, quotePath } from './intake-faults.ts'

export function noRepository({ url }: GitSource): Fault {
  return {
    reason: 'intake.git-not-found',
    message: `There is no repository at ${quotePath(url)} that everybody may read.`,
    hint: 'Look whether the address is right, and whether the repository is public: open it in a private window of a browser.',
  }
}

export function noCommit({ url, commit, branch }: GitSource): Fault {
  const [what, hint] =
    commit !== undefined
      ? [`no commit \`${commit}\``, 'Push it (`git push`), or hand in the commit that `git ls-remote` shows.']
      : branch !== undefined
        ? [`no branch \`${branch}\``, 'Push it (`git push -u origin <branch>`), or hand in the name that it has.']
        : ['no commit', 'Push your work: `git push`.']
  return { reason: 'intake.git-no-commit', message: `The repository ${quotePath(url)} has ${what}.`, hint }
}

export function noFolderInRepository({ url, folder = '' }: GitSource, commit: string): Fault {
  return {
    reason: 'intake.git-no-folder',
    message: `There is no folder ${quotePath(folder)} in the repository ${quotePath(url)} at commit ${commit.slice(0, 12)}.`,
    hint: 'Commit your work in that folder, spelled like this, and push it.',
  }
}

export function repositoryTooLarge({ url }: GitSource, limits: IntakeLimits): Fault {
  return {
    reason: 'intake.git-limit',
    message: `The newest state of ${quotePath(url)} is larger than what may be handed in, ${formatBytes(limits.totalBytes)}, or cannot be unpacked within the limits of one submission.`,
    hint: 'Take saved images, archives and downloaded modules out of the repository (`git rm --cached`), commit and push.',
  }
}
