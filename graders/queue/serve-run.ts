import { type ConnectionOptions, type Job, WaitingError, Worker } from 'bullmq'
import type { LimitFunction } from 'p-limit'
import type { Grade } from '../model/grade.ts'
import { GraderError } from '../model/grader-error.ts'
import { leaveUngraded } from '../model/own-grades.ts'
import type { Progress } from '../model/progress.ts'
import type { OpenWorkbench } from '../workbench.ts'
import type { Gate } from './alone.ts'
import type { Queue } from './connect-queue.ts'
import { gradeTask } from './grade-task.ts'
import {
  maxToldBytes,
  prefixOf,
  queueName,
  type RunNotice,
  type Task,
  type Told,
  taskSchema,
  toldKey,
} from './messages.ts'
import { whenAborted } from './when-aborted.ts'

/** A worker that does not renew it so long has lost a submission to another one. */
const lockMs = 15_000

/** What a worker has for all runs that it serves. */
export interface Post {
  name: string
  jobs: number
  connection: Queue
  opened: OpenWorkbench
  gate: Gate
  limit: LimitFunction
  /** Aborts when this worker takes nothing more, and hands back what it has. */
  stopping: AbortSignal
  say(message: string): void
  graded(grade: Grade, run: RunNotice): void
}

export interface ServedRun {
  run: RunNotice
  /** How many submissions of it are here. */
  taken(): number
  tell(told: Told): void
  /** Takes nothing more, and drops what is here: its batch is over. */
  leave(): Promise<void>
}

/** Takes submissions of one run as they come. */
export function serveRun(post: Post, run: RunNotice): ServedRun {
  const { connection, name, stopping, say } = post
  const isOver = new AbortController()
  let taken = 0

  /** Where the run is over its stream is gone, and nothing is told. */
  const send = (told: Told) => connection.redis.xadd(toldKey(run.id), 'NOMKSTREAM', '*', 'told', JSON.stringify(told))
  const tell = (told: Told) => void send(told).catch(() => {})

  async function take(job: Job<Task>, token: string | undefined, lockLost: AbortSignal): Promise<string> {
    const dropped = AbortSignal.any([lockLost, isOver.signal])
    if (stopping.aborted) return handBack(job, token)
    if (dropped.aborted) throw new Error('dropped')
    const task = taskSchema.parse(job.data)
    const id = job.id ?? ''
    const signal = AbortSignal.any([stopping, dropped])
    const progress = progressOf(id, name, tell)
    const { opened, gate } = post
    if (job.stalledCounter > 0) progress.message(`${task.id}: the worker that had it is gone; it is graded here.`)
    const grading = gradeTask({
      redis: connection.redis,
      run,
      job: id,
      task,
      opened,
      gate,
      isShared: post.jobs > 1,
      progress,
      signal,
    })
    const grade = await Promise.race([grading, whenAborted(stopping)])
    if (grade === undefined || stopping.aborted || opened.gaveUp() !== undefined) return handBack(job, token)
    if (dropped.aborted) throw new Error('dropped')
    await send(answerOf(post, id, task, grade))
    post.graded(grade, run)
    return 'graded'
  }

  const worker = new Worker<Task, string>(
    queueName,
    // BullMQ gives a signal to whom it sees take three arguments.
    (job, token, lockLost) =>
      post.limit(async () => {
        taken += 1
        try {
          return await take(job, token, lockLost ?? new AbortController().signal)
        } finally {
          taken -= 1
        }
      }),
    {
      connection: connection.redis as unknown as ConnectionOptions,
      prefix: prefixOf(run.id),
      name,
      concurrency: post.jobs,
      lockDuration: lockMs,
      // That is for the batch to do.
      skipStalledCheck: true,
      drainDelay: 2,
      skipVersionCheck: true,
    },
  )
  // What breaks in the queue is found by whoever waits for a grade: the batch looks where each of its submissions is.
  worker.on('error', () => {})
  worker.on('lockRenewalFailed', (jobs) => {
    for (const job of jobs) worker.cancelJob(job)
    if (!isOver.signal.aborted) say('This machine was not heard of in time; another worker grades what it had.')
  })
  const close = () => worker.close().catch(() => {})
  // Before anything is handed back: it would be taken again.
  stopping.addEventListener('abort', close, { once: true })

  return {
    run,
    taken: () => taken,
    tell,
    leave() {
      isOver.abort()
      return close()
    },
  }
}

/** At the head of the queue, and no try of anybody's. */
async function handBack(job: Job<Task>, token: string | undefined): Promise<never> {
  await job.moveToWait(token)
  throw new WaitingError()
}

function answerOf({ name, opened }: Post, job: string, task: Task, grade: Grade): Told {
  const { baseImages, engine } = opened.end()
  const told: Told = { kind: 'graded', job, worker: name, grade, baseImages, engine }
  if (Buffer.byteLength(JSON.stringify(told)) <= maxToldBytes) return told
  const tooLarge = new GraderError('queue.too-large', 'What there is to say of it is too large for the queue.')
  return { ...told, grade: leaveUngraded({ id: task.id, path: task.source }, tooLarge) }
}

function progressOf(job: string, worker: string, tell: (told: Told) => void): Progress {
  return {
    began: async () => {},
    stage: (_id, stage, detail) =>
      tell({ kind: 'stage', job, worker, stage, ...(detail === undefined ? {} : { detail }) }),
    check: (_id, check) => tell({ kind: 'check', job, worker, check }),
    graded: () => {},
    message: (text) => tell({ kind: 'message', worker, text }),
  }
}
