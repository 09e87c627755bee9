import { setTimeout as sleep } from 'node:timers/promises'
import { GraderError } from '../../model/grader-error.ts'
import type { MemoryRun } from '../../model/observations.ts'
import type { MemoryReading, Observer } from '../observer/observer.ts'
import type { HeldContainer, HeldOrder } from './held-container.ts'
import type { HeldProgram } from './held-program.ts'
import { MemorySamples } from './memory-samples.ts'

export interface MemoryRunOrder extends Omit<HeldOrder, 'limits'> {
  observer: Observer
  /** `memoryBytes` is the limit, or the cap that protects this machine. */
  limits: HeldOrder['limits']
  isCap: boolean
  /** Ended as soon as it holds more than so many bytes. */
  enoughBytes?: number
  timeoutMs: number
}

export type MemoryRunEnd =
  | { how: 'seen'; run: MemoryRun }
  /** The engine could not execute what the image names: the image's fault. */
  | { how: 'refused'; engineMessage: string }
  /** It wrote more into its root file system than it may. */
  | { how: 'disk-full'; writtenBytes: number; run: MemoryRun }
  /** This machine cannot hold a program to a limit on memory alone; completes "not counted: ...". */
  | { how: 'unavailable'; why: string }

const sampleMs = 100
/** Until then every few milliseconds: a program in a hurry fills its group within a tenth of a second. */
const startMs = 2_000
const startSampleMs = 20
/** The kernel charges in batches of pages. */
const nearBytes = 4 * 1024 ** 2
/** After a kill, for the program to end by it. */
const graceMs = 1_500
const diskMs = 3_000
const outputCharacters = 4_000

/** Why a reading failed: never the fault of the program, which can end neither its container nor its group. */
export async function lostContainer(container: HeldContainer): Promise<GraderError> {
  const held = await container.isHeld().catch(() => false)
  const what = held ? 'its memory cgroup could not be read' : 'it was ended from outside'
  return new GraderError('engine.failed', `A container whose memory was being watched is lost: ${what}.`)
}

/** Watches one program in its cgroup until there is nothing more to see. */
export class MemoryWatch {
  readonly #order: MemoryRunOrder
  readonly #container: HeldContainer
  readonly #program: HeldProgram
  readonly #group: string
  readonly #samples = new MemorySamples()
  readonly #beganMs = performance.now()
  #virtualBytes = 0
  #diskAskedMs = performance.now()
  #processesAskedMs = 0

  constructor(order: MemoryRunOrder, container: HeldContainer, program: HeldProgram, group: string) {
    this.#order = order
    this.#container = container
    this.#program = program
    this.#group = group
  }

