import { stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import type { Assignment } from '../../model/assignment.ts'
import { UsageError } from '../../model/grader-error.ts'
import type { SubmissionSource } from '../../model/progress.ts'
import type { RosterEntry } from '../../model/roster.ts'
import { applyRoster } from './apply-roster.ts'
import { type LeftOut, listSubmissions } from './list-submissions.ts'
import { unpackDownload } from './unpack-download.ts'

export interface Collected extends AsyncDisposable {
  sources: SubmissionSource[]
  leftOut: LeftOut[]
  /** Ids on the roster of those who have handed in nothing. */
  missing: string[]
}

export interface CollectOptions {
  /** Every name is just a name, also one that a learning platform might have written. */
  isPlain: boolean
  roster?: { name: string; entries: RosterEntry[] } | undefined
}

/** Whether it is a file that may be a download of all submissions. */
export async function isDownload(given: string): Promise<boolean> {
  const isFile = await stat(resolve(given)).then(
    (found) => found.isFile(),
    () => false,
  )
  return isFile && /\.zip$/i.test(given)
}

/** Everything that a course has collected: a folder, or the zip that a learning platform makes of all submissions. */
export async function collectSubmissions(
  given: string,
  { limits, late }: Pick<Assignment, 'limits' | 'late'>,
  { isPlain, roster }: CollectOptions,
): Promise<Collected> {
  const download = (await isDownload(given)) ? await unpackDownload(resolve(given), limits.intake) : undefined
  const dispose = async () => download?.[Symbol.asyncDispose]()
  try {
    const folder = download?.folder ?? given
    // Where the roster says where each of them is, the folder may be any.
    const isListed =
      roster === undefined || roster.entries.some(({ path, git }) => path === undefined && git === undefined)
    const listed = isListed ? await listSubmissions(folder, { isPlain }) : { sources: [], leftOut: [] }
    if (roster === undefined) return { ...inTheDownload(listed), missing: [], [Symbol.asyncDispose]: dispose }
    const course = { folder: resolve(folder), rosterName: roster.name, late }
    const enrolled = await applyRoster(roster.entries, listed.sources, course)
    if (enrolled.sources.length === 0) {
      throw new UsageError(`Nobody on the roster \`${roster.name}\` has a submission in \`${given}\`.`)
    }
    const leftOut = [...listed.leftOut, ...enrolled.leftOut]
    const { sources } = inTheDownload(enrolled)
    return { sources, leftOut, missing: enrolled.missing, [Symbol.asyncDispose]: dispose }
  } catch (thrown) {
    await dispose()
    throw thrown
  }

  /** Where the temporary folder was, nobody finds anything later. */
  function inTheDownload({ sources, leftOut }: { sources: SubmissionSource[]; leftOut: LeftOut[] }) {
    if (download === undefined) return { sources, leftOut }
    const shown = (source: SubmissionSource) => {
      if (source.git !== undefined) return source
      const more = (source.files?.length ?? 1) - 1
      const shownAs = join(given, relative(download.folder, source.path))
      return { ...source, shownAs: `${shownAs}${more > 0 ? ` and ${more} more` : ''}` }
    }
    return { sources: sources.map(shown), leftOut }
  }
}
