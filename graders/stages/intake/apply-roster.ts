import { readdir, realpath, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { UsageError } from '../../model/grader-error.ts'
import type { LatePolicy } from '../../model/late-policy.ts'
import { nearest } from '../../model/nearest.ts'
import type { SubmissionSource } from '../../model/progress.ts'
import type { GitSource, RosterEntry } from '../../model/roster.ts'
import { archiveStem, readableArchives } from './archive-names.ts'
import type { LeftOut } from './list-submissions.ts'

export interface Enrolled {
  sources: SubmissionSource[]
  /** Submissions that are of nobody on the list. */
  leftOut: LeftOut[]
  /** Ids of those who have handed in nothing. */
  missing: string[]
}

const dayMs = 24 * 60 * 60 * 1000

/**
 * The submissions of the students on a roster, under the ids that it gives them. A line without `path` and `git` means the listed
 * submission of that id, or of that person as the learning platform numbers it; nothing is found by a person's name.
 */
export async function applyRoster(
  entries: RosterEntry[],
  listed: SubmissionSource[],
  course: { folder: string; rosterName: string; late: LatePolicy | undefined },
): Promise<Enrolled> {
  const sources: SubmissionSource[] = []
  const missing: string[] = []
  const used = new Map<string, RosterEntry>()
  const find = finderOf(listed)
  for (const entry of entries) {
    const delivery = { ...entry.delivery, ...extensionOf(entry, course.late) }
    if (entry.git !== undefined) {
      sources.push({ id: entry.id, path: entry.git.url, shownAs: showGit(entry.git), git: entry.git, delivery })
      continue
    }
    const path = entry.path === undefined ? undefined : await requirePath(entry.path, entry, course)
    const found = path === undefined ? find(entry) : (listed.find((one) => one.path === path) ?? { id: entry.id, path })
    if (found === undefined) {
      missing.push(entry.id)
      continue
    }
    const other = used.get(found.path)
    if (other !== undefined) {
      throw new UsageError(
        `\`${course.rosterName}\`: lines ${other.line} and ${entry.line} both mean the submission \`${showPlace(found, entry)}\`.`,
      )
    }
    used.set(found.path, entry)
    sources.push({ ...found, id: entry.id, delivery: { ...found.delivery, ...delivery } })
  }
  const why = `nobody on the roster \`${course.rosterName}\` has it`
  const leftOut = listed.filter((one) => !used.has(one.path)).map(({ id }) => ({ name: id, why }))
  return { sources, leftOut, missing }
}

function showPlace(found: SubmissionSource, { path }: RosterEntry): string {
  return path ?? found.id
}

function finderOf(listed: SubmissionSource[]): (entry: RosterEntry) => SubmissionSource | undefined {
  return ({ id, delivery: { canvasId, moodleId } }) =>
    listed.find(
      (one) =>
        (canvasId !== undefined && one.delivery?.canvasId === canvasId) ||
        (moodleId !== undefined && one.delivery?.moodleId === moodleId),
    ) ?? listed.find((one) => one.id === id)
}

function extensionOf({ extensionDays }: RosterEntry, late: LatePolicy | undefined): { extendedUntil?: string } {
  if (extensionDays === undefined || late === undefined) return {}
  return { extendedUntil: new Date(Date.parse(late.deadline) + extensionDays * dayMs).toISOString() }
}

async function requirePath(
  given: string,
  { line }: RosterEntry,
  { folder, rosterName }: { folder: string; rosterName: string },
): Promise<string> {
  const path = resolve(folder, given)
  const place = `\`${rosterName}\`, line ${line}`
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) {
    const meant = nearest(given, await namesIn(folder))
    throw new UsageError(
      `${place}: there is no \`${given}\` in \`${folder}\`.${meant === undefined ? ' Leave `path` empty for who has handed in nothing.' : ` Did you mean \`${meant}\`?`}`,
    )
  }
  const real = relative(await realpath(folder), await realpath(path))
  if (real === '' || real.startsWith('..')) throw new UsageError(`${place}: \`${given}\` leads out of \`${folder}\`.`)
  if (!found.isDirectory() && archiveStem(given) === undefined) {
    throw new UsageError(`${place}: \`${given}\` is neither a folder nor an archive (${readableArchives}).`)
  }
  return path
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

function showGit({ url, commit, branch, folder }: GitSource): string {
  const at = commit ?? branch
  return `${url}${at === undefined ? '' : `@${at}`}${folder === undefined ? '' : `:${join(folder)}`}`
}
