import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BootLimits } from '../../model/assignment.ts'
import { GraderError } from '../../model/grader-error.ts'
import { type StudentContainer, startContainer } from '../container.ts'
import { type Engine, ownerLabel, ownerOfThisProcess, roleLabel, runLabel } from '../engine.ts'
import { createNetwork } from '../network.ts'
import type { Observer } from '../observer/observer.ts'

/** What a container of ours shows about this machine. */
export type ContainerTrial =
  | {
      tried: true
      image: string
      /** Its first process stands in our /proc: listening sockets and the cgroup can be read. */
      processSeen: boolean
      /** TCP from here comes to its own address. */
      addressReached: boolean
      /** Its network namespace can be entered: `network.container-ip`. */
      namespaceEntered: boolean
      /** Undefined: the limits are in force. */
      limitMissing: string | undefined
    }
  | { tried: false; why: string }

const limits: BootLimits = {
  timeoutMs: 5_000,
  requestTimeoutMs: 1_000,
  memoryBytes: 64 * 1024 ** 2,
  cpus: 0.5,
  pids: 16,
  logBytes: 64 * 1024,
  diskBytes: 16 * 1024 ** 2,
  strict: false,
}

/** Boots one of these images as a student's container would be, looks at it from outside, and removes it. */
export async function tryContainer(
  engine: Engine,
  images: { name: string; id: string }[],
  observer: Observer | undefined,
): Promise<ContainerTrial> {
  if (images.length === 0) return { tried: false, why: 'no base image is prepared yet' }
  const runId = `doctor-${randomBytes(4).toString('hex')}`
  const labels = { [runLabel]: runId, [ownerLabel]: await ownerOfThisProcess(), [roleLabel]: 'doctor' }
  const network = await createNetwork(engine, `cgrade-${runId}`, labels)
  try {
    for (const image of images) {
      const trial = await bootAndLook(engine, image, network.name, labels, observer)
      if (trial !== undefined) return trial
    }
    return { tried: false, why: 'no prepared base image has a `sleep` to run' }
  } finally {
    await network.remove()
  }
}

async function bootAndLook(
  engine: Engine,
  image: { name: string; id: string },
  networkName: string,
  labels: Record<string, string>,
  observer: Observer | undefined,
): Promise<ContainerTrial | undefined> {
  const unseen = { processSeen: false, addressReached: false, namespaceEntered: false }
  try {
    const order = { imageId: image.id, networkName, env: {}, command: ['sleep', '30'], limits, labels }
    const start = await startContainer(engine, order)
    if (!start.started) return undefined
    const { container } = start
    try {
      await sleep(100)
      const { pid, running } = await container.state()
      // Distroless: there is an entry point, but no `sleep`.
      if (!running) return undefined
      const [processSeen, addressReached, namespaceEntered] = await Promise.all([
        isProcessOf(pid, container.id),
        answersOrRefuses(container.address),
        canEnterNetwork(observer, container, pid),
      ])
      return { tried: true, image: image.name, processSeen, addressReached, namespaceEntered, limitMissing: undefined }
    } finally {
      await container.remove()
    }
  } catch (thrown) {
    if (!(thrown instanceof GraderError) || thrown.code !== 'limit.not-in-force') throw thrown
    return { tried: true, image: image.name, ...unseen, limitMissing: thrown.message }
  }
}

async function isProcessOf(pid: number, containerId: string): Promise<boolean> {
  const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')
  return groups.includes(containerId)
}

/** Nobody listens on the discard port, so a refusal comes from the container itself. */
function answersOrRefuses(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 9, timeout: 1_500 })
    const end = (reached: boolean) => {
      socket.destroy()
      resolve(reached)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED'))
  })
}

async function canEnterNetwork(
  observer: Observer | undefined,
  container: StudentContainer,
  pid: number,
): Promise<boolean> {
  const seen = await observer?.namespaceAddresses(pid, async () => (await container.state()).running)
  return seen?.observed === true && seen.addresses.length > 0
}
