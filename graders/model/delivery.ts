import * as z from 'zod'

/** A cell of somebody's list: one line of text. */
const keySchema = z.string().min(1).max(300)

/**
 * What the course's own systems say of a hand-in, from a download's file names or a roster: who it is in their grade books,
 * and when it came. Nothing of it is read from the submission.
 */
export const deliverySchema = z.strictObject({
  /** Of the person. */
  name: keySchema.optional(),
  /** The column `ID` of Canvas' grade book. */
  canvasId: keySchema.optional(),
  /** `SIS User ID`. */
  sisId: keySchema.optional(),
  /** `SIS Login ID`. */
  loginId: keySchema.optional(),
  /** The number in `Participant 12345` of Moodle's grading worksheet. */
  moodleId: keySchema.optional(),
  email: keySchema.optional(),
  /** RFC 3339 in UTC, as are all times here. */
  submittedAt: z.iso.datetime().optional(),
  /** A deadline of this student's own. */
  extendedUntil: z.iso.datetime().optional(),
  /** The learning platform calls it late; by itself it costs nothing. */
  markedLate: z.boolean().optional(),
})
export type Delivery = z.infer<typeof deliverySchema>

/** As a file of grades has it: a key without a value is not there. */
export function storedDelivery(delivery: Delivery | undefined): Delivery | undefined {
  return delivery && JSON.parse(JSON.stringify(delivery))
}
