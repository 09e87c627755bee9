import * as z from 'zod'
import { outcomeSchema } from './grade.ts'

/** What moved from one run to the next, key by key in docs/grades-json.md. */

const standingSchema = z.strictObject({
  status: z.enum(['graded', 'rejected', 'ungraded']),
  /** What counts in a grade book: after lateness. Absent when ungraded. */
  score: z.number().nonnegative().optional(),
  maxScore: z.number().nonnegative().optional(),
})
export type Standing = z.infer<typeof standingSchema>

const checkStandingSchema = z.strictObject({
  outcome: outcomeSchema,
  /** Absent where it did not count. */
  points: z.number().nonnegative().optional(),
  maxPoints: z.number().nonnegative(),
})
export type CheckStanding = z.infer<typeof checkStandingSchema>

const checkMoveSchema = z.strictObject({
  id: z.string(),
  /** Absent: that grade has no such check. */
  from: checkStandingSchema.optional(),
  to: checkStandingSchema.optional(),
})
export type CheckMove = z.infer<typeof checkMoveSchema>

const moveSchema = z.strictObject({
  submission: z.string(),
  from: standingSchema,
  to: standingSchema,
  checks: z.array(checkMoveSchema),
  /** What lateness takes off has changed. */
  late: z.boolean().optional(),
})
export type Move = z.infer<typeof moveSchema>

/** Why a submission was graded again. */
export const changes = [
  'asked',
  'new',
  'ungraded',
  'submission',
  'specs',
  'rubric',
  'base-image',
  'grader',
  'machine',
  'unknown',
  'kept-from-earlier',
] as const
export type Change = (typeof changes)[number]

const runNameSchema = z.strictObject({ id: z.string(), specsDigest: z.string() })

export const movesFileSchema = z.strictObject({
  schema: z.literal('cgrade/moves/v1'),
  from: runNameSchema,
  to: runNameSchema,
  /** Worst fall first. */
  moves: z.array(moveSchema),
  /** How many submissions of both runs went which way; `even`: moved, and worth as much as before. */
  counts: z.strictObject({ same: z.int(), up: z.int(), down: z.int(), even: z.int() }),
  gradedAgain: z.array(z.strictObject({ submission: z.string(), because: z.array(z.enum(changes)) })),
  /** Ids: in the new run alone, and in the old run alone. */
  added: z.array(z.string()),
  gone: z.array(z.string()),
})
export type MovesFile = z.infer<typeof movesFileSchema>
