import { asGraderError, GraderError } from '../model/grader-error.ts'
import type { NamespaceFacts } from '../model/verdict.ts'
import type { BaseImages } from '../sandbox/base-images.ts'
import { UnknownBaseImage } from '../sandbox/base-images.ts'
import type { StudentContainer } from '../sandbox/container.ts'
import { type Engine, roleLabel } from '../sandbox/engine.ts'
import { decideReach } from '../sandbox/reach.ts'
import { cpuAccount } from '../sandbox/reach-cpu.ts'
import { type Relay, startRelay } from '../sandbox/relay.ts'
import { type HelperContainer, startHelper } from '../sandbox/relay-container.ts'
import { cpuUsedMs } from './cpu.ts'
import type { HttpTarget } from './http.ts'
import { namespaceAddresses, parseAddressLines } from './netns.ts'
import { type ListeningSocket, listeningSockets, parseSockets } from './sockets.ts'

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
  signal: AbortSignal
}

/** Observes the containers of a network from this machine where it can, else from containers of ours beside them. */
export function createVantagePoints(site: Site): VantagePoints {
  let relay: Promise<Relay> | undefined
  return {
    async of(container, pid) {
      if ((await decideReach(site.engine, container.id)) !== 'relay') return fromThisMachine(container, pid)
      relay ??= openRelay(site)
      const observer = openObserver(site, container)
      try {
        return fromBeside(site, container, await relay, observer)
      } catch (thrown) {
        await removeQuietly(observer)
        throw thrown
      }
    },
    dispose: () => removeQuietly(relay),
  }
}

function fromThisMachine(container: StudentContainer, pid: number): Vantage {
  return {
    listeningSockets: async () => (await listeningSockets(pid)) ?? [],
    cpuUsedMs: () => cpuUsedMs(pid),
    target: async (port) => ({ address: container.address, port }),
    namespaceAddresses: () =>
      namespaceAddresses(pid, async () => {
        const now = await container.state()
        return now.running && now.pid === pid
      }),
    throwIfBroken: () => {},
    close: async () => {},
  }
}

/** The relay stands on the network, where every client of the server would; the observer looks from inside the server's. */
function fromBeside(
  { engine }: Site,
  container: StudentContainer,
  relay: Relay,
  observer: Promise<HelperContainer>,
): Vantage {
  const { address } = container
  const ports = new Map<number, ReturnType<Relay['open']>>()
  const used = cpuAccount(engine, container.id)

  /** Undefined: the container has ended, and with it what there was to see. */
  async function ask(question: 'sockets' | 'addresses'): Promise<string | undefined> {
    try {
      return await (await observer).ask(question)
    } catch (thrown) {
      if ((await container.state()).running) throw asGraderError(thrown)
      return undefined
    }
  }

  return {
    listeningSockets: async () => parseSockets((await ask('sockets')) ?? ''),
    cpuUsedMs: async () => used(),
    async target(port) {
      const opened = ports.get(port) ?? relay.open(address, port)
      ports.set(port, opened)
      return { address, port, relay: { port: (await opened).port, seenAs: relay.address } }
    },
    async namespaceAddresses() {
      const lines = (await ask('addresses')) ?? ''
      const { running } = await container.state()
      const command = 'docker run --rm --network container:CONTAINER busybox ip -o addr'
      return { observed: true, addresses: running ? parseAddressLines(lines) : [], command }
    },
    throwIfBroken: () => relay.throwIfBroken(),
    async close() {
      for (const opened of ports.values()) (await opened.catch(() => undefined))?.close()
      await removeQuietly(observer)
    },
  }
}

async function openRelay(site: Site): Promise<Relay> {
  const { engine, networkName, labels } = site
  return startRelay(engine, { imageId: await prepareBusybox(site), networkName, labels })
}

function openObserver(site: Site, container: StudentContainer): Promise<HelperContainer> {
  const observer = prepareBusybox(site).then((imageId) =>
    startHelper(site.engine, {
      imageId,
      networkMode: `container:${container.id}`,
      labels: { ...site.labels, [roleLabel]: 'observer' },
    }),
  )
  // Told to whoever asks it first.
  observer.catch(() => {})
  return observer
}

async function prepareBusybox({ bases, signal }: Site): Promise<string> {
  try {
    return (await bases.prepare('busybox', { signal })).id
  } catch (cause) {
    const missing = cause instanceof GraderError && cause.code === 'base-image.unavailable'
    if (!missing && !(cause instanceof UnknownBaseImage)) throw cause
    throw new GraderError(
      'base-image.unavailable',
      `cgrade reaches the containers of this engine through one of its own, made of \`busybox\`. ${cause.message}`,
      { cause, remedy: 'Load it from a file (`./grade images --load busybox.tar`) or give this machine network.' },
    )
  }
}

/** The run's reaper comes after what could not be removed. */
async function removeQuietly(opened: Promise<{ remove(): Promise<void> }> | undefined): Promise<void> {
  await (await opened?.catch(() => undefined))?.remove().catch(() => {})
}
