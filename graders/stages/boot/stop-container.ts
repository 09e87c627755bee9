import { setTimeout as sleep } from 'node:timers/promises'
import type { StopFacts, StopOrder } from '../../model/verdict.ts'
import type { StudentContainer } from '../../sandbox/container.ts'

const pollMs = 50
/** The last lines of a program that has ended may still be under way. */
const lastLinesMs = 2_000

/** Sends a signal to the first process of a container and watches it end; whoever has not ended when the grace is over is killed. */
export async function stopContainer(container: StudentContainer, order: StopOrder): Promise<StopFacts> {
  // Listed before it ends: nobody can tell afterwards who it was that did not hear.
  const processes = await container.processes()
  const from = container.log.mark()
  const sent = performance.now()
  const hasArrived = await container.signal(order.signal)
  let { running } = await container.state()
  while (running && performance.now() - sent < order.graceMs) {
    await sleep(pollMs)
    running = (await container.state()).running
  }
  const tookMs = Math.round(performance.now() - sent)
  // It may end by itself at the last moment: then there is nothing left to kill.
  const killed = running && (await container.signal('SIGKILL'))
  await Promise.race([container.log.ended, sleep(lastLinesMs, undefined, { ref: false })])
  const { exitCode } = await container.state()
  return {
    ...order,
    ended: !hasArrived ? 'before' : killed ? 'killed' : 'in-time',
    tookMs,
    exitCode,
    processes,
    lines: container.log.since(from),
  }
}
