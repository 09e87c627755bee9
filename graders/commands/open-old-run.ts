import { join, resolve } from 'node:path'
import type { GradesFile } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import type { RunBasis, RunRequest } from '../model/run-request.ts'
import { isDownload } from '../stages/intake/collect-submissions.ts'
import { readRun, readRunHeader } from '../store/read-run.ts'
import { requireFolder } from './existing-folder.ts'
import { folderOfRun, isThere, locateRun } from './locate-run.ts'

export interface OldRun {
  /** As people know it. */
  name: string
  folder: string
  file: GradesFile
  request: RunRequest | undefined
  basis: RunBasis | undefined
}

/** The run that is graded again: as given, or the newest one. */
export async function openOldRun(given: string | undefined): Promise<OldRun> {
  const path = given === undefined ? join('reports', 'latest') : await locateRun(given)
  if (given === undefined && !(await isThere(path))) {
    throw new UsageError('There is no run below `reports/` yet. Name one: `cgrade regrade <run>`.')
  }
  const file = await readRun(path)
  const folder = await folderOfRun(path)
  const header = await readRunHeader(folder)
  // A grades.json that somebody has put beside another run.
  const own = header?.id === file.run.id ? header : undefined
  return { name: given ?? file.run.id, folder, file, request: own?.request, basis: own?.basis }
}

/** What the new run is asked for: as the old one was, but for what is named now. */
export async function requestAgain(
  { name, file, request }: OldRun,
  named: { from: string | undefined; roster: string | undefined; assignment: string | undefined },
): Promise<RunRequest> {
  const folder = named.from === undefined ? request?.folder : resolve(named.from)
  if (folder === undefined) {
    throw new UsageError(
      `The run \`${name}\` does not say where its submissions are: it is one of \`merge\`, of \`check\`, or of an earlier cgrade. Say it: \`--from <folder>\`.`,
    )
  }
  await requireSubmissions(folder, name, named.from)
  const { exercises } = file.run
  const isPath = named.assignment !== undefined && /[/\\]|^\./.test(named.assignment)
  return {
    kernel: 'host',
    standIns: true,
    ...(exercises === undefined ? {} : { exercises }),
    ...request,
    folder,
    ...(named.roster === undefined ? {} : { roster: resolve(named.roster) }),
    ...(named.assignment === undefined ? {} : { assignment: isPath ? resolve(named.assignment) : named.assignment }),
  }
}

async function requireSubmissions(folder: string, name: string, from: string | undefined): Promise<void> {
  if (await isDownload(folder)) return
  if (from === undefined && !(await isThere(folder))) {
    throw new UsageError(
      `The submissions of the run \`${name}\` were in \`${folder}\`, which is no longer there. Say where they are now: \`--from <folder>\`.`,
    )
  }
  await requireFolder(from ?? folder, 'a folder with submissions in it')
}
