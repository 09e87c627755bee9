import type { NamespaceFacts } from '../model/verdict.ts'
import type { BaseImages } from '../sandbox/bases/base-images.ts'
import type { StudentContainer } from '../sandbox/container.ts'
import type { Engine } from '../sandbox/engine.ts'
import type { ObserverChoice } from '../sandbox/observer/observer.ts'
import { decideReach, knownReach } from '../sandbox/reach/reach.ts'
import type { Relay } from '../sandbox/reach/relay.ts'
import type { HttpTarget } from './http.ts'
import type { ListeningSocket } from './sockets.ts'
import { fromBeside, openObserver, openRelay, removeQuietly } from './vantage-beside.ts'
import { fromHere } from './vantage-here.ts'

/** From where one container is observed, and the way to its ports. */
export interface Vantage {
  /** Empty also when the container has ended meanwhile. */
  listeningSockets(): Promise<ListeningSocket[]>
  /** Undefined where nobody can tell. */
  cpuUsedMs(): Promise<number | undefined>
  target(port: number): Promise<HttpTarget>
  namespaceAddresses(): Promise<NamespaceFacts>
  /** Throws where our own way to the container failed: what looked like the server's silence proves nothing then. */
  throwIfBroken(): void
  close(): Promise<void>
}

export interface VantagePoints {
  /** To be awaited before a student's program is started: limits that are not in force here are seen on a container of ours. */
  ready(): Promise<void>
  /** `pid`: of the container's first process, as the engine says. */
  of(container: StudentContainer, pid: number): Promise<Vantage>
  dispose(): Promise<void>
}

/** One network of a submission, with what it takes to put containers of ours on it. */
export interface Site {
  engine: Engine
  bases: Pick<BaseImages, 'prepare'>
  networkName: string
  labels: Record<string, string>
  /** Opened once per run, when the first asks. */
  observer(): Promise<ObserverChoice>
  signal: AbortSignal
}

/** Observes the containers of a network from this machine where it can, else from containers of ours beside them. */
export function createVantagePoints(site: Site): VantagePoints {
  let opened: Promise<Relay> | undefined
  const relay = (): Promise<Relay> => {
    opened ??= openRelay(site)
    return opened
  }
  return {
    async ready() {
      if (knownReach(site.engine) === 'relay') await relay()
    },
    async of(container, pid) {
      if ((await decideReach(site.engine, container.id)) !== 'relay') return fromHere(container, pid, site.observer)
      const observer = openObserver(site, container)
      try {
        return fromBeside(site.engine, container, await relay(), observer)
      } catch (thrown) {
        await removeQuietly(observer)
        throw thrown
      }
    },
    dispose: () => removeQuietly(opened),
  }
}
