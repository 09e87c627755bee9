import type { NamespaceFacts } from '../../model/verdict.ts'

/** Who looks at kernel facts of the engine's host: its own root, or a container of ours where the host gives none. */
export type ObserverKind = 'host' | 'probe-container'

/** Facts about processes and cgroups of the machine on which the engine's containers run. Never judges. */
export interface Observer extends AsyncDisposable {
  kind: ObserverKind
  cgroupVersion: 1 | 2
  /** Why this kind was chosen; completes a sentence of `doctor`. */
  because: string
  /** Folder of the memory cgroup that the process is in, as the observer sees it; undefined: the process has ended. */
  memoryGroupOf(pid: number): Promise<string | undefined>
  /** Undefined: the group is gone. */
  readMemory(group: string): Promise<MemoryReading | undefined>
  processesIn(group: string): Promise<GroupProcess[]>
  /** Where the root of a process lies, as the kernel tells (`/proc/PID/root`); undefined: the process has ended. */
  rootOf(pid: number): Promise<string | undefined>
  /** Addresses in the network namespace of a process; `stillRuns` is asked again after the reading, because a pid can be another process' meanwhile. */
  namespaceAddresses(pid: number, stillRuns: () => Promise<boolean>): Promise<NamespaceFacts>
  /**
   * Makes a cgroup of ours with caps on it, and below it one that a container may write: for scripts that make cgroups.
   * `name` tells what it is for. Throws where this observer cannot: `cannotDelegate` says so beforehand.
   */
  openSubtree(name: string, caps: SubtreeCaps): Promise<Subtree>
  /** Undefined: it can. Else why not, as the end of "not counted: ...". */
  cannotDelegate: string | undefined
}

export interface MemoryReading {
  /** Charged, without file cache that the kernel could drop at once. */
  chargedBytes: number
  /** The kernel's high-water mark; undefined where it keeps none (cgroup v2 before Linux 5.19). */
  peakBytes: number | undefined
  limitBytes: number | undefined
  oomKills: number
  /** `failcnt` of memory or of memory and swap together, or `max` of `memory.events`. 0 proves nothing: Linux 6.18 never counts on v1. */
  limitHits: number
  /** v1: `memory.swappiness`; v2: undefined. */
  swappiness: number | undefined
  /** v2: `memory.swap.max`; undefined: no limit, or v1. */
  swapLimitBytes: number | undefined
  /** The files as they were read, with their names, for the report: at most 2 KiB. */
  text: string
}

export interface GroupProcess {
  pid: number
  name: string
  /** Private and writable, touched or not; ranges that it only reserves are left out, of which Go has a gigabyte. */
  /** `VmData`: what it may write, touched or not; Go reserves far more than it ever makes writable. */
  virtualBytes: number
  residentBytes: number
}

export interface SubtreeCaps {
  memoryBytes: number
  pids: number
}

/** Two cgroups: ours with the caps, and `student` below it, which a container may fill with groups of its own. */
export interface Subtree extends AsyncDisposable {
  /** `CgroupParent` for the container, so that the caps hold whatever group its processes move to. */
  parent: string
  /** Folder on the engine's host, to be mounted into the container as its `/sys/fs/cgroup/memory` (v1) or `/sys/fs/cgroup` (v2). */
  delegated: string
  /** Every group below `delegated`, paths relative to it, at most 64 of them. */
  groups(): Promise<{ path: string; reading: MemoryReading; pids: number[] }[]>
}

/** An observer, or why this machine has none. */
export type ObserverChoice = { observer: Observer } | { observer: undefined; why: string }
