import type { ContainerCreateOptions, HostConfig } from 'dockerode'
import type { BootLimits } from '../model/assignment.ts'

/**
 * What a student's container may do: what an ordinary server needs, and no more. DESIGN section 8 gives the reasons; a
 * wider setting here is a security change.
 */
export function hostConfigOf(limits: BootLimits): HostConfig {
  return {
    CapDrop: ['ALL'],
    CapAdd: limits.strict ? [] : ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETUID', 'SETGID', 'KILL', 'NET_BIND_SERVICE'],
    SecurityOpt: ['no-new-privileges'],
    ReadonlyRootfs: limits.strict,
    PidsLimit: limits.pids,
    Memory: limits.memoryBytes,
    MemorySwap: limits.memoryBytes,
    NanoCpus: Math.round(limits.cpus * 1e9),
    // The student's program goes first when the host runs out of memory, never the grader or the engine.
    OomScoreAdj: 1000,
    IpcMode: 'private',
    RestartPolicy: { Name: 'no' },
    LogConfig: { Type: 'json-file', Config: { 'max-size': `${limits.logBytes}`, 'max-file': '1' } },
    Ulimits: [{ Name: 'core', Soft: 0, Hard: 0 }],
    ...(limits.strict ? { Tmpfs: { '/tmp': 'rw,nosuid,nodev,noexec,size=64m' } } : {}),
  }
}

export const createOptions: Partial<ContainerCreateOptions> = {
  Tty: false,
  OpenStdin: false,
  Healthcheck: { Test: ['NONE'] },
}
