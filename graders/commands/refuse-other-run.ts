import { isDeepStrictEqual } from 'node:util'
import { UsageError } from '../model/grader-error.ts'
import type { RunBasis, RunRequest } from '../model/run-request.ts'
import type { RunHeader } from '../store/run-folder.ts'
import type { InterruptedRun } from './find-interrupted.ts'
import { shownPath } from './shown-path.ts'

/** How the command line calls what a run is asked for. Where base images come from may change: their digests tell. */
const optionNames = {
  folder: 'the folder',
  roster: '`--roster`',
  exercises: '`--exercises`',
  kernel: '`--kernel`',
  standIns: '`--no-stand-ins`',
  shard: '`--shard`',
  changedSince: '`--changed-since`',
} as const satisfies Partial<Record<keyof RunRequest, string>>
const keys = Object.keys(optionNames) as (keyof typeof optionNames)[]

const basisNames = {
  judgingDigest: 'the assignment or its specs have changed',
  graderDigest: 'cgrade has changed',
  machine: 'the machine or its engine is another',
} as const satisfies Record<keyof RunBasis, string>

/** A run goes on with what it was asked for, or not at all. */
export function refuseOtherRequest({ folder, request }: InterruptedRun, wanted: RunRequest): void {
  const key = keys.find((one) => !isDeepStrictEqual(wanted[one], request[one]))
  if (key === undefined) return
  const then = request[key] === undefined ? 'without it' : `with \`${String(request[key])}\``
  throw new UsageError(
    `\`${shownPath(folder)}\` cannot go on with another value for ${optionNames[key]}: it began ${then}. Leave it out, or grade again: ${regrade(folder)}.`,
  )
}

/** What judges the rest must be what has judged the others. */
export function refuseOtherJudging(folder: string, then: RunHeader, now: RunHeader): void {
  const changes = new Set([
    ...(then.assignment === now.assignment ? [] : [`the assignment is now \`${now.assignment}\``]),
    ...(then.specsDigest === now.specsDigest ? [] : [basisNames.judgingDigest]),
    ...(then.graderVersion === now.graderVersion ? [] : [basisNames.graderDigest]),
    ...changesOf(then.basis, now.basis),
  ])
  if (changes.size === 0) return
  throw new UsageError(
    `\`${shownPath(folder)}\` cannot be gone on with, since its grades would not be alike: ${[...changes].join(', ')}. What was graded is kept; grade again what that changed, and the rest: ${regrade(folder)}.`,
  )
}

function changesOf(then: RunBasis | undefined, now: RunBasis | undefined): string[] {
  if (then === undefined || now === undefined) return []
  const names = Object.keys(basisNames) as (keyof RunBasis)[]
  return names.filter((name) => then[name] !== now[name]).map((name) => basisNames[name])
}

function regrade(folder: string): string {
  return `\`cgrade regrade ${shownPath(folder)}\``
}
