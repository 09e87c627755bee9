import type { HostConfig } from 'dockerode'
import type { Engine } from '../engine.ts'
import type { Subtree } from './observer.ts'

/** Test support: containers for an observer to look at. */
export interface TestContainer extends AsyncDisposable {
  id: string
  pid: number
  address: string
  isRunning(): Promise<boolean>
}

export type Labels = Record<string, string>

export interface TestContainerOrder {
  imageId: string
  labels: Labels
  script: string
  /** Its cgroup file system is the part of this that is the container's to fill. */
  subtree?: Subtree
  /** Else it has none. */
  network?: string
}

export async function startTestContainer(engine: Engine, order: TestContainerOrder): Promise<TestContainer> {
  const { subtree } = order
  const version1 = engine.cgroupVersion === 1
  const hostConfig = {
    NetworkMode: order.network ?? 'none',
    Memory: 64 * 1024 ** 2,
    MemorySwap: 64 * 1024 ** 2,
    PidsLimit: 64,
    CapDrop: ['ALL'],
    CapAdd: ['SYS_CHROOT', 'DAC_OVERRIDE'],
    SecurityOpt: ['no-new-privileges'],
    ...(subtree === undefined
      ? {}
      : {
          CgroupParent: subtree.parent,
          CgroupnsMode: 'host',
          Binds: [`${subtree.delegated}:/sys/fs/cgroup${version1 ? '/memory' : ''}:rw`],
        }),
  } as HostConfig
  const { docker } = engine
  const { id } = await docker.createContainer({
    Image: order.imageId,
    Cmd: ['sh', '-c', order.script],
    Labels: order.labels,
    HostConfig: hostConfig,
  })
  const container = docker.getContainer(id)
  await container.start()
  const { State, NetworkSettings } = await container.inspect()
  return {
    id,
    pid: State.Pid,
    address: Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '',
    isRunning: async () => (await container.inspect()).State.Running,
    [Symbol.asyncDispose]: () => container.remove({ force: true, v: true }),
  }
}

/** Asks until the answer is what was waited for. */
export async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const answer = await ask()
    if (holds(answer)) return answer
    if (tries === 300) throw new Error(`waited in vain; the last answer was ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
