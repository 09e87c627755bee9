import { isDeepStrictEqual } from 'node:util'
import { storedDelivery } from '../model/delivery.ts'
import type { Grade } from '../model/grade.ts'
import type { SubmissionSource } from '../model/progress.ts'
import { forTerminal, terminal } from '../reporters/escape.ts'
import { countOf, nameSome } from '../reporters/numbers.ts'
import type { Io } from './io.ts'
import { type LookOptions, lookForChanges } from './look-for-changes.ts'
import type { RunOnDisk } from './run-on-disk.ts'
import { shownPath } from './shown-path.ts'

/**
 * What is left to grade of a run that broke off. Grades stay where the submission is what it was; ungraded ones are tried again. What a
 * person should know of it is told.
 */
export async function leaveGraded(
  sources: SubmissionSource[],
  run: RunOnDisk,
  options: Omit<LookOptions, 'digestHere'>,
  tell: Io['err'],
): Promise<SubmissionSource[]> {
  const finished = sources.filter(({ id }) => ['graded', 'rejected'].includes(run.kept.get(id)?.status ?? ''))
  const old = new Map<string, Grade>()
  // Only what tells a submission: a run may have more grades than memory should hold.
  for (const grade of run.grades(finished.map(({ id }) => id)))
    old.set(grade.submission.id, { ...grade, exercises: [] })
  const { looks } = await lookForChanges(finished, old, { ...options, digestHere: async () => undefined })
  const changed = finished.filter((source) => {
    const isSame = looks.get(source.id)?.isChanged === false && isDelivered(source, old.get(source.id))
    return !isSame
  })
  const kept = new Set(finished.filter((source) => !changed.includes(source)).map(({ id }) => id))
  const rest = sources.filter(({ id }) => !kept.has(id))
  const ids = new Set(sources.map(({ id }) => id))
  const gone = [...run.kept.keys()].filter((id) => !ids.has(id))
  tell(
    terminal`Going on with ${forTerminal(shownPath(run.folder))}: ${kept.size} of ${countOf(sources.length, 'submission')} graded before, ${rest.length} to go\n`,
  )
  tellSome(
    'Changed since it was graded, and graded again',
    changed.map(({ id }) => id),
    tell,
  )
  tellSome('Graded before and no longer there, so left out', gone, tell)
  return rest
}

/** Lateness is part of a grade; what it depends on may have come with another roster. */
function isDelivered({ delivery }: SubmissionSource, grade: Grade | undefined): boolean {
  return isDeepStrictEqual(storedDelivery(delivery), grade?.submission.delivery)
}

function tellSome(what: string, ids: string[], tell: Io['err']): void {
  if (ids.length > 0) tell(terminal`${forTerminal(what)}: ${forTerminal(nameSome(ids, 20))}\n`)
}
