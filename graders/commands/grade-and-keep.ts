import { gradeBatch } from '../batch.ts'
import type { RunRecord } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import type { SubmissionSource } from '../model/progress.ts'
import type { RunRequest } from '../model/run-request.ts'
import type { OverQueue } from '../queue/grade-over-queue.ts'
import type { QueueAddress } from '../queue/queue-address.ts'
import type { Course } from '../stages/specs/load-assignment.ts'
import type { RunHeader } from '../store/run-folder.ts'
import { compareSubmissions } from './compare-submissions.ts'
import type { BatchOptions } from './grading-options.ts'
import type { Io } from './io.ts'
import { keepProgress } from './keep-progress.ts'
import { startProgress } from './progress-lines.ts'
import { refuseOtherJudging } from './refuse-other-run.ts'
import { basisOf } from './run-basis.ts'
import type { FinishedRun, RunOnDisk } from './run-on-disk.ts'
import { tellHowToGoOn } from './tell-run.ts'

export interface Work {
  /** Ids of all submissions of the run, in the order of its reports. */
  ids: string[]
  /** Those that are to be graded now. */
  sources: SubmissionSource[]
  request: RunRequest
  /** How the run began, where it broke off and is gone on with. */
  before: RunHeader | undefined
  /** Of the queue, where other machines grade. */
  address: QueueAddress | undefined
}

/** Grades into a run, each grade kept as it ends, and writes the reports. When it breaks off, a person is told how to go on. */
export async function gradeAndKeep(
  work: Work,
  course: Course,
  run: RunOnDisk,
  options: BatchOptions,
  io: Io,
): Promise<FinishedRun> {
  let hasBegun = work.before !== undefined
  try {
    const record = await gradeRest(work, course, run, options, io, () => {
      hasBegun = true
    })
    run.broken.throwIfAborted()
    await compareSubmissions(run.folder, course, work.ids, io)
    const finished = await run.finish(record, work.ids)
    if (record.interrupted === true) tellHowToGoOn(run.folder, io)
    return finished
  } catch (thrown) {
    // Wrong use is wrong the next time, too.
    if (hasBegun && !(thrown instanceof UsageError)) tellHowToGoOn(run.folder, io)
    throw thrown
  }
}

async function gradeRest(
  { sources, request, before, address }: Work,
  course: Course,
  run: RunOnDisk,
  { jobs, mirror, standIns, kernel, seed, quiet, queueWaitSeconds }: BatchOptions,
  io: Io,
  begun: () => void,
): Promise<RunRecord> {
  // Killed while it wrote its reports: no engine is needed for those.
  if (before !== undefined && sources.length === 0) return await endAgain(run, before)
  const lines = startProgress(io, { total: sources.length, quiet, each: 'submissions' })
  const grading = { jobs, mirror, standIns, seed, kernel, exercises: request.exercises }
  const shard = request.shard === undefined ? {} : { shard: request.shard }
  const grade = address === undefined ? gradeBatch : await overQueue({ address, patienceMs: queueWaitSeconds * 1000 })
  try {
    const record = await grade(sources, course, {
      ...grading,
      signal: AbortSignal.any([io.signal, run.broken]),
      ...(before === undefined ? {} : { continues: before }),
      progress: {
        ...keepProgress(lines, run),
        async began(start, soFar) {
          const own = await basisOf(course, start.engine, kernel)
          // Which machines there are may change from one minute to the next.
          const basis = address === undefined ? own : { ...own, machine: 'workers' }
          const header = { ...start, ...shard, request, basis }
          if (before !== undefined) refuseOtherJudging(run.folder, before, header)
          await run.begin(header, soFar)
          begun()
        },
      },
    })
    return { ...record, ...shard }
  } finally {
    lines.end()
  }
}

/** Loaded when it is wanted: few have a queue. */
async function overQueue(queue: OverQueue): Promise<typeof gradeBatch> {
  const { gradeOverQueue } = await import('../queue/grade-over-queue.ts')
  return (sources, course, options) => gradeOverQueue(sources, course, options, queue)
}

async function endAgain(run: RunOnDisk, before: RunHeader): Promise<RunRecord> {
  await run.begin(before)
  const { request: _request, basis: _basis, ...start } = before
  return { ...start, finishedAt: new Date().toISOString() }
}
