import * as z from 'zod'
import { deliverySchema } from './delivery.ts'
import { feedbackShape, reasons } from './feedback.ts'
import { graderErrorCodes } from './grader-error.ts'
import { lateRecordSchema } from './late-policy.ts'

/** Key by key in docs/grades-json.md. */
export const outcomeSchema = z.enum(['passed', 'partial', 'failed', 'skipped', 'errored'])
export type Outcome = z.infer<typeof outcomeSchema>

export const checkRecordSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  outcome: outcomeSchema,
  /** Absent when `errored`, and when `unavailable` (then its points have left the maximum). */
  points: z.number().nonnegative().optional(),
  maxPoints: z.number().nonnegative(),
  visibility: z.enum(['public', 'hidden']),
  ...feedbackShape,
  /** Id of the check that failed first (outcome `skipped`); its points stay in the maximum. */
  because: z.string().optional(),
  /** Why it could not be judged here (outcome `skipped`); its points leave the maximum. */
  unavailable: z.string().optional(),
  durationMs: z.number().nonnegative(),
})
export type CheckRecord = z.infer<typeof checkRecordSchema>

export const phaseRecordSchema = z.strictObject({
  name: z.enum(['build', 'boot', 'specs']),
  outcome: outcomeSchema,
  startedAt: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
})
export type PhaseRecord = z.infer<typeof phaseRecordSchema>

export const foundSchema = z.strictObject({
  /** Source of the program that was built, where that is not a Dockerfile's business. */
  source: z.string().optional(),
  /** Scripts that were run. */
  scripts: z.array(z.string()).optional(),
  dockerfile: z.string().optional(),
  context: z.string().optional(),
  port: z.int().optional(),
  routes: z.array(z.string()).optional(),
  /** Sentences: why this Dockerfile, which others were there, what was left out. */
  notes: z.array(z.string()).optional(),
})
export type Found = z.infer<typeof foundSchema>

export const exerciseRecordSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  found: foundSchema,
  phases: z.array(phaseRecordSchema),
  checks: z.array(checkRecordSchema),
})
export type ExerciseRecord = z.infer<typeof exerciseRecordSchema>

export const flagSchema = z.strictObject({ code: z.string(), message: z.string() })
/** For staff only: never a verdict, never shown to students. */
export type Flag = z.infer<typeof flagSchema>

export const submissionRecordSchema = z.strictObject({
  id: z.string(),
  /** sha256 over the vetted snapshot; absent when intake refused it or could not read it. */
  digest: z.string().optional(),
  /** Where it came from, as given by the user. */
  source: z.string(),
  /** What the course's own systems say of it: see docs/grading-day.md. */
  delivery: deliverySchema.optional(),
})
export type SubmissionRecord = z.infer<typeof submissionRecordSchema>

/** What a build was made on: by name, since another image may have it tomorrow. */
export const usedBaseSchema = z.strictObject({
  name: z.string(),
  /** As in `baseImages` of the run; `none` where every registry that was asked had no such image. */
  digest: z.string(),
})
export type UsedBase = z.infer<typeof usedBaseSchema>

const gradeBase = {
  submission: submissionRecordSchema,
  exercises: z.array(exerciseRecordSchema),
  flags: z.array(flagSchema),
  /** That this submission's builds asked for; absent where nothing was built. */
  baseImages: z.array(usedBaseSchema).optional(),
  startedAt: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
}
const scored = { score: z.number().nonnegative(), maxScore: z.number().nonnegative() }

export const gradeSchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('graded'), ...gradeBase, ...scored, late: lateRecordSchema.optional() }),
  z.strictObject({
    status: z.literal('rejected'),
    ...gradeBase,
    ...scored,
    rejection: z.strictObject({ code: z.enum(reasons), message: z.string(), hint: z.string().optional() }),
  }),
  z.strictObject({
    status: z.literal('ungraded'),
    ...gradeBase,
    error: z.strictObject({ code: z.enum(graderErrorCodes), message: z.string(), remedy: z.string().optional() }),
  }),
])
export type Grade = z.infer<typeof gradeSchema>

export const runRecordSchema = z.strictObject({
  id: z.string(),
  assignment: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  graderVersion: z.string(),
  specsDigest: z.string(),
  seed: z.string(),
  engine: z.strictObject({ name: z.string(), version: z.string(), cgroup: z.int() }),
  baseImages: z.array(
    z.strictObject({ name: z.string(), digest: z.string(), standIn: z.boolean(), standInFor: z.string().optional() }),
  ),
  /** Ids of the exercises that were judged, where those are not all of the assignment. */
  exercises: z.array(z.string()).optional(),
  /** Which part of the submissions, where they are divided among several runs: `2/4`; after a merge of some, `1,4/4`. */
  shard: z.string().optional(),
  /** True when Ctrl-C or a signal ended the run before every submission was graded. */
  interrupted: z.boolean().optional(),
})
export type RunRecord = z.infer<typeof runRecordSchema>

export const gradesFileSchema = z.strictObject({
  schema: z.literal('cgrade/grades/v1'),
  run: runRecordSchema,
  grades: z.array(gradeSchema),
})
export type GradesFile = z.infer<typeof gradesFileSchema>

/** The grades of a run for who goes through them one by one, perhaps more than once: a file's, or read from disk as they are asked for. */
export interface RunGrades {
  run: RunRecord
  grades: Iterable<Grade>
}

/** Of all exercises, in their order. */
export function checksOf({ exercises }: Pick<Grade, 'exercises'>): CheckRecord[] {
  return exercises.flatMap(({ checks }) => checks)
}
