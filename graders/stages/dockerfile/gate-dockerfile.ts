import type { Fault } from '../../model/feedback.ts'
import { nearest } from '../../model/nearest.ts'
import type { CopyStep, Dockerfile } from './dockerfile.ts'
import { findExcess, findForbiddenFlag, findForbiddenPath } from './gate-limits.ts'
import { isPublicBase } from './public-bases.ts'

export interface GateOptions {
  /** The Dockerfile's place in the submission. */
  path?: string
  /** Repository names of the assignment that may be copied from as well. */
  trustedBases?: readonly string[]
}

/** What we refuse before the engine sees it; defence in depth, the limits of the build are the boundary. */
export function gateDockerfile(dockerfile: Dockerfile, options: GateOptions = {}): Fault | undefined {
  const path = options.path ?? 'Dockerfile'
  return (
    findExcess(dockerfile, path) ??
    findForbiddenFlag(dockerfile, path) ??
    findForbiddenPath(dockerfile, path) ??
    findRemoteAdd(dockerfile, path) ??
    findForeignFrom(dockerfile, path, options.trustedBases ?? [])
  )
}

/** Images that `COPY --from` names beside the stages of the file, once each. */
export function foreignImages(dockerfile: Dockerfile): { name: string; line: number }[] {
  const images = new Map<string, number>()
  for (const copy of dockerfile.copies) {
    if (copy.from !== undefined && !namesStage(dockerfile, copy) && !images.has(copy.from))
      images.set(copy.from, copy.line)
  }
  return [...images].map(([name, line]) => ({ name, line }))
}

function findRemoteAdd({ copies, triggered }: Dockerfile, path: string): Fault | undefined {
  for (const { keyword, line, sources } of [...copies, ...triggered]) {
    const remote = sources.find((source) => isRemote(source) || (keyword === 'ADD' && isComputed(source)))
    if (remote === undefined || keyword !== 'ADD') continue
    return {
      reason: 'build.remote-add',
      message: `Line ${line} of \`${path}\` lets \`ADD\` fetch \`${remote.slice(0, 200)}\` from the network, which is not allowed here: what is graded must be what you handed in.`,
      hint: 'Put the file beside the Dockerfile and `COPY` it, or fetch it in a `RUN` step (`RUN wget ...`), which is under the limits of the build.',
      location: { file: path, line },
    }
  }
  return undefined
}

function isRemote(source: string): boolean {
  return /^(?:https?|ftp|git|ssh|git\+ssh|git\+https?):\/\//i.test(source) || /^[\w.-]+@[\w.-]+:/.test(source)
}

/** `${NAME#pattern}` and its like: newer builders compute it, so its value cannot be known here. */
function isComputed(source: string): boolean {
  return /\$\{\w+[#%/]/.test(source)
}

function findForeignFrom(dockerfile: Dockerfile, path: string, trusted: readonly string[]): Fault | undefined {
  const mounted = dockerfile.mounts
    .filter((mount) => !namesStage(dockerfile, mount))
    .map(({ from = '', line }) => ({ name: from, line }))
  const foreign = [...foreignImages(dockerfile), ...mounted].find(({ name }) => !isPublicBase(name, trusted))
  if (foreign === undefined) return undefined
  const { line } = foreign
  const name = foreign.name.slice(0, 200)
  const names = dockerfile.stages.flatMap((stage) => stage.name ?? [])
  const meant = nearest(name, names)
  const later = dockerfile.stages.find((stage) => stage.name?.toLowerCase() === name.toLowerCase())
  const named =
    names.length === 0 ? 'none of them has a name' : `they are named ${names.map((stage) => `\`${stage}\``).join(', ')}`
  const hint =
    later !== undefined
      ? `The stage \`${name}\` begins in line ${later.line}, too late: move it before the stage that copies from it.`
      : meant !== undefined
        ? `\`--from=${name}\` - did you mean \`--from=${meant}\`?`
        : 'Name an earlier stage (`FROM ... AS build`, then `COPY --from=build`), or an official image such as `golang:1.22`.'
  return {
    reason: 'build.foreign-from',
    message: `\`--from=${name}\` in line ${line} of \`${path}\` is neither an earlier stage of this Dockerfile (${named}) nor an official image.`,
    hint,
    location: { file: path, line },
  }
}

function namesStage({ stages }: Dockerfile, { from = '', stage }: CopyStep): boolean {
  // Only what stands before; a stage that copies from itself is left to the engine's own message.
  const reachable = stages.slice(0, stage + 1)
  if (reachable.some(({ name }) => name?.toLowerCase() === from.toLowerCase())) return true
  return /^\d{1,4}$/.test(from) && Number(from) < reachable.length
}
