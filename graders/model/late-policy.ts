import * as z from 'zod'

const minuteMs = 60_000
/** A day is 24 hours wherever clocks are put back: what is late by an hour does not depend on a time zone. */
const dayMs = 24 * 60 * minuteMs

/** RFC 3339 with the offset from UTC, so that nobody guesses a time zone: `2026-11-20T23:59:59+08:00`. */
export const momentSchema = z.iso.datetime({
  offset: true,
  error: 'expected a time with its offset from UTC, like `2026-11-20T23:59:59+08:00`',
})

/** What lateness costs, as data of the assignment. */
export const latePolicySchema = z.strictObject({
  deadline: momentSchema,
  /** Until then nothing is late; whoever is later than that is late since the deadline. */
  graceMinutes: z.number().nonnegative().default(0),
  /** Of what was earned, for each day that has begun. */
  perDayPercent: z.number().min(0).max(100),
  maxPercent: z.number().min(0).max(100).default(100),
})
export type LatePolicy = z.infer<typeof latePolicySchema>

export interface Lateness extends Partial<LatePolicy> {
  /** When it was handed in, by the learning platform or a roster; never the time of a file. */
  submittedAt: string
  /** A deadline of this student's own; an earlier one than everybody's is none. */
  extension?: { until: string } | { days: number } | undefined
}

export interface LatePenalty {
  /** The deadline with its extension, in UTC; absent without one. */
  dueAt?: string
  /** Days that have begun since then; 0 within the grace. */
  daysLate: number
  percent: number
}

/** Pure: the same times give the same penalty, whenever and how often a submission is graded. */
export function latePenalty(lateness: Lateness): LatePenalty {
  const { submittedAt, deadline, graceMinutes = 0, perDayPercent = 0, maxPercent = 100, extension } = lateness
  if (deadline === undefined) return { daysLate: 0, percent: 0 }
  const deadlineMs = Date.parse(deadline)
  const extendedMs =
    extension === undefined
      ? deadlineMs
      : 'until' in extension
        ? Date.parse(extension.until)
        : deadlineMs + extension.days * dayMs
  const dueMs = Math.max(deadlineMs, extendedMs)
  const lateMs = Date.parse(submittedAt) - dueMs
  const daysLate = lateMs <= graceMinutes * minuteMs ? 0 : Math.max(1, Math.ceil(lateMs / dayMs))
  const percent = Math.min(maxPercent, daysLate * perDayPercent)
  return { dueAt: new Date(dueMs).toISOString(), daysLate, percent }
}

/** What a late submission lost: beside the score, which stays the sum of its checks. */
export const lateRecordSchema = z.strictObject({
  submittedAt: z.iso.datetime(),
  dueAt: z.iso.datetime(),
  daysLate: z.int().positive(),
  percent: z.number().min(0).max(100),
  /** Taken off. */
  points: z.number().nonnegative(),
  /** What counts in a grade book. */
  score: z.number().nonnegative(),
})
export type LateRecord = z.infer<typeof lateRecordSchema>

/** Undefined for what is in time, or costs nothing. */
export function lateRecordOf(
  score: number,
  policy: LatePolicy | undefined,
  delivery: { submittedAt?: string | undefined; extendedUntil?: string | undefined } | undefined,
): LateRecord | undefined {
  const { submittedAt, extendedUntil } = delivery ?? {}
  if (policy === undefined || submittedAt === undefined) return undefined
  const extension = extendedUntil === undefined ? undefined : { until: extendedUntil }
  const { dueAt, daysLate, percent } = latePenalty({ ...policy, submittedAt, extension })
  if (dueAt === undefined || percent === 0) return undefined
  const points = Math.min(score, Math.round(score * percent) / 100)
  return { submittedAt, dueAt, daysLate, percent, points, score: Math.round((score - points) * 100) / 100 }
}

/** The platform's mark says neither by how much, nor against which deadline: told to staff, and nothing is taken off. */
export function lateFlagsOf(
  policy: LatePolicy | undefined,
  delivery: { submittedAt?: string | undefined; markedLate?: boolean | undefined } | undefined,
): { code: string; message: string }[] {
  if (policy === undefined || delivery?.markedLate !== true || delivery.submittedAt !== undefined) return []
  const message =
    'The learning platform calls it late, but no time is known: nothing was taken off. A roster with `submittedAt` says when it came.'
  return [{ code: lateFlagCode, message }]
}
export const lateFlagCode = 'late.no-time'
