import type { Duplex } from 'node:stream'
import type Docker from 'dockerode'
import { removeContainer } from '../container.ts'
import { type Engine, roleLabel } from '../engine.ts'
import { createStdoutReader } from '../reach/relay-frames.ts'
import type { AgentLine } from './agent.ts'

export interface ProbeOrder {
  engine: Engine
  /** A busybox: official or stand-in. */
  imageId: string
  labels: Record<string, string>
  script: string
  /** Makes groups: sees all hierarchies, writable. Else it reads, and of cgroup v1 just the one on memory. */
  keeps: boolean
}

export interface Probe extends AgentLine {
  containerId: string
  /** On the engine's machine. */
  pid: number
}

export const probeLimits = { memoryBytes: 64 * 1024 ** 2, pids: 256 }
/** On a keeper: it is asked to tidy up before it is removed, see the reaper. */
export const keeperRole = 'keeper'

/**
 * Runs a script of ours among the processes of the engine's machine, without network or writable files. It can do there what
 * root could, so nothing of a student's ever comes near it: its script, its requests and its image are ours.
 */
export async function startProbe(order: ProbeOrder): Promise<Probe> {
  const { engine, keeps } = order
  const hostConfig = {
    PidMode: 'host',
    NetworkMode: 'none',
    CgroupnsMode: 'host',
    UsernsMode: 'host',
    Binds: groupMounts(engine, keeps),
    CapDrop: ['ALL'],
    CapAdd: keeps ? keeperCapabilities : watchCapabilities,
    // Both keep a container from reading /proc of another, whatever its capabilities; neither is there on every host.
    SecurityOpt: ['no-new-privileges', 'apparmor=unconfined', 'label=disable'],
    ReadonlyRootfs: true,
    Memory: probeLimits.memoryBytes,
    MemorySwap: probeLimits.memoryBytes,
    PidsLimit: probeLimits.pids,
    LogConfig: { Type: 'none', Config: {} },
    RestartPolicy: { Name: 'no' },
  }
  const container = await engine.docker.createContainer({
    Image: order.imageId,
    Entrypoint: [],
    Cmd: ['sh', '-c', order.script, 'cgrade-observer', String(engine.cgroupVersion), engine.cgroupDriver],
    User: '0:0',
    Labels: { ...order.labels, [roleLabel]: keeps ? keeperRole : 'observer' },
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: false,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: hostConfig,
  })
  try {
    return await startTalking(engine.docker, container)
  } catch (thrown) {
    await removeContainer(engine.docker, container.id).catch(() => {})
    throw thrown
  }
}

/** For links below /proc/[pid], for entering a network namespace, and for groups whose mode a script has changed. */
const watchCapabilities = ['SYS_PTRACE', 'SYS_ADMIN', 'DAC_READ_SEARCH']
const keeperCapabilities = ['KILL', 'DAC_OVERRIDE']

function groupMounts({ cgroupVersion }: Engine, keeps: boolean): string[] {
  if (keeps) return ['/sys/fs/cgroup:/sys/fs/cgroup:rw']
  // A container in the host's cgroup namespace sees the only hierarchy of v2 anyway, read-only.
  return cgroupVersion === 2 ? [] : ['/sys/fs/cgroup/memory:/sys/fs/cgroup/memory:ro']
}

async function startTalking(docker: Docker, container: Docker.Container): Promise<Probe> {
  const line = (await container.attach({ stream: true, hijack: true, stdin: true, stdout: true })) as Duplex
  line.on('error', () => {})
  await container.start()
  const ended = container.wait()
  ended.catch(() => {})
  const output = line.pipe(createStdoutReader())
  line.once('close', () => output.end())
  const { State } = await container.inspect()
  return {
    containerId: container.id,
    pid: State.Pid,
    input: line,
    output,
    ended,
    async remove() {
      line.destroy()
      await removeContainer(docker, container.id)
    },
  }
}
