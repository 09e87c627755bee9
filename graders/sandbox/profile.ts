import type { ContainerCreateOptions, HostConfig } from 'dockerode'
import type { BootLimits } from '../model/assignment.ts'

/** Of a range kept for documentation: no route leads there. */
const deadResolver = '192.0.2.1'

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
    // An address that leads nowhere: some engines ask the machine's own resolver for names, from outside an internal network.
    Dns: [deadResolver],
    DnsSearch: ['.'],
    // A server that asks for a name of elsewhere is told so in a second, not in ten.
    DnsOptions: ['timeout:1', 'attempts:1'],
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
  // An image may name a signal that ends nothing.
  StopSignal: 'SIGKILL',
}
