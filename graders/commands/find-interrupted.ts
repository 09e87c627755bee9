import { resolve } from 'node:path'
import { UsageError } from '../model/grader-error.ts'
import type { RunRequest } from '../model/run-request.ts'
import { findUnfinished, stateOfRun } from '../store/find-unfinished.ts'
import { readRun, readRunHeader } from '../store/read-run.ts'
import type { RunHeader } from '../store/run-folder.ts'
import type { BatchOptions } from './grading-options.ts'
import { folderOfRun, locateRun } from './locate-run.ts'
import { withRequest } from './request-of.ts'
import { reportsFolder } from './run-on-disk.ts'
import { shownPath } from './shown-path.ts'

/** A run that broke off, and how to go on with it. */
export interface InterruptedRun {
  state: 'broke off'
  folder: string
  header: RunHeader
  request: RunRequest
  /** Those of the command line, with what the run was asked for wherever it names nothing. */
  options: BatchOptions
}

/** The run that `--resume` names, else the newest one below `reports` that broke off. */
export async function findInterrupted(
  options: BatchOptions,
): Promise<InterruptedRun | { state: 'finished'; folder: string }> {
  const folder = options.resume === true ? await findUnfinished(reportsFolder) : await folderOf(options.resume ?? '')
  if (folder === undefined) {
    throw new UsageError(
      `No run below \`${reportsFolder}\` broke off. Name the one you mean, as in \`--resume ${reportsFolder}/module3\`.`,
    )
  }
  if ((await stateOfRun(folder)) === 'finished') return { state: 'finished', folder }
  const header = await readRunHeader(folder)
  // Says what is near, where this is no run at all.
  if (header === undefined) await readRun(folder)
  if (header?.request === undefined) {
    const asked = 'does not say what was asked for, so it cannot be gone on with'
    throw new UsageError(`\`${shownPath(folder)}\` ${asked}. Grade again, into another folder.`)
  }
  refuseNamed(options, folder, header)
  const { request } = header
  return { state: 'broke off', folder, header, request, options: withRequest(options, request) }
}

/** A run may also be named by its grades.json. */
async function folderOf(given: string): Promise<string> {
  const located = await locateRun(given)
  return folderOfRun(located).catch(() => located)
}

function refuseNamed({ named, out, seed }: BatchOptions, folder: string, header: RunHeader): void {
  if (named.includes('out') && resolve(out ?? '') !== resolve(folder)) {
    throw new UsageError(
      `\`--resume\` goes on in the folder of the run, \`${shownPath(folder)}\`: leave \`--out\` out.`,
    )
  }
  if (named.includes('seed') && seed !== header.seed) {
    throw new UsageError(`This run goes on with its own seed, \`${header.seed}\`: leave \`--seed\` out.`)
  }
}
