import type { Observation, UnpackedRootfs } from '../../model/observations.ts'
import type { Submission } from '../../model/submission.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import type { FoundScript } from '../scripts/find-script.ts'
import { handOutImage } from './hand-out-image.ts'
import type { ArchiveLayout } from './image-archive.ts'
import { lookInside } from './look-inside.ts'
import { tooLargeFault } from './observe-jail.ts'
import { type ScriptTrial, tryScript } from './script-trial.ts'

const scriptTimeoutMs = 60_000
const mostRoots = 2
const shells = [['bin/sh', 'bin/busybox', 'bin/ash']]

/** Runs the handed-in script beside a `docker` that has an image to save, and looks at the root that it unpacked. */
export async function observeRootfs(
  bench: ExerciseBench,
  submission: Submission,
  script: FoundScript,
  timeoutMs = scriptTimeoutMs,
): Promise<Observation<UnpackedRootfs>> {
  const layouts: ArchiveLayout[] = /blobs|index\.json|\boci\b/i.test(script.text)
    ? ['oci', 'legacy']
    : ['legacy', 'oci']
  let first: Observation<UnpackedRootfs> | undefined
  for (const layout of layouts) {
    const observation = await observeLayout(bench, submission, script, layout, timeoutMs)
    if (observation.state === 'seen' && isUnpacked(observation.facts)) return observation
    first ??= observation
    // It would wait as long again.
    if (observation.state === 'seen' && observation.facts.end.how === 'timeout') break
  }
  return first ?? { state: 'unavailable', why: 'no layout of image archives was tried' }
}

function isUnpacked({ shellRuns, listed, marker }: UnpackedRootfs): boolean {
  return shellRuns && listed.includes(marker)
}

async function observeLayout(
  bench: ExerciseBench,
  submission: Submission,
  script: FoundScript,
  layout: ArchiveLayout,
  timeoutMs: number,
): Promise<Observation<UnpackedRootfs>> {
  const seed = `${bench.seed}/${submission.id}/rootfs/${layout}`
  const { marker, files } = await handOutImage(bench, script.text, { layout, seed })
  await using trial = await tryScript(bench, submission, { script, stdin: 'ls /\nexit\n', timeoutMs, files })
  const { end, notes } = trial
  const facts: UnpackedRootfs = {
    script: script.path,
    layout,
    marker,
    markerFound: false,
    shellRuns: false,
    listed: [],
    end,
    notes,
  }
  const roots = trial.roots([[marker], ...shells]).filter(({ path }) => holds(trial, path, marker))
  let best = facts
  for (const [index, root] of roots.slice(0, mostRoots).entries()) {
    const source = await trial.read(root.readFrom)
    if (source === undefined) continue
    const look = await lookInside(bench, source, {
      shells: ['sh', 'ash', 'bash'],
      seed: `${seed}/${index}`,
    })
    if ('tooLarge' in look) return { state: 'failed', fault: tooLargeFault(root.path, look.tooLarge, script.path) }
    const { tree, shellRuns, listed, complaint } = look.seen
    const markerFound = tree.entries.has(marker)
    const seen = { ...facts, root: root.path, markerFound, shellRuns, listed, ...(complaint ? { complaint } : {}) }
    if (best.root === undefined || isUnpacked(seen)) best = seen
    if (isUnpacked(best)) break
  }
  if (best.root === undefined) Object.assign(best, otherFolder(trial))
  return { state: 'seen', facts: best }
}

function holds(trial: ScriptTrial, root: string, marker: string): boolean {
  return trial.changed.includes(`${root}/${marker}`) || !trial.changed.includes(root)
}

/** A folder that is not the image's root: entered by chroot, or the archive unpacked once. */
function otherFolder(trial: ScriptTrial): { root?: string; listed?: string[] } {
  const [entered] = trial.roots(shells)
  const unpackedOnce = trial.changed.find((path) => /\/(manifest\.json|layer\.tar|oci-layout)$/.test(path))
  const root = entered?.path ?? unpackedOnce?.replace(/\/[^/]+$/, '')
  if (root === undefined) return {}
  const names = trial.changed.flatMap((path) =>
    path.startsWith(`${root}/`) ? (path.slice(root.length + 1).split('/')[0] ?? []) : [],
  )
  return { root, listed: [...new Set(names)].sort().slice(0, 40) }
}
