import type { BootLimits } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import type { StudentContainer } from '../../sandbox/container.ts'
import { printedTooMuch, wroteTooMuch } from './limit-faults.ts'

/** Ends a container that fills the disk or floods its log, from its first moment on. */
export interface ContainerWatch {
  /** What it was ended for. */
  fault(): Fault | undefined
  stop(): void
}

const watchMs = 1_000
/** Output past the limit is only thrown away; a program that prints so many times as much keeps the engine busy with it. */
const floodFactor = 16

export function watchContainer(container: StudentContainer, limits: BootLimits): ContainerWatch {
  let fault: Fault | undefined
  let looking = false
  const floodBytes = limits.logBytes * floodFactor
  const look = async () => {
    if (looking || fault !== undefined) return
    looking = true
    try {
      fault = await findExcess()
      if (fault !== undefined) await container.kill()
    } catch {
      // It has ended meanwhile, or the engine has trouble, which others see.
    } finally {
      looking = false
    }
  }
  async function findExcess(): Promise<Fault | undefined> {
    if (container.log.arrivedBytes > floodBytes) return printedTooMuch(container.log, floodBytes)
    const written = await container.writtenBytes()
    return written > limits.diskBytes ? wroteTooMuch(written, container.log, limits) : undefined
  }
  const timer = setInterval(() => void look(), watchMs)
  timer.unref()
  return { fault: () => fault, stop: () => clearInterval(timer) }
}
