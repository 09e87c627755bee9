import { GraderError } from '../../model/grader-error.ts'
import type { MemoryReading } from '../observer/observer.ts'
import { type HeldContainer, startHeld } from './held-container.ts'
import { lostContainer, type MemoryRunEnd, type MemoryRunOrder, MemoryWatch } from './memory-watch.ts'

export type { MemoryRunEnd, MemoryRunOrder }

const pageBytes = 4096

/**
 * Runs the program of an image and watches the memory of its cgroup, which outlives it: see `startHeld`.
 *
 * A program that sleeps a minute before each block is in no hurry here: it is started inside of the limited group, so that the
 * first block that does not fit kills it, and without the limit it is ended once it holds more than is asked.
 */
export async function runForMemory(order: MemoryRunOrder): Promise<MemoryRunEnd> {
  await using container = await startHeld(order)
  const group = await order.observer.memoryGroupOf(container.holderPid)
  const first = group === undefined ? undefined : await order.observer.readMemory(group)
  if (group === undefined || first === undefined) throw await lostContainer(container)
  verifyLimit(first, order.limits.memoryBytes)
  if (!order.isCap && (await maySwap(order, container, first))) {
    const why =
      'the kernel of this machine cannot limit swap, and there is swap: a program that is out of memory is not killed'
    return { how: 'unavailable', why }
  }
  const watch = new MemoryWatch(order, container, await container.startProgram(), group)
  // Awaited here: the container goes with this block.
  return await watch.toTheEnd()
}

function verifyLimit({ limitBytes }: MemoryReading, asked: number): void {
  if (limitBytes !== undefined && Math.abs(limitBytes - asked) < pageBytes) return
  throw new GraderError(
    'limit.not-in-force',
    `The limit on memory did not take effect: the kernel says ${limitBytes ?? 'none'}.`,
    {
      remedy:
        'This engine or kernel cannot hold student programs within their limits; `./grade doctor` says what is missing.',
    },
  )
}

/** v1: a group with swappiness 0 is not swapped out, whatever its limit on swap; v2: the limit on swap alone counts. */
async function maySwap({ observer }: MemoryRunOrder, container: HeldContainer, first: MemoryReading): Promise<boolean> {
  const limited = observer.cgroupVersion === 1 ? first.swappiness === 0 : first.swapLimitBytes === 0
  return !limited && (await container.swapBytes()) > 0
}
