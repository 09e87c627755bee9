import { basename } from 'node:path'
import { changesSince, pickChanged } from '../github/changed-submissions.ts'
import type { SubmissionSource } from '../model/progress.ts'
import { forTerminal, terminal } from '../reporters/escape.ts'
import { countOf, nameSome } from '../reporters/numbers.ts'
import { archiveStem } from '../stages/intake/archive-names.ts'
import type { Io } from './io.ts'

export interface ChosenSubmissions {
  sources: SubmissionSource[]
  /** Whether an entry that is no submission is worth a word: it came or changed, too. */
  isChanged(name: string): boolean
  /** A sentence, where nothing is left to grade. */
  nothing: string | undefined
}

/** What `--changed-since` leaves of the submissions of a folder; what a person should know of the rest is told. */
export async function chooseChanged(
  all: SubmissionSource[],
  folder: string,
  commit: string,
  io: Io,
): Promise<ChosenSubmissions> {
  const changes = await changesSince(commit, folder)
  const sources = pickChanged(all, changes)
  const since = `\`${commit}\` (merge base ${changes.mergeBase.slice(0, 12)})`
  const names = new Set(all.flatMap(({ id, path }) => [id, basename(path)]))
  // A file that went and never was a submission is nobody's concern.
  const gone = changes.gone.filter(({ name, wasFolder }) => wasFolder || archiveStem(name) !== undefined)
  for (const { name } of gone) {
    const isNone = name.startsWith('.') || names.has(name)
    if (!isNone) tell(io, `Gone since ${since}, and not graded: ${name}`)
  }
  if (changes.uncommitted.length > 0) {
    const which = nameSome(changes.uncommitted, 3)
    tell(io, `Not committed: ${which}. HEAD tells which submissions are graded; what is graded is the work tree.`)
  }
  return {
    sources,
    isChanged: (name) => changes.changed.has(name),
    nothing:
      sources.length > 0
        ? undefined
        : `Nothing to grade: none of ${countOf(all.length, 'submission')} in \`${folder}\` changed since ${since}.`,
  }
}

function tell(io: Io, sentence: string): void {
  io.err(terminal`${forTerminal(sentence)}\n`)
}
