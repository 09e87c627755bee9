import { availableParallelism } from 'node:os'
import pLimit from 'p-limit'
import { GraderError } from '../model/grader-error.ts'
import type { Engine } from './engine.ts'

/** What a machine has for student programs. */
export interface Capacity {
  cores: number
  /** Free when the run begins. */
  memoryBytes: number
}

/** The most that each build and each booted submission may take, and how many submissions are graded at once. */
export interface Demand {
  buildBytes: number
  bootBytes: number
  jobs: number
}

export interface Slots {
  builds: number
  boots: number
}

/** Says when a build or a boot may begin, so that no submission suffers from how many are beside it: first come, first served. */
export interface Admission {
  slots: Slots
  /** Runs it when a slot for builds is free; its time limits begin then. Throws `interrupted` when the run is over by then. */
  build<T>(work: () => Promise<T>): Promise<T>
  /** Waits for a slot for containers that run, and gives it to the caller until it is let go. Never asked for by one who holds a slot. */
  boot(): Promise<{ letGo(): void }>
}

/** For the grader, the engine, and whatever else runs here. */
const reserveShare = 0.15
const reserveBytes = 512 * 1024 ** 2
/** Booted submissions wait most of the time; more than this for each core would make each other slow. */
const bootsPerCore = 3

/** Builds take cores, boots wait; the limits of all that runs at once fit into what is free. There is always one of each. */
export function planSlots({ cores, memoryBytes }: Capacity, { buildBytes, bootBytes, jobs }: Demand): Slots {
  const usable = memoryBytes - Math.max(reserveBytes, memoryBytes * reserveShare)
  const byMemory = (bytes: number, each: number) => Math.floor(Math.max(0, bytes) / each)
  // One boot first, or nothing that was built could be judged.
  const builds = Math.max(1, Math.min(cores, jobs, byMemory(usable - bootBytes, buildBytes)))
  const boots = Math.max(1, Math.min(cores * bootsPerCore, jobs, byMemory(usable - builds * buildBytes, bootBytes)))
  return { builds, boots }
}

export function createAdmission(slots: Slots, signal: AbortSignal): Admission {
  const [builds, boots] = [pLimit(slots.builds), pLimit(slots.boots)]
  const throwIfOver = () => {
    if (signal.aborted) throw new GraderError('interrupted', 'The run was interrupted before its turn came.')
  }
  return {
    slots,
    build: (work) =>
      builds(() => {
        throwIfOver()
        return work()
      }),
    boot: () =>
      new Promise((resolve, reject) => {
        boots(
          () =>
            new Promise<void>((letGo) => {
              throwIfOver()
              resolve({ letGo })
            }),
        ).catch(reject)
      }),
  }
}

/** Of the engine's machine, which is not always this one: there, what is free is not known, and half of it is counted on. */
export async function measureCapacity(engine: Engine): Promise<Capacity> {
  const { NCPU, MemTotal } = (await engine.docker.info()) as { NCPU: number; MemTotal: number }
  if (!engine.local) return { cores: NCPU, memoryBytes: MemTotal / 2 }
  return {
    cores: Math.min(NCPU, availableParallelism()),
    memoryBytes: Math.min(MemTotal, process.availableMemory()),
  }
}
