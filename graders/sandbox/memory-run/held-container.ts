import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import type { BootLimits } from '../../model/assignment.ts'
import type { BaseImages } from '../bases/base-images.ts'
import { removeContainer } from '../container.ts'
import type { Engine } from '../engine.ts'
import { verifyLimits } from '../limits.ts'
import { LogCapture } from '../log-capture.ts'
import { createOptions, hostConfigOf } from '../profile.ts'
import { verifyProfile } from '../verify-profile.ts'
import { type HeldProgram, startProgram } from './held-program.ts'
import { packBusybox, readStaticBusybox } from './static-busybox.ts'

export interface HeldOrder {
  engine: Engine
  bases: Pick<BaseImages, 'prepare'>
  /** `sha256:...`, never a tag: a tag can be moved. */
  imageId: string
  labels: Record<string, string>
  /** The limit on memory counts memory and swap together. */
  limits: BootLimits
  signal: AbortSignal
}

/**
 * A container of a student's image whose first process is a sleeping one of ours. The image's own program runs beside it, as
 * `docker run` would start it: when it dies its cgroup stays, and with it what the kernel counted.
 */
export interface HeldContainer extends AsyncDisposable {
  id: string
  /** Of our process, on the engine's host. */
  holderPid: number
  /** Bytes of swap that the machine of the engine has. Asked before the program runs, in whose cgroup we ask. */
  swapBytes(): Promise<number>
  startProgram(): Promise<HeldProgram>
  /** Our process is still there; without it the cgroup is gone. */
  isHeld(): Promise<boolean>
  /** Size of what was written into its root file system. */
  writtenBytes(): Promise<number>
}

export async function startHeld(order: HeldOrder): Promise<HeldContainer> {
  const { engine } = order
  const busybox = await readStaticBusybox(engine, order)
  const image = (await engine.docker.getImage(order.imageId).inspect()).Config
  // A name that no image has.
  const folder = `.cgrade-${randomBytes(6).toString('hex')}`
  const container = await engine.docker.createContainer({
    ...createOptions,
    Image: order.imageId,
    Entrypoint: [`/${folder}/busybox`, 'sleep', '100000'],
    Cmd: [],
    // The engine takes the rights of the first process for all that come later. Nothing in its container can kill process 1.
    User: '0',
    WorkingDir: '/',
    Labels: order.labels,
    HostConfig: {
      ...hostConfigOf(order.limits),
      NetworkMode: 'none',
      // Podman refuses resolvers where there is no network.
      Dns: [],
      DnsSearch: [],
      DnsOptions: [],
      // Ours is put into it.
      ReadonlyRootfs: false,
      // Cgroup v2 has no such setting: there the limit on swap says it all.
      ...(engine.cgroupVersion === 1 ? { MemorySwappiness: 0 } : {}),
    },
  })
  try {
    await container.putArchive(packBusybox(busybox, folder), { path: '/' })
    await container.start()
    const inspected = await container.inspect()
    await verifyLimits(engine, inspected, order.limits)
    await verifyProfile(engine, inspected, hostConfigOf(order.limits))
    return {
      id: container.id,
      holderPid: inspected.State.Pid,
      swapBytes: () => readSwap(container, `/${folder}/busybox`),
      startProgram: () => startProgram(container, image, order.limits.logBytes),
      isHeld: async () => (await container.inspect()).State.Running,
      writtenBytes: async () =>
        ((await container.inspect({ size: true } as object)) as { SizeRw?: number }).SizeRw ?? 0,
      [Symbol.asyncDispose]: () => removeContainer(engine.docker, container.id),
    }
  } catch (thrown) {
    await removeContainer(engine.docker, container.id).catch(() => {})
    throw thrown
  }
}

async function readSwap(container: Docker.Container, busybox: string): Promise<number> {
  const exec = await container.exec({
    Cmd: [busybox, 'grep', 'SwapTotal', '/proc/meminfo'],
    User: '0',
    AttachStdout: true,
  })
  const log = new LogCapture((await exec.start({ Detach: false, Tty: false })) as unknown as Readable, 4_096)
  await log.ended
  const kibibytes = /^SwapTotal:\s+(\d+) kB/.exec(log.since(0)[0]?.text ?? '')?.[1]
  // Unread: as if there were some.
  return kibibytes === undefined ? Number.POSITIVE_INFINITY : Number(kibibytes) * 1024
}
