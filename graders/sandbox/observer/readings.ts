import type { GroupProcess, MemoryReading } from './observer.ts'

const textCharacters = 2048
/** cgroup v1 says "no limit" with the largest number of pages that it can count. */
const noLimitBytes = 2 ** 62

/** Lines `memory.oom_control:oom_kill 1` of one group, as `grep -H` shows them. */
type Shown = Map<string, string[]>

/** Undefined: the group is gone. */
export function parseReading(lines: string[], cgroupVersion: 1 | 2): MemoryReading | undefined {
  return lines[0] === 'here' ? readShown(lines.slice(1), cgroupVersion) : undefined
}

function readShown(lines: string[], cgroupVersion: 1 | 2): MemoryReading {
  const shown: Shown = new Map()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const file = line.slice(0, colon)
    shown.set(file, [...(shown.get(file) ?? []), line.slice(colon + 1)])
  }
  const text = lines
    .filter((line) => line.startsWith('memory.'))
    .map((line) => line.replace(':', ': '))
    .join('\n')
    .slice(0, textCharacters)
  return { ...(cgroupVersion === 1 ? readVersion1(shown) : readVersion2(shown)), text }
}

function readVersion1(shown: Shown): Omit<MemoryReading, 'text'> {
  const droppable = entryOf(shown, 'memory.stat', 'total_cache') - entryOf(shown, 'memory.stat', 'total_shmem')
  return {
    chargedBytes: without(numberOf(shown, 'memory.usage_in_bytes'), droppable),
    peakBytes: numberOf(shown, 'memory.max_usage_in_bytes'),
    limitBytes: limitOf(shown, 'memory.limit_in_bytes'),
    oomKills: entryOf(shown, 'memory.oom_control', 'oom_kill'),
    // Where memory and swap together have the same limit, the kernel counts on that one alone.
    limitHits: Math.max(numberOf(shown, 'memory.failcnt') ?? 0, numberOf(shown, 'memory.memsw.failcnt') ?? 0),
    swappiness: numberOf(shown, 'memory.swappiness'),
    swapLimitBytes: undefined,
  }
}

function readVersion2(shown: Shown): Omit<MemoryReading, 'text'> {
  const droppable = entryOf(shown, 'memory.stat', 'file') - entryOf(shown, 'memory.stat', 'shmem')
  return {
    chargedBytes: without(numberOf(shown, 'memory.current'), droppable),
    peakBytes: numberOf(shown, 'memory.peak'),
    limitBytes: limitOf(shown, 'memory.max'),
    oomKills: entryOf(shown, 'memory.events', 'oom_kill'),
    limitHits: entryOf(shown, 'memory.events', 'max'),
    swappiness: undefined,
    swapLimitBytes: limitOf(shown, 'memory.swap.max'),
  }
}

function without(usedBytes: number | undefined, droppableBytes: number): number {
  return Math.max(0, (usedBytes ?? 0) - Math.max(0, droppableBytes))
}

function numberOf(shown: Shown, file: string): number | undefined {
  const [line] = shown.get(file) ?? []
  return line !== undefined && /^\d+$/.test(line) ? Number(line) : undefined
}

function limitOf(shown: Shown, file: string): number | undefined {
  const limit = numberOf(shown, file)
  return limit === undefined || limit >= noLimitBytes ? undefined : limit
}

function entryOf(shown: Shown, file: string, name: string): number {
  const line = (shown.get(file) ?? []).find((one) => one.startsWith(`${name} `))
  return Number(line?.slice(name.length + 1) ?? 0)
}

/** Groups of a subtree, each a line `group <path>` and what `parseReading` reads, processes among it. */
export function parseGroups(
  lines: string[],
  cgroupVersion: 1 | 2,
): { path: string; reading: MemoryReading; pids: number[] }[] {
  const groups: { path: string; lines: string[] }[] = []
  for (const line of lines) {
    if (line.startsWith('group ')) groups.push({ path: line.slice('group '.length), lines: [] })
    else groups.at(-1)?.lines.push(line)
  }
  return groups.flatMap(({ path, lines: [here, ...shown] }) => {
    if (here !== 'here') return []
    const pids = shown.flatMap((line) => /^cgroup\.procs:(\d+)$/.exec(line)?.[1] ?? []).map(Number)
    return [{ path, reading: readShown(shown, cgroupVersion), pids }]
  })
}

/** Lines `/proc/12/status:Name:	sleep`; processes that ended meanwhile are left out. */
export function parseProcesses(lines: string[]): GroupProcess[] {
  const processes = new Map<number, GroupProcess>()
  for (const line of lines) {
    const [, digits, field, value = ''] = /^\/proc\/(\d+)\/status:(\w+):\s*(.*)$/.exec(line) ?? []
    if (digits === undefined) continue
    const pid = Number(digits)
    const one = processes.get(pid) ?? { pid, name: '', virtualBytes: 0, residentBytes: 0 }
    processes.set(pid, one)
    // `12 kB`; a process that is just ending has none.
    if (field === 'Name') one.name = value
    else if (field === 'VmData') one.virtualBytes = Number.parseInt(value, 10) * 1024
    else one.residentBytes = Number.parseInt(value, 10) * 1024
  }
  return [...processes.values()]
}

/**
 * The folder of a process' memory cgroup, from its `/proc/[pid]/cgroup`. Undefined: it has ended, which moves it to the root
 * group, or lies where this observer cannot see it.
 */
export function parseGroupOf(lines: string[], cgroupVersion: 1 | 2): string | undefined {
  const path = lines
    .map((line) => line.split(':'))
    .find(([, controllers = '']) =>
      cgroupVersion === 2 ? controllers === '' : controllers.split(',').includes('memory'),
    )
    ?.slice(2)
    .join(':')
  if (path === undefined || path === '/' || path.includes('/..') || path.endsWith(' (deleted)')) return undefined
  return `/sys/fs/cgroup${cgroupVersion === 1 ? '/memory' : ''}${path}`
}
