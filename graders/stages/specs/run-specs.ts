import { asGraderError, GraderError } from '../../model/grader-error.ts'
import type { CheckVerdict } from '../../model/verdict.ts'
import type { GraderCalls, Work } from '../../spec-kit/protocol.ts'
import { boundHeaps } from './bound-heaps.ts'
import type { Course } from './load-assignment.ts'
import { openInstance, type SlotInstance } from './spec-slots.ts'

/** One exercise of one submission, with what its specs may ask of the grader. */
export interface SpecSubject {
  work: Work
  calls: Omit<GraderCalls, 'take'>
  /** Told as each check ends. */
  onVerdict?(verdict: CheckVerdict): void
}

export interface SpecRunner extends AsyncDisposable {
  /** Verdicts of all checks of the subject, in the order of the rubric. */
  run(subject: SpecSubject): Promise<CheckVerdict[]>
}

export interface Waiting {
  subject: SpecSubject
  resolve(verdicts: CheckVerdict[]): void
  reject(error: GraderError): void
}

/** A vitest instance is renewed after so many subjects, and closed: its memory grows with each. */
const slotsPerInstance = 200

/**
 * Runs specs in one vitest with one virtual test module ("slot") per submission and exercise. Slots are anonymous and ask
 * for work when a worker comes to them, so that no run is held up by a submission that is still being built.
 */
export function createSpecRunner(course: Course, options: { workers: number; expected: number }): SpecRunner {
  const waiting: Waiting[] = []
  const idle: ((waiting: Waiting | undefined) => void)[] = []
  /** Those that still serve. */
  const instances = new Set<Promise<SlotInstance>>()
  let freeSlots = 0
  let stillExpected = options.expected

  const next = (): Promise<Waiting | undefined> => {
    const first = waiting.shift()
    return first === undefined ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve(first)
  }
  const open = () => {
    freeSlots = Math.min(slotsPerInstance, Math.max(stillExpected, 4))
    stillExpected -= freeSlots
    const instance = openInstance(course, freeSlots, Math.min(options.workers, freeSlots), next)
    instances.add(instance)
    closeWhenServed(instance).catch((thrown) => {
      for (const { reject } of waiting.splice(0)) reject(asGraderError(thrown))
    })
  }
  const closeWhenServed = async (instance: Promise<SlotInstance>) => {
    const opened = await instance
    await opened.served
    if (instances.delete(instance)) await opened.close()
  }
  boundHeaps()
  // vitest needs most of a second to start: let it do so beside the first build.
  open()

  return {
    run(subject) {
      return new Promise((resolve, reject) => {
        if (freeSlots === 0) open()
        freeSlots -= 1
        const entry: Waiting = { subject, resolve, reject }
        const taker = idle.shift()
        if (taker === undefined) waiting.push(entry)
        else taker(entry)
      })
    },
    async [Symbol.asyncDispose]() {
      const ended = new GraderError('interrupted', 'The run ended before this was judged.')
      for (const { reject } of waiting.splice(0)) reject(ended)
      const closed = [...instances].map(async (instance) => (await instance.catch(() => undefined))?.close())
      instances.clear()
      for (const taker of idle.splice(0)) taker(undefined)
      await Promise.all(closed)
    },
  }
}
