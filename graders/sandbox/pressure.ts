import { readFile } from 'node:fs/promises'
import { groupOf } from './limits.ts'

/** What the kernel counts for a container that comes up against its limits. */
export interface Pressure {
  /** How often a process or thread was refused. */
  refusedProcesses: number
}

/**
 * Read from the control group of a container's first process; undefined where this machine does not show it, or the process
 * has ended. The group goes with its last process: what is wanted afterwards must be read before.
 */
export async function readPressure(containerId: string, pid: number): Promise<Pressure | undefined> {
  const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')
  const read = async (controller: string, file: string) => {
    const group = groupOf(groups, controller)
    if (!group.includes(containerId)) return ''
    return readFile(`/sys/fs/cgroup${controller && `/${controller}`}${group}/${file}`, 'utf8').catch(() => '')
  }
  const events = (await read('pids', 'pids.events')) || (await read('', 'pids.events'))
  return events === '' ? undefined : { refusedProcesses: Number(/^max (\d+)$/m.exec(events)?.[1] ?? 0) }
}
