import type { Fault } from '../model/feedback.ts'
import type { Jail } from '../model/observations.ts'
import type { Verdict } from '../model/verdict.ts'
import { PrerequisiteMissing } from './check.ts'
import { failedBy, passed } from './judgement.ts'
import { endEvidence, endNote, noteEvidence } from './script-text.ts'

/** The exercise asks for bash and ls alone; a few more (`sh`, `cat`) are a matter of taste. */
const toleratedCommands = 5

const byHand =
  'With the steps of the handout: make the folders, copy `/bin/bash` and `/bin/ls`, then copy each library that `ldd /bin/bash` and `ldd /bin/ls` name to the same path below the new root.'

/** Whether chroot came in, bash and ls ran, and ls listed just what lies there. */
export function judgeJail(jail: Jail): Verdict {
  const fault = faultOf(jail)
  if (fault !== undefined) {
    return failedBy({
      ...fault,
      evidence: [endEvidence(jail), ...noteEvidence(jail)],
      location: { file: jail.script },
    })
  }
  return passed(
    `Your script made a root at \`${jail.root}\`: its own bash and ls run, and \`ls /\` lists just what lies there.`,
    [
      { kind: 'script', text: `$ chroot ${jail.root} /bin/bash\n$ ls /\n${jail.listed.join('\n')}`.slice(0, 2000) },
      ...noteEvidence(jail),
    ],
  )
}

/** Whether nothing but bash and ls runs in it, and nothing outside of it is seen. */
export function judgeConfinement(jail: Jail): Verdict {
  // A root that does not show what lies in it says nothing about what lies outside of it either.
  if (faultOf(jail) !== undefined) throw new PrerequisiteMissing('chroot.jail')
  const { otherCommands, outsideSeen, root } = jail
  if (outsideSeen.length > 0) {
    return failedBy({
      reason: 'chroot.sees-outside',
      message: `From inside the root at \`${root}\`, paths outside of it are seen.`,
      expected: 'nothing from outside the root',
      actual: outsideSeen.slice(0, 5).join('\n'),
      location: { file: jail.script },
    })
  }
  if (otherCommands.length > toleratedCommands) {
    return failedBy({
      reason: 'chroot.more-commands',
      message: `${otherCommands.length} commands other than bash and ls exist in the root at \`${root}\`.`,
      expected: 'bash and ls alone',
      actual: list(otherCommands),
      hint: 'Copy the two programs by name (`cp /bin/bash /bin/ls $path/bin`), not the whole folder. The point of the exercise is that a process in the new root has only what was put there.',
      reproduce: `chroot ${root} /bin/bash -c 'type cat cp rm'`,
      location: { file: jail.script },
    })
  }
  const remark =
    otherCommands.length === 0
      ? 'No command but bash and ls exists in it'
      : `Beside bash and ls there is ${list(otherCommands)}, which the exercise does not ask for`
  return passed(`${remark}, and nothing outside of it is seen.`)
}

function faultOf(jail: Jail): Fault | undefined {
  const { root, complaint } = jail
  if (root === undefined) {
    return {
      reason: jail.end.how === 'timeout' ? 'script.timeout' : 'chroot.no-root',
      message: `Your script left no folder with bash and ls in it. ${endNote(jail.end)}`,
      expected: 'a folder with `bin/bash`, `bin/ls` and their libraries, that `chroot` can enter',
      actual: 'no such folder',
      hint: `${byHand} It is what the script leaves that counts, not what it prints.`,
    }
  }
  if (root === '/') {
    return {
      reason: 'chroot.sees-outside',
      message: 'Your script enters `/`, which is the root that every process has anyway.',
      expected: 'a folder of its own as the new root',
      actual: '`chroot /`',
      hint: `${byHand} If a variable names the folder, see whether it is set: \`chroot $path\` with an empty \`$path\` is not the same folder.`,
    }
  }
  const reproduce = `chroot ${root} /bin/bash -c 'ls /'`
  if (!jail.bashRuns) return bashFault(jail, root, reproduce)
  if (!jail.lsRuns) {
    return {
      reason: isMissingLibrary(complaint) ? 'chroot.missing-library' : 'chroot.no-ls',
      message: `bash runs in the root at \`${root}\`, and \`ls\` does not.`,
      expected: '`ls /` lists what lies in the root',
      actual: complaint ?? 'no answer',
      hint: isMissingLibrary(complaint)
        ? 'A library of `ls` is missing: copy every file that `ldd /bin/ls` names to the same path below the root.'
        : 'Copy `/bin/ls` to `bin/ls` below the root, and each library that `ldd /bin/ls` names.',
      reproduce,
    }
  }
  if (jail.listed.join('\n') === jail.present.join('\n')) return undefined
  const missing = jail.present.filter((name) => !jail.listed.includes(name)).sort(higherFirst)
  const extra = jail.listed.filter((name) => !jail.present.includes(name)).sort(higherFirst)
  return {
    reason: 'chroot.wrong-list',
    message: `\`ls /\` in the root at \`${root}\` does not list what lies there.`,
    expected: jail.present.slice(0, 30).join('\n'),
    actual: jail.listed.slice(0, 30).join('\n') || '(nothing)',
    hint: [
      ...(missing.length > 0 ? [`Not listed: ${list(missing)}.`] : []),
      ...(extra.length > 0 ? [`Listed and not there: ${list(extra)}.`] : []),
      'Two files were put there that nobody could know of: copy the real `/bin/ls`.',
    ].join(' '),
    reproduce,
  }
}

function higherFirst(left: string, right: string): number {
  return left.split('/').length - right.split('/').length
}

function bashFault(jail: Jail, root: string, reproduce: string): Fault {
  const { complaint } = jail
  if (complaint === undefined) {
    return {
      reason: 'chroot.no-bash',
      message: `There is no bash in the root at \`${root}\`.`,
      expected: '`bin/bash`, a copy of the program',
      actual: 'no such file, or a link that leads nowhere once the root is `/`',
      hint: 'Copy it: `cp /bin/bash $path/bin/`. A symbolic link to the bash outside leads nowhere from inside.',
      reproduce,
    }
  }
  const withoutLoader = /No such file or directory|required file not found/.test(complaint)
  return {
    reason: withoutLoader || isMissingLibrary(complaint) ? 'chroot.missing-library' : 'chroot.no-bash',
    message: `\`chroot ${root} /bin/bash\` does not start a shell.`,
    expected: 'a shell that answers',
    actual: complaint,
    hint: withoutLoader
      ? 'The file is there, and what it is loaded by is not: copy the loader too, which `ldd /bin/bash` names without an arrow (`/lib64/ld-linux-x86-64.so.2`), to the same path below the root.'
      : 'Copy every file that `ldd /bin/bash` names to the same path below the root.',
    reproduce: `ldd /bin/bash\n${reproduce}`,
  }
}

function isMissingLibrary(complaint: string | undefined): boolean {
  return /error while loading shared libraries|required file not found|version `[^']{0,80}' not found/.test(
    complaint ?? '',
  )
}

function list(names: string[]): string {
  const shown = names.slice(0, 8).map((name) => `\`${name}\``)
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ')
}
