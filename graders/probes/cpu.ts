import { readFile } from 'node:fs/promises'

/** CPU time that the cgroup of a process has used, in milliseconds; undefined where this host does not show it. */
export async function cpuUsedMs(pid: number): Promise<number | undefined> {
  const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')
  for (const line of groups.split('\n')) {
    const [, controllers = '', ...path] = line.split(':')
    if (controllers.split(',').includes('cpuacct')) {
      const nanoseconds = await readFile(`/sys/fs/cgroup/cpuacct${path.join(':')}/cpuacct.usage`, 'utf8').catch(
        () => '',
      )
      if (nanoseconds !== '') return Number(nanoseconds) / 1e6
    }
    if (controllers === '') {
      const stat = await readFile(`/sys/fs/cgroup${path.join(':')}/cpu.stat`, 'utf8').catch(() => '')
      const microseconds = /^usage_usec (\d+)$/m.exec(stat)?.[1]
      if (microseconds !== undefined) return Number(microseconds) / 1e3
    }
  }
  return undefined
}
