import type { Redis } from 'ioredis'
import { recordRepetition } from '../batch.ts'
import { failedByTime, outcomesOf } from '../failed-by-time.ts'
import type { Grade } from '../model/grade.ts'
import { GraderError } from '../model/grader-error.ts'
import { leaveUngraded } from '../model/own-grades.ts'
import type { Progress, SubmissionSource } from '../model/progress.ts'
import { gradeWithRetries } from '../retries.ts'
import type { OpenWorkbench, Workbench } from '../workbench.ts'
import type { Gate } from './alone.ts'
import { filesKey, maxPackedBytes, type RunNotice, type Task } from './messages.ts'
import { unpackSubmission } from './pack-submission.ts'

export interface TaskOrder {
  redis: Redis
  run: RunNotice
  job: string
  task: Task
  opened: OpenWorkbench
  gate: Gate
  /** Whether others may be graded beside it. */
  isShared: boolean
  progress: Progress
  /** Aborts when nobody waits for the grade any more, or somebody else is to find it. */
  signal: AbortSignal
}

/** Grades one submission that came through the queue, as a batch here would. Never throws. */
export async function gradeTask(order: TaskOrder): Promise<Grade> {
  const { task, gate, opened, progress, signal } = order
  const source: SubmissionSource = { id: task.id, path: task.source, ...(task.delivery && { delivery: task.delivery }) }
  try {
    const packed = await fetchFiles(order)
    const { limits } = opened.bench.course.assignment
    await using unpacked = await unpackSubmission(packed, limits.intake, opened.bench.workFolder)
    const here = { ...source, path: unpacked.folder, shownAs: task.source }
    const own = benchOf(order)
    const beside = await gate.beside(() => gradeWithRetries(here, own))
    if (!order.isShared || signal.aborted || !failedByTime(beside)) return beside
    progress.message(`${task.id} failed by time; it is tried once more with nothing beside it on this machine.`)
    const alone = await gate.alone(() => gradeWithRetries(here, own))
    return recordRepetition({ outcomes: outcomesOf(beside) }, alone)
  } catch (thrown) {
    return leaveUngraded(source, thrown)
  }
}

async function fetchFiles({ redis, run, job }: TaskOrder): Promise<Buffer> {
  const key = filesKey(run.id, job)
  const bytes = await redis.strlen(key)
  if (bytes === 0) throw new GraderError('queue.failed', 'Its files are not in the queue any more.')
  if (bytes > maxPackedBytes) throw new GraderError('queue.too-large', `Its files are ${bytes} bytes in the queue.`)
  return (await redis.getBuffer(key)) ?? Buffer.alloc(0)
}

/** What the worker keeps open, for one submission of one run. */
function benchOf({ opened, run, progress, signal }: TaskOrder): OpenWorkbench {
  const { seed, kernel, exercises } = run
  const kept = new WeakMap<Workbench, Workbench>()
  return {
    get bench() {
      const { bench } = opened
      const own = { ...bench, seed, kernel, exercises, progress, signal: AbortSignal.any([bench.signal, signal]) }
      kept.set(own, bench)
      return own
    },
    start: opened.start,
    signal: AbortSignal.any([opened.signal, signal]),
    renew: (lost) => opened.renew(kept.get(lost) ?? lost),
    gaveUp: opened.gaveUp,
    end: opened.end,
    [Symbol.asyncDispose]: async () => {},
  }
}
