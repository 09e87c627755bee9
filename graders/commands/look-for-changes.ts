import pLimit from 'p-limit'
import type { IntakeLimits } from '../model/assignment.ts'
import type { Grade } from '../model/grade.ts'
import { GraderError } from '../model/grader-error.ts'
import type { SubmissionSource } from '../model/progress.ts'
import { openWorkFolder } from '../sandbox/work-folder.ts'
import { removeSnapshot, takeIn } from '../stages/intake/intake.ts'

/** What a look at a submission and at the engine says about its old grade; nothing is run. */
export interface Look {
  isChanged: boolean
  hasOtherBase: boolean
}

export interface LookOptions {
  limits: IntakeLimits
  jobs: number
  /** Digest of what the engine has under that name; undefined where it has nothing. */
  digestHere(name: string): Promise<string | undefined>
  signal: AbortSignal
}

/** By id, for those that have an old grade. `unseen`: base images that the engine does not have, which were not compared. */
export async function lookForChanges(
  sources: SubmissionSource[],
  old: ReadonlyMap<string, Grade>,
  options: LookOptions,
): Promise<{ looks: Map<string, Look>; unseen: string[] }> {
  const looks = new Map<string, Look>()
  const here = new Map<string, Promise<string | undefined>>()
  const unseen = new Set<string>()
  await using workFolder = await openWorkFolder()
  const limit = pLimit(options.jobs)
  const all = sources.map((source) =>
    limit(async () => {
      const grade = old.get(source.id)
      if (grade === undefined) return
      if (options.signal.aborted) throw new GraderError('interrupted', 'Interrupted before anything was graded again.')
      const isChanged = !(await isAsBefore(source, grade, options.limits, workFolder.path))
      looks.set(source.id, { isChanged, hasOtherBase: await hasOtherBase(grade) })
    }),
  )
  await Promise.all(all)
  return { looks, unseen: [...unseen].sort() }

  async function hasOtherBase({ baseImages = [] }: Grade): Promise<boolean> {
    let isOther = false
    for (const { name, digest } of baseImages) {
      const asked = here.get(name) ?? options.digestHere(name)
      here.set(name, asked)
      const now = await asked
      if (now === undefined && digest !== 'none') unseen.add(name)
      if (now !== undefined && now !== digest) isOther = true
    }
    return isOther
  }
}

/** By the digest of what intake takes, or by the words with which it refuses. */
async function isAsBefore(
  source: SubmissionSource,
  { submission, ...grade }: Grade,
  limits: IntakeLimits,
  workFolder: string,
): Promise<boolean> {
  // A commit is what it is: nobody has to be asked for it again.
  const isPinned = source.git?.commit !== undefined && submission.source === source.shownAs
  if (isPinned && submission.digest !== undefined) return true
  const intake = await takeIn(source, limits, workFolder).catch((thrown: unknown) => {
    // Whatever it is that cannot be read: grading again says so.
    if (thrown instanceof GraderError) return undefined
    throw thrown
  })
  if (intake?.ok) {
    await removeSnapshot(intake.submission)
    return intake.submission.digest === submission.digest
  }
  if (intake === undefined || grade.status !== 'rejected') return false
  const { reason, message, hint } = intake.fault
  const { rejection } = grade
  return rejection.code === reason && rejection.message === message && rejection.hint === hint
}
