import * as z from 'zod'
import { kernels } from './progress.ts'

/** What a run was asked for: enough to go on with it, or to grade it again, without the words of its command line. */
export const runRequestSchema = z.strictObject({
  /** Absolute: a folder with submissions in it, or the archive that a platform offers. */
  folder: z.string(),
  /** Absolute. */
  roster: z.string().optional(),
  /** An id as it was given, or an absolute path; absent where there was only one. */
  assignment: z.string().optional(),
  /** Ids of exercises, where not all were judged. */
  exercises: z.array(z.string()).optional(),
  kernel: z.enum(kernels),
  standIns: z.boolean(),
  mirror: z.string().optional(),
  /** Which part of the submissions: `2/4`. */
  shard: z.string().optional(),
  /** The commit since which submissions had to have changed. */
  changedSince: z.string().optional(),
})
export type RunRequest = z.infer<typeof runRequestSchema>

/** What a grade depends on beside the submission and its base images. */
export const runBasisSchema = z.strictObject({
  /** The specs, and the assignment without what only weighs what they found. */
  judgingDigest: z.string(),
  graderDigest: z.string(),
  /** Engine, cgroups, rights: what decides which checks are unavailable. */
  machine: z.string(),
})
export type RunBasis = z.infer<typeof runBasisSchema>
