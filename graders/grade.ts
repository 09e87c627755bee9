import { checkRules, type Exercise } from './model/assignment.ts'
import type { ExerciseRecord, Grade } from './model/grade.ts'
import { asGraderError, GraderError } from './model/grader-error.ts'
import type { Progress, SubmissionSource } from './model/progress.ts'
import type { Submission } from './model/submission.ts'
import type { BaseImages } from './sandbox/bases/base-images.ts'
import type { Engine } from './sandbox/engine.ts'
import { gradeServer, type SpecError } from './stages/grade-server.ts'
import { removeSnapshot, takeIn } from './stages/intake/intake.ts'
import { score } from './stages/score.ts'
import type { Course } from './stages/specs/load-assignment.ts'
import type { SpecRunner } from './stages/specs/run-specs.ts'

/** What the submissions of one run share. */
export interface Workbench {
  engine: Engine
  bases: BaseImages
  course: Course
  specs: SpecRunner
  seed: string
  /** On everything we make in the engine, so that it can be found again. */
  labels: Record<string, string>
  workFolder: string
  progress: Progress
  signal: AbortSignal
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
    for (const exercise of assignment.exercises.filter((one) => one.uses === undefined)) {
      const users = assignment.exercises.filter((one) => one.uses === exercise.id)
      const graded = await gradeServer(bench, taken, exercise, users)
      exercises.push(...inOrder(graded.exercises, assignment.exercises))
      flags.push(...graded.flags)
      errors.push(...graded.errors)
    }
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

function inOrder(records: ExerciseRecord[], exercises: Exercise[]): ExerciseRecord[] {
  const place = (record: ExerciseRecord) => exercises.findIndex(({ id }) => id === record.id)
  return [...records].sort((a, b) => place(a) - place(b))
}
