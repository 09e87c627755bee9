import { asGraderError, GraderError } from '../model/grader-error.ts'
import { UnknownBaseImage } from '../sandbox/bases/base-images.ts'
import type { StudentContainer } from '../sandbox/container.ts'
import { type Engine, roleLabel } from '../sandbox/engine.ts'
import { parseAddressLines } from '../sandbox/observer/namespace-addresses.ts'
import { cpuAccount } from '../sandbox/reach/reach-cpu.ts'
import { type Relay, startRelay } from '../sandbox/reach/relay.ts'
import { type Scout, startScout } from '../sandbox/reach/relay-scout.ts'
import { parseSockets } from './sockets.ts'
import type { Site, Vantage } from './vantage.ts'

/**
 * Looks at a container that this machine cannot come to. The relay stands on its network, where any client of the server
 * would; the observer shares the server's own network namespace.
 */
export function fromBeside(
  engine: Engine,
  container: StudentContainer,
  relay: Relay,
  observer: Promise<Scout>,
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

export async function openRelay(site: Site): Promise<Relay> {
  const { engine, networkName, labels } = site
  return startRelay(engine, { imageId: await prepareBusybox(site), networkName, labels })
}

/** A failure is told to whoever asks the observer first. */
export function openObserver(site: Site, container: StudentContainer): Promise<Scout> {
  const observer = prepareBusybox(site).then((imageId) =>
    startScout(site.engine, {
      imageId,
      networkMode: `container:${container.id}`,
      labels: { ...site.labels, [roleLabel]: 'observer' },
    }),
  )
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
export async function removeQuietly(opened: Promise<{ remove(): Promise<void> }> | undefined): Promise<void> {
  await (await opened?.catch(() => undefined))?.remove().catch(() => {})
}
