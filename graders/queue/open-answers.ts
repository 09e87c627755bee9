import type { Grade } from '../model/grade.ts'
import { GraderError } from '../model/grader-error.ts'
import { leaveUngraded } from '../model/own-grades.ts'
import type { Told } from './messages.ts'
import type { RunQueue } from './run-queue.ts'
import type { Parcel } from './take-parcel.ts'

type Graded = Extract<Told, { kind: 'graded' }>

/** Twice not found, with a look at the results between: it is really gone, as with a server that was started anew. */
const missesBefore = 2
const mostPuts = 3

interface Open {
  parcel: Parcel
  misses: number
  puts: number
  settle(grade: Grade): void
}

/** The submissions of a run that are out with the workers: one grade for each, whatever comes back how often. */
export interface OpenAnswers {
  /** Puts it into the queue and waits for its grade. */
  ask(parcel: Parcel): Promise<Grade>
  /** The names under which submissions are out. */
  open(): string[]
  /** The submission that is out under this name. */
  idOf(job: string): string | undefined
  /** False where there has been a grade for that submission before: the first one counts. */
  take(graded: Graded): boolean
  /** Looks where each is: what two workers have lost, what the queue has lost. */
  lookAfter(): Promise<void>
  /** All that is out stays ungraded, and whatever is asked from now on. */
  giveUp(why: GraderError): void
}

export function openAnswers(queue: RunQueue, say: (message: string) => void): OpenAnswers {
  const open = new Map<string, Open>()
  /** Of an earlier batch for the same run, whose grades came when it was gone. */
  const early = new Map<string, Graded>()
  const settled = new Set<string>()
  let given: GraderError | undefined

  const settle = (job: string, grade: Grade) => {
    open.get(job)?.settle(grade)
    open.delete(job)
    settled.add(job)
  }
  /** Nobody waits for it: while the queue does not answer, its own expiry has to do. */
  const drop = (job: string) => void queue.drop(job).catch(() => {})
  const fail = (job: string, { parcel }: Open, why: GraderError) =>
    settle(job, leaveUngraded(parcel.source, why, { ...parcel.task, flags: parcel.flags }))

  async function lookAt(job: string, one: Open): Promise<void> {
    const found = await queue.find(job)
    if (open.get(job) !== one) return
    one.misses = found.at === 'nowhere' ? one.misses + 1 : 0
    if (found.at === 'failed') return fail(job, one, tellFailure(found.why))
    if (one.misses < missesBefore) return
    one.misses = 0
    one.puts += 1
    if (one.puts > mostPuts)
      return fail(job, one, new GraderError('queue.failed', 'The queue lost it again and again.'))
    say(`${one.parcel.source.id}: the queue has lost it; it is put there once more.`)
    await queue.put(job, one.parcel.task, one.parcel.packed)
  }

  return {
    async ask(parcel) {
      const { job, source, task, flags } = parcel
      const already = early.get(job)
      early.delete(job)
      if (already !== undefined) {
        settled.add(job)
        drop(job)
        return gradeOf(parcel, already)
      }
      if (given !== undefined) return leaveUngraded(source, given, { ...task, flags })
      const { promise, resolve } = Promise.withResolvers<Grade>()
      const one = { parcel, misses: 0, puts: 1, settle: resolve }
      open.set(job, one)
      queue.put(job, task, parcel.packed).catch((thrown) => fail(job, one, asQueueError(thrown)))
      const grade = await promise
      drop(job)
      return grade
    },
    open: () => [...open.keys()],
    idOf: (job) => open.get(job)?.parcel.source.id,
    take(graded) {
      const one = open.get(graded.job)
      if (one !== undefined) settle(graded.job, gradeOf(one.parcel, graded))
      else if (settled.has(graded.job) || early.has(graded.job)) return false
      else early.set(graded.job, graded)
      return true
    },
    async lookAfter() {
      for (const [job, one] of [...open]) await lookAt(job, one)
    },
    giveUp(why) {
      given ??= why
      for (const [job, one] of [...open]) fail(job, one, why)
    },
  }
}

/** The worker's, with what intake has flagged here; a grade for something else is none. */
function gradeOf({ source, task, flags }: Parcel, { grade, worker }: Graded): Grade {
  const { submission } = grade
  const isSame =
    submission.id === source.id &&
    (submission.digest === task.digest || (grade.status === 'ungraded' && submission.digest === undefined))
  if (isSame && grade.status !== 'rejected') return { ...grade, flags: [...flags, ...grade.flags] }
  const why = new GraderError('queue.failed', `What \`${worker}\` sent back is not the grade of this submission.`)
  return leaveUngraded(source, why, { ...task, flags })
}

function tellFailure(why: string): GraderError {
  if (/stalled/.test(why)) {
    return new GraderError('queue.worker-lost', 'Two workers that had it were gone before it was graded.', {
      remedy: 'Look whether this submission ends them, and grade it once more, alone.',
    })
  }
  return new GraderError('queue.failed', `A worker could not take it: ${why}`)
}

function asQueueError(cause: unknown): GraderError {
  return new GraderError('queue.failed', `It could not be put into the queue: ${(cause as Error).message}`, { cause })
}
