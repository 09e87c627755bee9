import type { StudentContainer } from '../sandbox/container.ts'
import type { ObserverChoice } from '../sandbox/observer/observer.ts'
import { cpuUsedMs } from './cpu.ts'
import { namespaceAddresses } from './netns.ts'
import { listeningSockets } from './sockets.ts'
import type { Vantage } from './vantage.ts'

/** Looks into a container from the machine that it runs on. */
export function fromHere(container: StudentContainer, pid: number, observer: () => Promise<ObserverChoice>): Vantage {
  // The pid of a container that died may already belong to another process.
  async function stillRuns(): Promise<boolean> {
    const now = await container.state()
    return now.running && now.pid === pid
  }
  return {
    listeningSockets: async () => (await listeningSockets(pid)) ?? [],
    cpuUsedMs: () => cpuUsedMs(pid),
    target: async (port) => ({ address: container.address, port }),
    namespaceAddresses: async () => namespaceAddresses(await observer(), pid, stillRuns),
    throwIfBroken: () => {},
    close: async () => {},
  }
}
