import { readFile } from 'node:fs/promises'
import type { ContainerInspectInfo } from 'dockerode'
import type { BootLimits } from '../model/assignment.ts'
import { GraderError } from '../model/grader-error.ts'
import type { Engine } from './engine.ts'

export type VerifiedLimits = Pick<BootLimits, 'memoryBytes' | 'pids'>

const pageBytes = 4096
const remedy =
  'This engine or kernel cannot hold student programs within their limits; `./grade doctor` says what is missing.'

/**
 * Reads back, from the kernel where it is ours to see, that memory and process limits are in force: some engines drop
 * what they cannot do with a warning. A container that has already ended has nothing left to limit.
 */
export async function verifyLimits(
  engine: Engine,
  inspected: ContainerInspectInfo,
  limits: VerifiedLimits,
): Promise<void> {
  if (!inspected.State.Running) return
  const groups = engine.local
    ? await readFile(`/proc/${inspected.State.Pid}/cgroup`, 'utf8').catch(() => undefined)
    : undefined
  // The container's process is not one of this machine (or has ended): its control group cannot be read from here.
  if (!groups?.includes(inspected.Id)) return verifyAccepted(inspected, limits)
  const version2 = engine.cgroupVersion === 2
  // A process that is just ending is moved to the root group, one controller after the other: that group is not its limit.
  const groupFor = (controller: string) => {
    const group = groupOf(groups, version2 ? '' : controller)
    return group.includes(inspected.Id) ? `/sys/fs/cgroup${version2 ? '' : `/${controller}`}${group}` : undefined
  }
  const [memory, pids] = [groupFor('memory'), groupFor('pids')]
  const isMemory = (seen: number) => Math.abs(seen - limits.memoryBytes) < pageBytes
  if (memory) await verify('memory', `${memory}/${version2 ? 'memory.max' : 'memory.limit_in_bytes'}`, isMemory)
  if (pids) await verify('processes', `${pids}/pids.max`, (seen) => seen === limits.pids)
}

async function verify(what: string, file: string, holds: (seen: number) => boolean): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  // The group vanishes with the container's last process.
  if (text === undefined || holds(Number(text))) return
  throw notInForce(what, `${file} says ${text.trim()}`)
}

/**
 * What the engine kept of the limits: most zero what their kernel cannot do. No more can be seen of a student's container
 * on a foreign kernel (its image may have no program to read a file with); a rootless engine without cgroups keeps them
 * and enforces nothing, which a container of ours shows, see `verifyShownLimits`.
 */
function verifyAccepted({ HostConfig: kept }: ContainerInspectInfo, limits: VerifiedLimits): void {
  if (kept.Memory !== limits.memoryBytes) throw notInForce('memory', `the engine kept ${kept.Memory ?? 'none'}`)
  if (kept.PidsLimit !== limits.pids) throw notInForce('processes', `the engine kept ${kept.PidsLimit ?? 'none'}`)
}

/** `shown`: the limits on memory and on processes, each on a line, as a container of ours reads them of itself. */
export function verifyShownLimits(shown: string, limits: { memoryBytes: number; pids: number }): void {
  const [memory = '', pids = ''] = shown.split('\n')
  if (!(Math.abs(Number(memory) - limits.memoryBytes) < pageBytes)) throw notInForce('memory', seenInside(memory))
  if (Number(pids) !== limits.pids) throw notInForce('processes', seenInside(pids))
}

function seenInside(value: string): string {
  return `a container of ours sees ${value === '' ? 'nothing' : `\`${value.slice(0, 40)}\``}`
}

/** Ours, never the student's: this machine does not hold what it was asked to. */
export function notInForce(what: string, seen: string): GraderError {
  return new GraderError('limit.not-in-force', `The limit on ${what} did not take effect: ${seen}.`, { remedy })
}

/** Line `5:memory:/docker/abc` of /proc/[pid]/cgroup; the controller's name is empty on cgroup v2. */
export function groupOf(groups: string, controller: string): string {
  for (const line of groups.split('\n')) {
    const [, controllers, ...path] = line.split(':')
    if (controllers?.split(',').includes(controller)) return path.join(':')
  }
  return ''
}
