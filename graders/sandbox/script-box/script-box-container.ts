import type { Duplex, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type Docker from 'dockerode'
import { GraderError } from '../../model/grader-error.ts'
import { removeContainer } from '../container.ts'
import type { Engine } from '../engine.ts'
import { verifyLimits } from '../limits.ts'
import { readChangedPaths } from './changed-paths.ts'
import { type BoxContainerOrder, boxHostConfig } from './script-box-profile.ts'

export interface BoxContainer {
  id: string
  pid: number
  put(tar: Readable, folder: string): Promise<void>
  attach(command: string[], options: ExecOptions & { stdin: boolean }): Promise<{ exec: Docker.Exec; stream: Duplex }>
  start(command: string[], options: ExecOptions): Promise<void>
  /** Ends every process but the first. */
  killProcesses(): Promise<void>
  /** Ends the first process as well; its files stay, and the next process that is started begins anew. */
  stop(): Promise<void>
  /** Size of what was written into its root file system. */
  writtenBytes(): Promise<number>
  changedPaths(most: number): Promise<string[]>
  read(path: string): Promise<Readable>
  remove(): Promise<void>
}

export interface ExecOptions {
  folder?: string
  env?: Record<string, string>
}

/**
 * The first process outlives every script: from inside of its namespace nothing can kill it. It reaps what scripts leave, and
 * ends all others when the engine sends it USR1, which needs no new process and so works against a fork bomb too.
 */
const holder = `$SIG{CHLD} = 'IGNORE'; $SIG{USR1} = sub { kill 'KILL', -1 }; sleep 3600 while 1`

/** Creates and starts one container for scripts, with every limit in force. */
export async function openBoxContainer(engine: Engine, order: BoxContainerOrder): Promise<BoxContainer> {
  const { docker } = engine
  const { signal } = order
  if (signal.aborted) throw interrupted()
  const container = await docker.createContainer({
    Image: order.imageId,
    Entrypoint: [],
    Cmd: ['perl', '-e', holder],
    Hostname: 'sandbox',
    Labels: order.labels,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: boxHostConfig(engine, order),
  })
  let removing: Promise<void> | undefined
  const remove = () => {
    signal.removeEventListener('abort', abort)
    removing ??= removeContainer(docker, container.id)
    return removing
  }
  const abort = () => void remove().catch(() => {})
  signal.addEventListener('abort', abort, { once: true })
  const box = boxOf(engine.docker, container, remove)
  try {
    await container.start()
    const inspected = await container.inspect()
    box.pid = inspected.State.Pid
    await verifyLimits(engine, inspected, order.limits)
    return box
  } catch (thrown) {
    await remove().catch(() => {})
    if (signal.aborted) throw interrupted()
    throw thrown
  }
}

function boxOf(docker: Docker, container: Docker.Container, remove: () => Promise<void>): BoxContainer {
  const { id } = container

  async function createExec(command: string[], { folder, env }: ExecOptions, streams: object): Promise<Docker.Exec> {
    const options = {
      Cmd: command,
      ...(folder === undefined ? {} : { WorkingDir: folder }),
      ...(env === undefined ? {} : { Env: Object.entries(env).map(([key, value]) => `${key}=${value}`) }),
      ...streams,
    }
    try {
      return await container.exec(options)
    } catch (thrown) {
      // 409: its first process has ended, whoever managed that; the files are still there.
      if ((thrown as { statusCode?: number }).statusCode !== 409) throw thrown
      await container.start()
      box.pid = (await container.inspect()).State.Pid
      return container.exec(options)
    }
  }

  async function makeFolder(folder: string): Promise<void> {
    const exec = await createExec(['mkdir', '-p', '--', folder], {}, {})
    await startDetached(exec)
    for (let asked = 0; asked < 50 && !(await exists(container, folder)); asked += 1) await sleep(50)
  }

  const box: BoxContainer = {
    id,
    pid: 0,
    async put(tar, folder) {
      try {
        if (!(await exists(container, folder))) await makeFolder(folder)
        await container.putArchive(tar as NodeJS.ReadableStream, { path: folder })
      } finally {
        tar.destroy()
      }
    },
    async attach(command, options) {
      const streams = { AttachStdin: options.stdin, AttachStdout: true, AttachStderr: true }
      const exec = await createExec(command, options, streams)
      // Also without input: only then is the connection itself what is returned, and ours to close.
      const stream = (await exec.start({ hijack: true, stdin: true })) as Duplex
      stream.on('error', () => {})
      return { exec, stream }
    },
    async start(command, options) {
      const exec = await createExec(command, options, {})
      await startDetached(exec)
    },
    killProcesses: () => signalContainer(container, 'SIGUSR1'),
    stop: () => signalContainer(container, 'SIGKILL'),
    async writtenBytes() {
      const sized = (await container.inspect({ size: true } as object)) as { SizeRw?: number }
      return sized.SizeRw ?? 0
    },
    changedPaths: (most) => readChangedPaths(docker, id, most),
    async read(path) {
      return (await container.getArchive({ path })) as Readable
    },
    remove,
  }
  return box
}

async function startDetached(exec: Docker.Exec): Promise<void> {
  const answer = (await exec.start({ Detach: true })) as Readable
  answer.resume()
}

async function exists(container: Docker.Container, path: string): Promise<boolean> {
  try {
    // An answer that nobody reads keeps its connection, and this process with it.
    const answer = (await container.infoArchive({ path })) as Readable
    answer.resume()
    return true
  } catch (thrown) {
    if ((thrown as { statusCode?: number }).statusCode === 404) return false
    throw thrown
  }
}

async function signalContainer(container: Docker.Container, signal: string): Promise<void> {
  try {
    await container.kill({ signal })
  } catch (thrown) {
    const { statusCode } = thrown as { statusCode?: number }
    // Gone, or not running any more.
    if (statusCode !== 404 && statusCode !== 409) throw thrown
  }
}

export function interrupted(): GraderError {
  return new GraderError('interrupted', 'The run was interrupted while a script was looked at.')
}
