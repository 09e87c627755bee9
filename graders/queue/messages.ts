import { createHash } from 'node:crypto'
import * as z from 'zod'
import { deliverySchema } from '../model/delivery.ts'
import { checkRecordSchema, gradeSchema, runRecordSchema } from '../model/grade.ts'
import { kernels, stageNames } from '../model/progress.ts'

/** What batch and workers say to each other through Redis. The queue is trusted, what comes of a submission is not. */

const engineSchema = runRecordSchema.shape.engine

/** What a worker must have in common with a run to take its submissions. */
const judgedBy = { assignment: z.string(), specsDigest: z.string(), graderVersion: z.string() }

/** A run that has submissions to grade. */
export const runNoticeSchema = z.object({
  id: z.string(),
  startedAt: z.string(),
  seed: z.string(),
  kernel: z.enum(kernels),
  exercises: z.array(z.string()).optional(),
  ...judgedBy,
})
export type RunNotice = z.infer<typeof runNoticeSchema>
export type JudgedBy = Pick<RunNotice, keyof typeof judgedBy>

/** A worker that is there. */
export const workerNoticeSchema = z.object({ name: z.string(), jobs: z.int(), engine: engineSchema, ...judgedBy })
export type WorkerNotice = z.infer<typeof workerNoticeSchema>

/** One submission in the queue; its files lie beside it. */
export const taskSchema = z.object({
  id: z.string(),
  source: z.string(),
  digest: z.string(),
  delivery: deliverySchema.optional(),
})
export type Task = z.infer<typeof taskSchema>

const from = { worker: z.string() }

/** What a worker tells of a run: progress, and grades. */
export const toldSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('stage'),
    job: z.string(),
    stage: z.enum(stageNames),
    detail: z.string().optional(),
    ...from,
  }),
  z.object({ kind: z.literal('check'), job: z.string(), check: checkRecordSchema, ...from }),
  z.object({ kind: z.literal('message'), text: z.string(), ...from }),
  z.object({
    kind: z.literal('graded'),
    job: z.string(),
    grade: gradeSchema,
    baseImages: runRecordSchema.shape.baseImages,
    engine: engineSchema,
    ...from,
  }),
])
export type Told = z.infer<typeof toldSchema>

/** A submission whose files take more than this, packed, does not travel. */
export const maxPackedBytes = 64 * 1024 ** 2
/** All that a worker may say of one submission. */
export const maxToldBytes = 16 * 1024 ** 2
/** Whatever becomes of those who made it, nothing stays longer in the queue. */
export const expirySeconds = 24 * 60 * 60

export const runsKey = 'cgrade:runs'
export const workersKey = 'cgrade:workers'
export const queueName = 'submissions'
export const prefixOf = (runId: string) => `cgrade:${runId}`
export const toldKey = (runId: string) => `${prefixOf(runId)}:told`
export const filesKey = (runId: string, job: string) => `${prefixOf(runId)}:files:${job}`

/** The same for the same files in the same run: a batch that goes on finds what was graded meanwhile. */
export function jobIdOf(runId: string, submissionId: string, digest: string): string {
  const hash = createHash('sha256').update(JSON.stringify([runId, submissionId, digest]))
  return `s${hash.digest('hex').slice(0, 32)}`
}

/** Why a worker cannot judge for a run, as the end of a sentence; undefined where it can. */
export function whyNotJudgedBy(worker: JudgedBy, run: JudgedBy): string | undefined {
  if (worker.assignment !== run.assignment) {
    return `the worker is for \`${worker.assignment}\`, the batch for \`${run.assignment}\``
  }
  if (worker.graderVersion !== run.graderVersion) {
    return `the worker has cgrade ${worker.graderVersion}, the batch ${run.graderVersion}`
  }
  if (worker.specsDigest !== run.specsDigest) {
    const [one, other] = [worker, run].map(({ specsDigest }) => specsDigest.slice(0, 12))
    return `the worker has other specs of \`${run.assignment}\` (${one}) than the batch (${other})`
  }
  return undefined
}
