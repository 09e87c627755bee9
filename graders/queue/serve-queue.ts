import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import type { Grade } from '../model/grade.ts'
import type { GraderError } from '../model/grader-error.ts'
import type { Course } from '../stages/specs/load-assignment.ts'
import { openWorkbench } from '../workbench.ts'
import { createGate } from './alone.ts'
import { connectQueue, type Queue } from './connect-queue.ts'
import { prefixOf, queueName, type RunNotice, type WorkerNotice, whyNotJudgedBy } from './messages.ts'
import { announceWorker, heartbeatMs, listRuns, withdrawWorker } from './presence.ts'
import type { QueueAddress } from './queue-address.ts'
import { type Post, type ServedRun, serveRun } from './serve-run.ts'

export interface ServeOptions {
  address: QueueAddress
  jobs: number
  mirror: string | undefined
  standIns: boolean
  /** Ends with the first run that it was there for. */
  once: boolean
  /** Ends when there was nothing to do for so long. */
  idleExitMs: number | undefined
  signal: AbortSignal
  /** Told when it is ready to take submissions. */
  ready(worker: WorkerNotice): void
  say(message: string): void
  graded(grade: Grade, run: RunNotice): void
}

export type ServeEnd = { why: 'once' | 'idle' | 'interrupted' } | { why: 'broke-off'; error: GraderError }

const lookMs = 1_000
/** Nobody knows beforehand how many come. */
const manySubmissions = 100_000
/** What this machine still has to do with a run that is over does not hold up its end. */
const leaveMs = 10_000

/**
 * Takes submissions from the queue and grades them here, until it is told to end. It needs an engine and takes nothing without
 * one. Nothing is left in the engine, and nothing of this worker in the queue, when it resolves.
 */
export async function serveQueue(course: Course, options: ServeOptions): Promise<ServeEnd> {
  const { address, jobs, signal, say } = options
  using connection = await connectQueue(address, say)
  const served = new Map<string, ServedRun>()
  const name = `${hostname()}-${process.pid}`
  const message = (text: string) => {
    say(text)
    for (const one of served.values()) one.tell({ kind: 'message', worker: name, text })
  }
  const progress = { began: async () => {}, stage: () => {}, check: () => {}, graded: () => {}, message }
  const { mirror, standIns } = options
  const grading = {
    jobs,
    mirror,
    standIns,
    seed: undefined,
    kernel: 'host',
    exercises: undefined,
    progress,
    signal,
  } as const
  await using opened = await openWorkbench(course, grading, manySubmissions)
  const { assignment, specsDigest, graderVersion, engine } = opened.start
  const worker: WorkerNotice = { name, jobs, engine, assignment, specsDigest, graderVersion }
  const stop = new AbortController()
  const post: Post = {
    ...{ name, jobs, connection, opened, say, graded: options.graded },
    gate: createGate(),
    limit: pLimit(jobs),
    stopping: AbortSignal.any([signal, stop.signal]),
  }
  const shift: Shift = {
    ...{ connection, worker, post, served },
    refused: new Set(),
    ended: 0,
    leaving: new Set(),
    looking: undefined,
  }
  options.ready(worker)
  const end = await serve(shift, options)
  stop.abort()
  const left = Promise.allSettled([...shift.leaving, ...[...served.values()].map((one) => one.leave())])
  // A look that is under way would announce it again.
  const withdrawn = Promise.resolve(shift.looking).then(() => withdrawWorker(connection.redis, name))
  await Promise.race([Promise.allSettled([left, withdrawn]), sleep(leaveMs, undefined, { ref: false })])
  return end
}

interface Shift {
  connection: Queue
  worker: WorkerNotice
  post: Post
  served: Map<string, ServedRun>
  /** Runs that were told to be left to others. */
  refused: Set<string>
  /** How many runs are over that were served here. */
  ended: number
  leaving: Set<Promise<void>>
  /** Under way; never rejects. */
  looking: Promise<void> | undefined
}

async function serve(shift: Shift, { once, idleExitMs, signal }: ServeOptions): Promise<ServeEnd> {
  const { post } = shift
  let lastBusyMs = performance.now()
  let lastBeatMs = Number.NEGATIVE_INFINITY
  while (!signal.aborted) {
    const nowMs = performance.now()
    const isDue = nowMs - lastBeatMs >= heartbeatMs
    if (shift.looking === undefined) {
      if (isDue) lastBeatMs = nowMs
      // Not waited for: while the queue does not answer, it waits for that.
      shift.looking = look(shift, isDue)
        .catch((thrown: Error) => post.say(`The queue answers with an error: ${thrown.message}`))
        .finally(() => {
          shift.looking = undefined
        })
    }
    if ([...shift.served.values()].some((one) => one.taken() > 0)) lastBusyMs = nowMs
    const error = post.opened.gaveUp()
    if (error !== undefined) return { why: 'broke-off', error }
    if (once && shift.ended > 0) return { why: 'once' }
    if (idleExitMs !== undefined && nowMs - lastBusyMs > idleExitMs) return { why: 'idle' }
    await sleep(lookMs, undefined, { signal }).catch(() => {})
  }
  return { why: 'interrupted' }
}

/** Which runs there are: begins with new ones, the oldest first, and leaves those that are over. */
async function look(shift: Shift, isDue: boolean): Promise<void> {
  const { connection, worker, post, served, refused, leaving } = shift
  if (isDue) await announceWorker(connection.redis, worker)
  const runs = await listRuns(connection.redis)
  for (const [id, one] of served) {
    if (runs.some((run) => run.id === id)) continue
    served.delete(id)
    shift.ended += 1
    const left = one.leave().finally(() => leaving.delete(left))
    leaving.add(left)
    post.say(`Batch ${id} is over.`)
  }
  for (const run of runs) {
    const why = whyNotJudgedBy(worker, run)
    if (why !== undefined) {
      if (!refused.has(run.id)) post.say(`Batch ${run.id} is left to others: ${why}.`)
      refused.add(run.id)
      continue
    }
    if (!served.has(run.id)) {
      if (post.stopping.aborted) return
      served.set(run.id, serveRun(post, run))
      post.say(`Batch ${run.id} of \`${run.assignment}\`: taking its submissions.`)
    }
    // What waits longer is taken first; a younger run has what slots are over.
    if ((await connection.redis.llen(`${prefixOf(run.id)}:${queueName}:wait`)) > 0) return
  }
}
