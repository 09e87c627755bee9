import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import { graderVersion } from '../grader-version.ts'
import type { Grade, RunRecord } from '../model/grade.ts'
import { newRunId } from '../model/identity.ts'
import type { RunOptions, RunStart, SubmissionSource } from '../model/progress.ts'
import { openWorkFolder } from '../sandbox/work-folder.ts'
import type { Course } from '../stages/specs/load-assignment.ts'
import { collectAnswers, type Heard } from './collect-answers.ts'
import { connectQueue } from './connect-queue.ts'
import { type RunNotice, whyNotJudgedBy } from './messages.ts'
import { openAnswers } from './open-answers.ts'
import { listWorkers } from './presence.ts'
import type { QueueAddress } from './queue-address.ts'
import { openRunQueue, type RunQueue } from './run-queue.ts'
import { takeParcel } from './take-parcel.ts'
import { watchQueue } from './watch-queue.ts'
import { whenAborted } from './when-aborted.ts'

export interface OverQueue {
  address: QueueAddress
  /** How long submissions may wait for a worker that can take them, and the run for a queue that does not answer. */
  patienceMs: number
}

/** Packed and on the way at once: workers never wait, and the memory of the server is bounded. */
const mostOnTheWay = 128
/** Each copies and packs files. */
const intakesAtOnce = 2
const removalMs = 5_000
const unknownEngine: RunRecord['engine'] = { name: 'unknown', version: 'unknown', cgroup: 0 }

/**
 * As `gradeBatch`, but on the machines that take submissions from a queue: here is intake alone, and no engine is needed. Nothing
 * of the run is left in the queue when it resolves.
 */
export async function gradeOverQueue(
  sources: SubmissionSource[],
  course: Course,
  options: RunOptions,
  { address, patienceMs }: OverQueue,
): Promise<RunRecord> {
  const { progress, signal, exercises } = options
  const say = (message: string) => progress.message(message)
  using connection = await connectQueue(address, say)
  const run = await describeRun(course, options)
  const workers = await listWorkers(connection.redis)
  const engine = workers.find((worker) => whyNotJudgedBy(worker, run) === undefined)?.engine ?? unknownEngine
  const start: RunStart = { ...startOf(run), engine }
  const heard: Heard = { engine: undefined, baseImages: new Map() }
  const soFar = (): RunRecord => ({
    ...start,
    engine: heard.engine ?? engine,
    finishedAt: new Date().toISOString(),
    baseImages: [...heard.baseImages.values()],
    ...(signal.aborted ? { interrupted: true } : {}),
  })
  await progress.began(start, soFar)

  await using folder = await openWorkFolder()
  const queue = openRunQueue(connection.redis, run)
  const answers = openAnswers(queue, say)
  const over = new AbortController()
  const collecting = collectAnswers({ connection, run, answers, heard, progress, signal: over.signal })
  const watching = watchQueue({ connection, run, queue, answers, patienceMs, say, signal: over.signal })
  let finished = 0
  const settle = (grade: Grade) => {
    if (signal.aborted) return
    finished += 1
    progress.graded(grade, finished, sources.length)
  }
  const intake = pLimit(intakesAtOnce)
  const onTheWay = pLimit(mostOnTheWay)
  const gradeOne = async (source: SubmissionSource) => {
    if (signal.aborted) return
    progress.stage(source.id, 'intake')
    const parcel = await intake(() =>
      takeParcel(source, { course, exercises, id: run.id, workFolder: folder.path, progress }),
    )
    if ('status' in parcel) return settle(parcel)
    settle(await answers.ask(parcel))
    await parcel.dispose()
  }
  try {
    // What a batch before this one has earned comes first.
    await Promise.race([collecting.caughtUp, watching.gaveUp, whenAborted(signal)])
    await Promise.race([Promise.all(sources.map((source) => onTheWay(() => gradeOne(source)))), whenAborted(signal)])
  } finally {
    over.abort()
    await removeSoon(queue, answers.open(), say)
  }
  return soFar()
}

async function describeRun(course: Course, { continues, seed, kernel, exercises }: RunOptions): Promise<RunNotice> {
  const startedAt = continues?.startedAt ?? new Date().toISOString()
  return {
    id: continues?.id ?? newRunId(new Date(startedAt)),
    startedAt,
    seed: continues?.seed ?? seed ?? randomBytes(12).toString('hex'),
    kernel,
    assignment: course.assignment.id,
    specsDigest: course.specsDigest,
    graderVersion: await graderVersion(),
    ...(exercises === undefined ? {} : { exercises }),
  }
}

function startOf({ kernel: _kernel, ...run }: RunNotice): Omit<RunStart, 'engine'> {
  return { ...run, baseImages: [] }
}

/** A queue that does not answer keeps nobody from the end: what is in it expires. */
async function removeSoon(queue: RunQueue, jobs: string[], say: (message: string) => void): Promise<void> {
  const late = sleep(removalMs, 'late' as const, { ref: false })
  const how = await Promise.race([queue.remove(jobs), late]).catch((thrown: Error) => thrown.message)
  if (how === undefined) return
  say('What this run has in the queue could not be removed; it goes by itself within a day.')
}
