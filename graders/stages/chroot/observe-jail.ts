import type { Fault } from '../../model/feedback.ts'
import type { Jail, Observation } from '../../model/observations.ts'
import type { Submission } from '../../model/submission.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import type { FoundScript } from '../scripts/find-script.ts'
import type { InsideView } from './ask-shell.ts'
import type { RootCandidate } from './find-roots.ts'
import { handOutImage } from './hand-out-image.ts'
import { type Look, lookInside } from './look-inside.ts'
import { foreignFolders, namedLibraries } from './named-libraries.ts'
import { tryScript } from './script-trial.ts'

/** A script that waits for longer than this waits for something that does not come. */
const scriptTimeoutMs = 60_000
/** How many folders that look like a root are looked at. */
const mostRoots = 3
const programs = [
  ['bin/bash', 'usr/bin/bash'],
  ['bin/ls', 'usr/bin/ls'],
]

/** Runs the handed-in chroot script, and looks at the root that it left. */
export async function observeJail(
  bench: ExerciseBench,
  submission: Submission,
  script: FoundScript,
  timeoutMs = scriptTimeoutMs,
): Promise<Observation<Jail>> {
  // One file may hold both blocks of the handout.
  const seed = `${bench.seed}/${submission.id}/jail`
  const image = /\b(docker|podman)\b/.test(script.text)
    ? await handOutImage(bench, script.text, { layout: 'legacy', seed })
    : undefined
  await using trial = await tryScript(bench, submission, {
    script,
    stdin: 'ls /\nexit\n',
    timeoutMs,
    folder: '/tmp/newroot',
    ...(image === undefined ? {} : { files: image.files }),
  })
  const { end, notes } = trial
  const nothing: Omit<Jail, 'root'> = {
    script: script.path,
    bashRuns: false,
    lsRuns: false,
    listed: [],
    present: [],
    nonces: [],
    otherCommands: [],
    outsideSeen: [],
    end,
    notes,
  }
  const foreign = otherSystem(script.text, bench.engine.architecture, trial.missingLibraries)
  const libraryFolders = foreignFolders(namedLibraries(script.text))
  let best: { root: RootCandidate; look: Look } | undefined
  for (const [index, root] of trial.roots(programs).slice(0, mostRoots).entries()) {
    const source = await trial.read(root.readFrom)
    if (source === undefined) continue
    const look = await lookInside(bench, source, { shells: ['bash'], libraryFolders, seed: `${seed}/${index}` })
    if (best === undefined || worth(look) > worth(best.look)) best = { root, look }
    if (isJail(look)) break
  }
  if (foreign !== undefined && best !== undefined && !isJail(best.look)) return { state: 'unavailable', why: foreign }
  if (best === undefined) {
    return { state: 'seen', facts: trial.enteredItself ? { ...nothing, root: '/' } : nothing }
  }
  const { root, look } = best
  if ('tooLarge' in look) return { state: 'failed', fault: tooLargeFault(root.path, look.tooLarge, script.path) }
  const { tree, shellRuns, ...view } = look.seen
  const leftOut = tree.leftOut.length === 0 ? [] : [`Not looked at: ${tree.leftOut.slice(0, 3).join(', ')}.`]
  const facts: Jail = {
    ...nothing,
    ...view,
    root: root.path,
    bashRuns: shellRuns,
    notes: [...notes, ...leftOut],
  }
  return { state: 'seen', facts }
}

/**
 * A script that names the libraries of its own system is right there, and may be lost here: where it makes no root, that is
 * nobody's fault. Undefined: nothing in it says so.
 */
export function otherSystem(script: string, architecture: string, missing: string[]): string | undefined {
  // The handout names the folder of one processor.
  if (architecture !== 'x86_64' && /x86[_-]64/.test(script)) {
    return `the script copies the libraries of x86_64, and the processor here is ${architecture}`
  }
  if (missing.length === 0) return undefined
  const named = missing.slice(0, 3).map((path) => `\`${path}\``)
  return `the script copies ${named.join(', ')}, which Debian, where it was run, does not have; with the names that \`ldd /bin/bash\` and \`ldd /bin/ls\` print, as in the handout, it works everywhere`
}

export function tooLargeFault(root: string, how: string, file: string): Fault {
  return {
    reason: 'chroot.too-large',
    message: `Your script made a root at \`${root}\`, and ${how}, so nobody looked inside.`,
    hint: 'Copy the two programs and the libraries that `ldd` names, not whole folders.',
    location: { file },
  }
}

function isJail(look: Look): boolean {
  return 'seen' in look && lists(look.seen)
}

function lists(view: InsideView): boolean {
  return view.lsRuns && view.listed.join('\n') === view.present.join('\n')
}

function worth(look: Look): number {
  // What it was when it was entered may still pass, and nothing less says more than this.
  if ('tooLarge' in look) return 3
  return 1 + Number(look.seen.shellRuns) + Number(look.seen.lsRuns) + Number(lists(look.seen))
}
