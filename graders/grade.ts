import { type Assignment, checkRules, type Exercise } from './model/assignment.ts'
import type { ExerciseRecord, Grade } from './model/grade.ts'
import { asGraderError, GraderError } from './model/grader-error.ts'
import type { SubmissionSource } from './model/progress.ts'
import type { Submission } from './model/submission.ts'
import { gradeChroot } from './stages/chroot/grade-chroot.ts'
import type { ExerciseBench } from './stages/exercise-bench.ts'
import { gradeServer } from './stages/grade-server.ts'
import { removeSnapshot, takeIn } from './stages/intake/intake.ts'
import type { GradedExercises, SpecError } from './stages/judge-exercise.ts'
import { gradeMemory } from './stages/memory/grade-memory.ts'
import { score } from './stages/score.ts'
import type { Course } from './stages/specs/load-assignment.ts'

/** What the submissions of one run share. */
export interface Workbench extends ExerciseBench {
  course: Course
}

/** THE PIPELINE for one submission: intake, then build, boot and specs of each exercise, then the score. Never throws. */
export async function gradeSubmission(source: SubmissionSource, bench: Workbench): Promise<Grade> {
  const startedAt = new Date()
  const { assignment } = bench.course
  const base = (digest?: string) => ({
    submission: { id: source.id, source: source.path, ...(digest === undefined ? {} : { digest }) },
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
      const maxScore = checkRules(assignment).reduce((total, { rule }) => total + rule.points, 0)
      return { ...base(), status: 'rejected', score: 0, maxScore, exercises: [], flags: [], rejection }
    }
    taken = intake.submission
    const flags = [...taken.flags]
    const exercises: ExerciseRecord[] = []
    const errors: SpecError[] = []
    let imageRoot: string | undefined
    for (const exercise of assignment.exercises.filter((one) => one.uses === undefined)) {
      const graded = await gradeExercise(bench, taken, exercise, imageRoot)
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
    return { ...base(taken.digest), status: 'graded', ...score(assignment, exercises), exercises, flags }
  } catch (thrown) {
    const { code, message, remedy } = asGraderError(thrown)
    const error = { code, message, ...(remedy === undefined ? {} : { remedy }) }
    return { ...base(taken?.digest), status: 'ungraded', exercises: [], flags: [], error }
  } finally {
    if (taken !== undefined) await removeSnapshot(taken).catch(() => {})
  }
}

function gradeExercise(
  bench: Workbench,
  submission: Submission,
  exercise: Exercise,
  imageRoot: string | undefined,
): Promise<GradedExercises> {
  switch (exercise.kind) {
    case 'server': {
      const users = bench.course.assignment.exercises.filter((one) => one.uses === exercise.id)
      return gradeServer(bench, submission, exercise, users)
    }
    case 'memory':
      return gradeMemory(bench, submission, exercise)
    case 'chroot':
      return gradeChroot(bench, submission, exercise, imageRoot)
  }
}

function placeOf(record: ExerciseRecord, { exercises }: Assignment): number {
  return exercises.findIndex(({ id }) => id === record.id)
}
