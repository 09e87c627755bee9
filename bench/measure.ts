import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa, type Options } from 'execa'

/** CPU seconds of the whole machine while something ran, by who used them. */
export interface CpuSeconds {
  /** The command with its children. */
  grader: number
  dockerd: number
  containerd: number
  /** Builds, the students' programs, runc and its shims, the kernel. */
  rest: number
}

export interface Measured {
  wallSeconds: number
  cpu: CpuSeconds
  /** Most that its Node processes had in memory, each at its worst moment. */
  peakBytes: number
  stdout: string
}

/** Ticks in /proc are hundredths on every Linux that Node runs on. */
const ticksPerSecond = 100
const ownSampleMs = 100
/** A look at all processes takes some milliseconds, which shall not count. */
const allSampleMs = 2_000
/** What the kernel calls a Node process, by its version. */
const nodeNames = new Set(['node', 'MainThread'])

export function totalOf(cpu: CpuSeconds): number {
  return Object.values(cpu).reduce((sum, one) => sum + one, 0)
}

/** Runs a command and measures it and the machine. Throws where it fails, with its last words. */
export async function measureCommand(file: string, args: string[], options: Options): Promise<Measured> {
  const before = readMachine()
  const childrenBefore = ticksOfEndedChildren()
  const began = performance.now()
  const child = execa(file, args, { ...options, reject: false, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const peaks = new Map<number, number>()
  const note = (pid: number) => {
    const peak = nodeNames.has(statOf(pid)?.name ?? '') ? peakBytesOf(pid) : undefined
    if (peak !== undefined) peaks.set(pid, peak)
  }
  const { pid } = child
  const timers =
    pid === undefined
      ? []
      : [setInterval(() => note(pid), ownSampleMs), setInterval(() => descendantsOf(pid).forEach(note), allSampleMs)]
  const ended = await child.finally(() => timers.forEach(clearInterval))
  const wallSeconds = (performance.now() - began) / 1000
  if (ended.exitCode !== 0) {
    const words = `${ended.stdout}\n${ended.stderr}`.trim().split('\n').slice(-15).join('\n')
    throw new Error(`\`${file} ${args.join(' ')}\` ended with ${ended.exitCode ?? ended.signal}:\n${words}`)
  }
  const cpu = cpuBetween(before, readMachine(), ticksOfEndedChildren() - childrenBefore)
  const peakBytes = [...peaks.values()].reduce((sum, one) => sum + one, 0)
  return { wallSeconds, cpu, peakBytes, stdout: String(ended.stdout) }
}

/** As above, for work in this process. */
export async function measureHere(work: () => Promise<void>): Promise<Measured> {
  const before = readMachine()
  const ownBefore = process.cpuUsage()
  const began = performance.now()
  await work()
  const wallSeconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(ownBefore)
  const cpu = cpuBetween(before, readMachine(), ((user + system) / 1e6) * ticksPerSecond)
  return {
    wallSeconds,
    cpu,
    peakBytes: peakBytesOf(process.pid) ?? 0,
    stdout: '',
  }
}

/** Share of one core that this machine is busy with while the bench does nothing. */
export async function measureIdle(): Promise<number> {
  const before = readMachine()
  await sleep(3_000)
  return (readMachine().busy - before.busy) / ticksPerSecond / 3
}

interface Machine {
  busy: number
  dockerd: number
  containerd: number
}

function readMachine(): Machine {
  // user nice system idle iowait irq softirq; guests are in the first two.
  const ticks = (/^cpu +(.*)/.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? '').split(' ').map(Number)
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = ticks
  const all = pids()
  const named = (name: string) => sum(all.filter((pid) => statOf(pid)?.name === name).map(ticksWithChildren))
  return { busy: user + nice + system + irq + softirq, dockerd: named('dockerd'), containerd: named('containerd') }
}

function cpuBetween(before: Machine, after: Machine, ownTicks: number): CpuSeconds {
  const seconds = (ticks: number) => ticks / ticksPerSecond
  const dockerd = seconds(after.dockerd - before.dockerd)
  const containerd = seconds(after.containerd - before.containerd)
  const grader = seconds(ownTicks)
  const rest = seconds(after.busy - before.busy) - dockerd - containerd - grader
  return { grader, dockerd, containerd, rest }
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

/** Of proc(5), /proc/pid/stat; undefined when it has ended. */
function statOf(pid: number): { name: string; parent: number; own: number; children: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const end = text.lastIndexOf(')')
    const [name, fields] = [
      text.slice(text.indexOf('(') + 1, end),
      text
        .slice(end + 2)
        .split(' ')
        .map(Number),
    ]
    return { name, parent: fields[1] ?? 0, own: sum(fields.slice(11, 13)), children: sum(fields.slice(13, 15)) }
  } catch {
    return undefined
  }
}

/** User and system, with that of children that have ended. */
function ticksWithChildren(pid: number): number {
  const stat = statOf(pid)
  return stat === undefined ? 0 : stat.own + stat.children
}

function ticksOfEndedChildren(): number {
  return statOf(process.pid)?.children ?? 0
}

/** Those that are Node processes. */
function descendantsOf(root: number): number[] {
  const parents = new Map<number, number>()
  for (const pid of pids()) {
    const stat = statOf(pid)
    if (stat !== undefined && nodeNames.has(stat.name)) parents.set(pid, stat.parent)
  }
  const isBelow = (pid: number | undefined): boolean => pid !== undefined && (pid === root || isBelow(parents.get(pid)))
  return [...parents.keys()].filter((pid) => pid !== root && isBelow(parents.get(pid)))
}

function peakBytesOf(pid: number): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  } catch {
    return undefined
  }
}

function sum(all: number[]): number {
  return all.reduce((total, one) => total + one, 0)
}
