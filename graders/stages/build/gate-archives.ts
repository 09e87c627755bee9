import { join, posix } from 'node:path'
import type { BuildLimits } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import type { BuildCandidate, Submission } from '../../model/submission.ts'
import { measureUnpacked } from '../../sandbox/unpacked-size.ts'
import type { CopyStep, Dockerfile } from '../dockerfile/dockerfile.ts'

const maxEntries = 200_000

/**
 * Archives that `ADD` would unpack to more than a build may write. Only those that could be meant are looked into: what an
 * ADD names, or everything where it names a pattern or a variable.
 */
export async function findArchiveBomb(
  dockerfile: Dockerfile,
  submission: Submission,
  candidate: BuildCandidate,
  { diskBytes }: BuildLimits,
): Promise<Fault | undefined> {
  const adds = [...dockerfile.copies, ...dockerfile.triggered].filter(({ keyword, from }) => keyword === 'ADD' && !from)
  if (adds.length === 0) return undefined
  const prefix = candidate.context === '.' ? '' : `${candidate.context}/`
  // A link may name any of them by another name.
  const hasLinks = submission.entries.some(({ kind }) => kind === 'link')
  let total = 0
  for (const entry of submission.entries) {
    if (entry.kind !== 'file' || !entry.path.startsWith(prefix)) continue
    const path = entry.path.slice(prefix.length)
    const times = adds.filter((add) => hasLinks || mayName(add, path))
    if (times.length === 0) continue
    const unpacked = await measureUnpacked(join(submission.root, entry.path), diskBytes)
    if (unpacked === undefined) continue
    total += unpacked.bytes * times.length
    const isBomb = unpacked.hasHoles || unpacked.entries > maxEntries || total > diskBytes
    if (isBomb) return bomb(candidate, times[0], path, diskBytes)
  }
  return undefined
}

function mayName({ sources }: CopyStep, path: string): boolean {
  return sources.some((source) => {
    const named = posix.join('/', source).slice(1)
    return /[*?[\\$]/.test(source) || named === path
  })
}

function bomb({ dockerfile }: BuildCandidate, add: CopyStep | undefined, path: string, diskBytes: number): Fault {
  return {
    reason: 'build.disk',
    message: `\`ADD\` unpacks \`${path.slice(0, 200)}\`, which takes more on a disk than the ${Math.round(diskBytes / 1024 ** 2)} MiB that a build may write.`,
    hint: 'Hand in a smaller archive, or `COPY` it, which does not unpack it. An archive of files with holes is not taken here.',
    location: add === undefined ? { file: dockerfile } : { file: dockerfile, line: add.line },
  }
}
