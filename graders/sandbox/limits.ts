import { readFile } from 'node:fs/promises'
import type { ContainerInspectInfo } from 'dockerode'
import type { BootLimits } from '../model/assignment.ts'
import { GraderError } from '../model/grader-error.ts'
import type { Engine } from './engine.ts'

/**
 * Reads back, from the kernel where it is ours to see, that memory and process limits are in force: some engines drop
 * what they cannot do with a warning. A container that has already ended has nothing left to limit.
 */
export async function verifyLimits(engine: Engine, inspected: ContainerInspectInfo, limits: BootLimits): Promise<void> {
  if (!inspected.State.Running || !engine.local) return
  const groups = await readFile(`/proc/${inspected.State.Pid}/cgroup`, 'utf8').catch(() => undefined)
  if (groups === undefined) return
  const files =
    engine.cgroupVersion === 2
      ? {
          memory: `/sys/fs/cgroup${groupOf(groups, '')}/memory.max`,
          pids: `/sys/fs/cgroup${groupOf(groups, '')}/pids.max`,
        }
      : {
          memory: `/sys/fs/cgroup/memory${groupOf(groups, 'memory')}/memory.limit_in_bytes`,
          pids: `/sys/fs/cgroup/pids${groupOf(groups, 'pids')}/pids.max`,
        }
  const pageBytes = 4096
  await verify('memory', files.memory, (seen) => Math.abs(seen - limits.memoryBytes) < pageBytes)
  await verify('processes', files.pids, (seen) => seen === limits.pids)
}

async function verify(what: string, file: string, holds: (seen: number) => boolean): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  // The group vanishes with the container's last process.
  if (text === undefined || holds(Number(text))) return
  throw new GraderError(
    'limit.not-in-force',
    `The limit on ${what} did not take effect: ${file} says ${text.trim()}.`,
    {
      remedy:
        'This engine or kernel cannot hold student programs within their limits; `./grade doctor` says what is missing.',
    },
  )
}

/** Line `5:memory:/docker/abc` of /proc/[pid]/cgroup; the controller's name is empty on cgroup v2. */
function groupOf(groups: string, controller: string): string {
  for (const line of groups.split('\n')) {
    const [, controllers, ...path] = line.split(':')
    if (controllers?.split(',').includes(controller)) return path.join(':')
  }
  return ''
}
