import type Docker from 'dockerode'
import type { ContainerCreateOptions, HostConfig } from 'dockerode'
import { GenericContainer, PullPolicy, type WaitStrategy } from 'testcontainers'
import type { BootLimits } from '../model/assignment.ts'
import { GraderError } from '../model/grader-error.ts'
import type { Engine } from './engine.ts'
import { verifyLimits } from './limits.ts'
import { LogCapture } from './log-capture.ts'
import { createOptions, hostConfigOf } from './profile.ts'
import { listProcesses, sendSignal } from './signal-container.ts'
import { verifyProfile } from './verify-profile.ts'
import { volumeBytes } from './volume-size.ts'

export interface ContainerOrder {
  /** `sha256:...`, never a tag: a tag can be moved. */
  imageId: string
  networkName: string
  env: Record<string, string>
  /** Instead of the image's command; undefined: as the image says. */
  command: string[] | undefined
  limits: BootLimits
  labels: Record<string, string>
}

export interface ContainerState {
  running: boolean
  pid: number
  exitCode: number
  oomKilled: boolean
  /** The engine's own words when the process could not be started. */
  engineMessage: string
}

export interface StudentContainer {
  id: string
  address: string
  log: LogCapture
  state(): Promise<ContainerState>
  /** Paths that the program added or changed in its root file system, at most 200. */
  changedPaths(): Promise<string[]>
  /** Size of what the program wrote into its root file system and into the volumes that its image declares. */
  writtenBytes(): Promise<number>
  kill(): Promise<void>
  /** Sends a signal to its first process. False: it does not run any more. */
  signal(name: string): Promise<boolean>
  /** Command lines of its processes, the first one's first, bounded; empty where the engine cannot tell. */
  processes(): Promise<string[]>
  remove(): Promise<void>
}

export type ContainerStart =
  | { started: true; container: StudentContainer }
  /** The engine could not execute the image's command: the image's fault. */
  | { started: false; engineMessage: string }

/** Creates and starts one container of a student's image in our profile. It runs until `remove`. */
export async function startContainer(engine: Engine, order: ContainerOrder): Promise<ContainerStart> {
  const generic = new ProfiledContainer(engine, order)
  try {
    await generic.start()
  } catch (thrown) {
    const id = generic.createdId
    if (id !== undefined) await removeContainer(engine.docker, id)
    const error = thrown as { statusCode?: number; json?: { message?: string }; message?: string }
    const engineMessage = error.json?.message ?? error.message ?? String(thrown)
    if (id !== undefined && isStartFault(error.statusCode, engineMessage)) return { started: false, engineMessage }
    throw new GraderError('engine.failed', `The engine could not start a container: ${engineMessage}`, {
      cause: thrown,
    })
  }
  const container = generic.toStudentContainer()
  try {
    const inspected = await engine.docker.getContainer(container.id).inspect()
    container.address = Object.values(inspected.NetworkSettings.Networks)[0]?.IPAddress ?? ''
    await verifyLimits(engine, inspected, order.limits)
    await verifyProfile(engine, inspected, hostConfigOf(order.limits))
  } catch (thrown) {
    await container.remove()
    throw thrown
  }
  return { started: true, container }
}

/** The engine answers 400, 404 or 500 by version when the command cannot be executed; the words are runc's. */
function isStartFault(statusCode: number | undefined, message: string): boolean {
  return statusCode !== undefined && statusCode >= 400 && blamesImage(message)
}

/** The command, the user or the folder that the image names, in the words of runc and the engine. */
export function blamesImage(engineMessage: string): boolean {
  return /executable file not found|no such file or directory|permission denied|exec format error|not a directory|is a directory|No command specified|unable to find user|invalid argument/i.test(
    engineMessage,
  )
}

/** Testcontainers' life cycle with the host settings that it has no words for, and the output caught from the first byte. */
class ProfiledContainer extends GenericContainer {
  createdId: string | undefined
  readonly #engine: Engine
  readonly #logBytes: number
  #log: LogCapture | undefined

  constructor(engine: Engine, order: ContainerOrder) {
    super(order.imageId)
    this.#engine = engine
    this.#logBytes = order.limits.logBytes
    const { hostConfig, createOpts } = this as unknown as { hostConfig: HostConfig; createOpts: ContainerCreateOptions }
    Object.assign(hostConfig, hostConfigOf(order.limits))
    Object.assign(createOpts, createOptions)
    this.withPullPolicy(PullPolicy.neverPull())
      .withAutoCleanup(false)
      .withNetworkMode(order.networkName)
      .withEnvironment(order.env)
      .withLabels(order.labels)
      .withWaitStrategy(returnAtOnce)
    if (order.command !== undefined) this.withCommand(order.command)
  }

  protected override async containerCreated(id: string): Promise<void> {
    this.createdId = id
    const frames = await this.#engine.docker.getContainer(id).attach({ stream: true, stdout: true, stderr: true })
    this.#log = new LogCapture(frames as unknown as import('node:stream').Readable, this.#logBytes)
  }

  toStudentContainer(): StudentContainer {
    const engine = this.#engine
    const { docker } = engine
    const id = this.createdId
    if (id === undefined || this.#log === undefined) throw new GraderError('internal', 'container was not created')
    return {
      id,
      address: '',
      log: this.#log,
      state: () => stateOf(docker, id),
      changedPaths: async () => {
        const changes = (await docker.getContainer(id).changes()) as { Path: string }[] | null
        return (changes ?? []).slice(0, 200).map((change) => change.Path)
      },
      writtenBytes: async () => {
        const sized = await docker.getContainer(id).inspect({ size: true } as object)
        return ((sized as { SizeRw?: number }).SizeRw ?? 0) + (await volumeBytes(engine, sized))
      },
      kill: async () => {
        await docker.getContainer(id).kill({ signal: 'SIGKILL' })
      },
      signal: (name) => sendSignal(docker, id, name),
      processes: () => listProcesses(docker, id),
      remove: () => removeContainer(docker, id),
    }
  }
}

/** Readiness is the boot stage's business: it needs the evidence that testcontainers' own strategies destroy. */
const returnAtOnce: WaitStrategy = {
  waitUntilReady: async () => {},
  withStartupTimeout: () => returnAtOnce,
  isStartupTimeoutSet: () => false,
  getStartupTimeout: () => 0,
}

async function stateOf(docker: Docker, id: string): Promise<ContainerState> {
  const { State } = await docker.getContainer(id).inspect()
  return {
    running: State.Running,
    pid: State.Pid,
    exitCode: State.ExitCode,
    oomKilled: State.OOMKilled,
    engineMessage: State.Error,
  }
}

/** Removes a container with its anonymous volumes, whatever state it is in; gone already is fine. */
export async function removeContainer(docker: Docker, id: string): Promise<void> {
  try {
    await docker.getContainer(id).remove({ force: true, v: true })
  } catch (thrown) {
    const { statusCode } = thrown as { statusCode?: number }
    // 404: gone; 409: another removal is under way.
    if (statusCode !== 404 && statusCode !== 409) throw thrown
  }
}
