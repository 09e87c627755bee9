import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { tellFingerprint } from '../grade.ts'
import { judgedExercises } from '../model/assignment.ts'
import type { Flag, Grade } from '../model/grade.ts'
import { leaveUngraded, rejectHere } from '../model/own-grades.ts'
import type { Progress, SubmissionSource } from '../model/progress.ts'
import { removeSnapshot, takeIn } from '../stages/intake/intake.ts'
import type { Course } from '../stages/specs/load-assignment.ts'
import { jobIdOf, type Task } from './messages.ts'
import { packSubmission } from './pack-submission.ts'

/** A vetted submission, packed for the way. */
export interface Parcel {
  source: SubmissionSource
  job: string
  task: Task
  /** The file with its files. */
  packed: string
  /** What intake has flagged here: a worker only sees what was left. */
  flags: Flag[]
  dispose(): Promise<void>
}

/** Intake, as anywhere; what it refuses, and what cannot travel, is graded at once. */
export async function takeParcel(
  source: SubmissionSource,
  run: { course: Course; exercises: string[] | undefined; id: string; workFolder: string; progress: Progress },
): Promise<Parcel | Grade> {
  const { assignment } = run.course
  let taken: { source: string; digest: string; flags: Flag[] } | undefined
  let folder: string | undefined
  const dispose = async () => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }
  try {
    const intake = await takeIn(source, assignment.limits.intake, run.workFolder)
    if (!intake.ok) return rejectHere(source, intake.fault, judgedExercises(assignment, run.exercises))
    const { submission } = intake
    taken = submission
    const { digest, flags } = submission
    try {
      await tellFingerprint(submission, run)
      folder = await mkdtemp(join(run.workFolder, 'parcel-'))
      const packed = join(folder, 'submission.tar.gz')
      await packSubmission(submission, packed)
      const { delivery } = source
      const task = { id: source.id, source: submission.source, digest, ...(delivery === undefined ? {} : { delivery }) }
      return { source, job: jobIdOf(run.id, source.id, digest), task, packed, flags, dispose }
    } finally {
      await removeSnapshot(submission)
    }
  } catch (thrown) {
    await dispose()
    return leaveUngraded(source, thrown, taken)
  }
}