  async toTheEnd(): Promise<MemoryRunEnd> {
    const { signal, timeoutMs, enoughBytes, limits } = this.#order
    let killedMs: number | undefined
    for (;;) {
      if (signal.aborted) throw new GraderError('interrupted', 'The run was interrupted while memory was watched.')
      const roundMs = performance.now()
      // Its state first: what the kernel counted of an end is in a reading made after it.
      const state = await this.#program.state()
      if (state.how === 'refused') {
        if (!(await this.#container.isHeld())) throw await lostContainer(this.#container)
        return state
      }
      const reading = await this.#read()
      const waitedMs = performance.now() - this.#beganMs
      if (reading.oomKills > 0 && killedMs === undefined) {
        killedMs = waitedMs
        this.#addMark(reading, waitedMs)
      }
      const exitCode = state.how === 'ended' ? state.exitCode : undefined
      const seen = (ended: MemoryRun['ended']) => this.#seen(ended, reading, exitCode, waitedMs)
      if (killedMs !== undefined && (exitCode !== undefined || waitedMs - killedMs > graceMs)) return seen('killed')
      const others = await this.#lookAtProcesses(exitCode !== undefined)
      // What it left running in its cgroup belongs to it.
      if (exitCode !== undefined && others === 0) return seen('exited')
      if (enoughBytes !== undefined && reading.chargedBytes > enoughBytes) return seen('reached')
      if (waitedMs > timeoutMs) return seen('waiting')
      const writtenBytes = await this.#writtenBytes()
      if (writtenBytes > limits.diskBytes) return { how: 'disk-full', writtenBytes, run: seen('waiting').run }
      // An observer that takes long is asked less often, and so is a program that takes minutes.
      const leastMs = waitedMs < startMs ? startSampleMs : Math.max(sampleMs, Math.min(500, waitedMs / 100))
      const pauseMs = Math.max(leastMs, 2 * (performance.now() - roundMs))
      await sleep(pauseMs, undefined, { signal }).catch(() => {})
    }
  }

  async #read(): Promise<MemoryReading> {
    const reading = await this.#order.observer.readMemory(this.#group)
    if (reading === undefined) throw await lostContainer(this.#container)
    this.#samples.add({ atMs: Math.round(performance.now() - this.#beganMs), bytes: reading.chargedBytes })
    return reading
  }

  /** Between two samples it filled its group: the kernel kept how far, and killed it then. */
  #addMark({ peakBytes }: MemoryReading, waitedMs: number): void {
    if (peakBytes === undefined) return
    if (peakBytes < this.#order.limits.memoryBytes - nearBytes) {
      // Counted in its group, and not because that was full: a kill for want of memory on the whole machine.
      throw new GraderError('engine.failed', 'The kernel killed a program whose own memory cgroup was not full.', {
        remedy: 'This machine is short of memory: grade with fewer `--jobs`.',
      })
    }
    this.#samples.mark({ atMs: Math.round(waitedMs), bytes: peakBytes })
  }

  /**
   * How many processes of the program there are, as far as anybody must know. Where ours is gone a kill from outside took it
   * and the program with it, which looks like an end of the program alone.
   */
  async #lookAtProcesses(hasEnded: boolean): Promise<number> {
    const nowMs = performance.now()
    const restMs = nowMs - this.#beganMs < startMs ? sampleMs : 5 * sampleMs
    if (!hasEnded && nowMs - this.#processesAskedMs < restMs) return 1
    this.#processesAskedMs = nowMs
    const processes = await this.#order.observer.processesIn(this.#group)
    const own = processes.filter(({ pid }) => pid !== this.#container.holderPid)
    if (hasEnded && processes.length === 0) throw await lostContainer(this.#container)
    const virtualBytes = own.reduce((sum, one) => sum + one.virtualBytes, 0)
    this.#virtualBytes = Math.max(this.#virtualBytes, virtualBytes)
    return own.length
  }

  async #writtenBytes(): Promise<number> {
    if (performance.now() - this.#diskAskedMs < diskMs) return 0
    this.#diskAskedMs = performance.now()
    return this.#container.writtenBytes()
  }

  #seen(
    ended: MemoryRun['ended'],
    reading: MemoryReading,
    exitCode: number | undefined,
    waitedMs: number,
  ): { how: 'seen'; run: MemoryRun } {
    const { observer, isCap, limits } = this.#order
    const lines = this.#program.log.since(0).slice(-20)
    const run: MemoryRun = {
      limitBytes: limits.memoryBytes,
      isCap,
      samples: this.#samples.toArray(),
      peakBytes: reading.peakBytes ?? this.#samples.highestBytes,
      ...(reading.peakBytes === undefined ? { peakIsSampled: true as const } : {}),
      chargedBytes: this.#samples.highestBytes,
      oomKills: reading.oomKills,
      limitHits: reading.limitHits,
      ended,
      ...(exitCode === undefined ? {} : { exitCode }),
      waitedMs: Math.round(waitedMs),
      virtualBytes: this.#virtualBytes,
      output: lines
        .map(({ text }) => text)
        .join('\n')
        .slice(-outputCharacters),
      cgroupVersion: observer.cgroupVersion,
      observer: observer.kind,
      readings: reading.text,
    }
    return { how: 'seen', run }
  }
}
