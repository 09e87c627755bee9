import type { HostConfig } from 'dockerode'
import type { Engine } from '../engine.ts'
import type { Subtree } from '../observer/observer.ts'

export interface BoxContainerOrder {
  imageId: string
  labels: Record<string, string>
  capabilities: string[]
  subtree: Subtree | undefined
  limits: { memoryBytes: number; pids: number }
  signal: AbortSignal
}

/** No file of a box grows past this; all of them together are watched. */
export const boxDiskBytes = 512 * 1024 ** 2

const bootCapabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'SETUID', 'SETGID', 'KILL']

/** What a container for scripts may do: be root over its own files and processes, and over cgroups that are delegated to it. */
export function boxHostConfig(engine: Engine, { capabilities, subtree, limits }: BoxContainerOrder): HostConfig {
  return {
    NetworkMode: 'none',
    CapDrop: ['ALL'],
    CapAdd: [...bootCapabilities, ...capabilities],
    SecurityOpt: ['no-new-privileges'],
    PidsLimit: limits.pids,
    Memory: limits.memoryBytes,
    MemorySwap: limits.memoryBytes,
    NanoCpus: 1e9,
    OomScoreAdj: 1000,
    IpcMode: 'private',
    RestartPolicy: { Name: 'no' },
    LogConfig: { Type: 'none', Config: {} },
    Ulimits: [
      { Name: 'core', Soft: 0, Hard: 0 },
      { Name: 'fsize', Soft: boxDiskBytes, Hard: boxDiskBytes },
    ],
    ...(subtree === undefined ? {} : cgroupsOf(engine, subtree)),
  }
}

/** The delegated cgroups stand where a script expects those of its machine. */
function cgroupsOf({ cgroupVersion }: Engine, { parent, delegated }: Subtree): HostConfig {
  const Target = cgroupVersion === 2 ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory'
  const settings = {
    CgroupParent: parent,
    CgroupnsMode: 'host',
    Mounts: [{ Type: 'bind' as const, Source: delegated, Target, ReadOnly: false }],
  }
  return settings
}
