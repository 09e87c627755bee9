import { type Assignment, type Exercise, judgedExercises, maximumOf } from './model/assignment.ts'
import type { ExerciseRecord, Grade } from './model/grade.ts'
import { asGraderError, GraderError } from './model/grader-error.ts'
import { lateFlagsOf, lateRecordOf } from './model/late-policy.ts'
import type { SubmissionSource } from './model/progress.ts'
import type { Submission } from './model/submission.ts'
import { recordBases } from './sandbox/bases/record-bases.ts'
import { gradeChroot } from './stages/chroot/grade-chroot.ts'
import { gradeServer } from './stages/grade-server.ts'
import { removeSnapshot, takeIn } from './stages/intake/intake.ts'
import type { GradedExercises, SpecError } from './stages/judge-exercise.ts'
import { gradeMemory } from './stages/memory/grade-memory.ts'
import { score } from './stages/score.ts'
import { takeFingerprint } from './stages/similarity/fingerprint.ts'
import type { Workbench } from './workbench.ts'

/** THE PIPELINE for one submission: intake, then build, boot and specs of each exercise, then the score. Never throws. */
export async function gradeSubmission(source: SubmissionSource, bench: Workbench): Promise<Grade> {
  const startedAt = new Date()
  const { assignment } = bench.course
  const judged = judgedExercises(assignment, bench.exercises)
  const bases = recordBases(bench.bases)
  const base = (digest?: string) => ({
    submission: {
      id: source.id,
      source: taken?.source ?? source.shownAs ?? source.path,
      ...(digest === undefined ? {} : { digest }),
      ...(source.delivery === undefined ? {} : { delivery: source.delivery }),
    },
    ...(bases.asked().length === 0 ? {} : { baseImages: bases.asked() }),
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
  })
  let taken: Submission | undefined
  try {
    bench.progress.stage(source.id, 'intake')
    const intake = await takeIn(source, assignment.limits.intake, bench.workFolder)
    if (!intake.ok) {
      const { reason: code, message, hint } = intake.fault
      const rejection = { code, message, ...(hint === undefined ? {} : { hint }) }
      const maxScore = maximumOf(judged)
      return { ...base(), status: 'rejected', score: 0, maxScore, exercises: [], flags: [], rejection }
    }
    taken = intake.submission
    await tellFingerprint(taken, bench)
    const flags = [...taken.flags]
    const exercises: ExerciseRecord[] = []
    const errors: SpecError[] = []
    let imageRoot: string | undefined
    for (const exercise of assignment.exercises.filter((one) => one.uses === undefined)) {
      // What another one looks at is built for it, judged or not.
      const onIt = judged.filter((one) => one === exercise || one.uses === exercise.id)
      if (onIt.length === 0) continue
      const graded = await gradeExercise({ ...bench, bases }, taken, exercise, onIt, imageRoot)
      imageRoot ??= graded.imageRoot
      exercises.push(...graded.exercises)
      flags.push(...graded.flags)
      errors.push(...graded.errors)
    }
    exercises.sort((a, b) => placeOf(a, assignment) - placeOf(b, assignment))
    if (bench.signal.aborted) throw new GraderError('interrupted', 'The run was interrupted.')
    const [error] = errors
    if (error !== undefined) return { ...base(taken.digest), status: 'ungraded', exercises, flags, error }
    bench.progress.stage(source.id, 'score')
    flags.push(...lateFlagsOf(assignment.late, source.delivery))
    const scored = score(assignment, exercises)
    const late = lateRecordOf(scored.score, assignment.late, source.delivery)
    const lost = late === undefined ? {} : { late }
    return { ...base(taken.digest), status: 'graded', ...scored, ...lost, exercises, flags }
  } catch (thrown) {
    const { code, message, remedy } = asGraderError(thrown)
    const error = { code, message, ...(remedy === undefined ? {} : { remedy }) }
    return { ...base(taken?.digest), status: 'ungraded', exercises: [], flags: [], error }
  } finally {
    if (taken !== undefined) await removeSnapshot(taken).catch(() => {})
  }
}

/** Serves a hint for staff: whatever goes wrong in it changes no grade. */
export async function tellFingerprint(taken: Submission, { progress }: Pick<Workbench, 'progress'>): Promise<void> {
  if (progress.fingerprint === undefined) return
  const fingerprint = await takeFingerprint(taken).catch(() => undefined)
  if (fingerprint !== undefined) progress.fingerprint(fingerprint)
}

function gradeExercise(
  bench: Workbench,
  submission: Submission,
  exercise: Exercise,
  judged: Exercise[],
  imageRoot: string | undefined,
): Promise<GradedExercises> {
  switch (exercise.kind) {
    case 'server':
      return gradeServer(bench, submission, exercise, judged)
    case 'memory':
      return gradeMemory(bench, submission, exercise)
    case 'chroot':
      return gradeChroot(bench, submission, exercise, imageRoot)
  }
}

function placeOf(record: ExerciseRecord, { exercises }: Assignment): number {
  return exercises.findIndex(({ id }) => id === record.id)
}
