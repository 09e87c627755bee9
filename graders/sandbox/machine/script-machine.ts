import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { stripVTControlCharacters } from 'node:util'
import pLimit from 'p-limit'
import { GraderError } from '../../model/grader-error.ts'
import { BoundedText } from '../bounded-text.ts'
import { chooseAccelerator } from './accelerator.ts'
import { observeSeconds, prepareSeconds } from './machine-init.ts'
import { findParts, type MachineParts, makeParts, partsMissing, provideParts } from './machine-parts.ts'
import { packOrder } from './pack-order.ts'
import { PortReader } from './read-port.ts'
import { type Qemu, startQemu } from './start-qemu.ts'
import { openUnnamed } from './unnamed-file.ts'

/**
 * A virtual machine that runs one script of a student as root and is thrown away: tier 2 of the sandbox. It has no network,
 * no disk, and nothing of this machine but a copy in its memory. The script is root in there, so what the machine tells can
 * be a lie of the script's about itself, and about nothing else: no other submission is in it, and it is started for one
 * order and ended with it. An honest script cannot spoil the telling by accident: it has a root and processes of its own.
 */
export interface MachineOrder {
  cgroup: 1 | 2
  /** Becomes `/work` of the machine; paths relative to it, or absolute; modes kept. */
  files: { path: string; text: string | Buffer; executable: boolean }[]
  /** Runs as root before the script, ours: sets the scene. `sh -e`, in the script's own root, gone afterwards. */
  prepare: string
  /** Runs as root in `/work`: the student's. It cannot reboot the machine or load modules of the kernel. */
  command: string[]
  stdin?: string
  /**
   * Runs as root after the script (or when its time is up), ours: prints what is to be seen, which comes back as `observed`.
   * `sh` with the commands of a static busybox, outside of the script's root, which is `/student`; `/proc` and
   * `/sys/fs/cgroup` are those that the script saw.
   */
  observe: string
  /** Of the script; several times as long on a machine that is short of processor time, as its own start shows. */
  timeoutMs: number
  signal: AbortSignal
}

export interface MachineEnd {
  how: 'exited' | 'timeout'
  exitCode?: number
  /** Of the script, both streams, at most 64 KiB, control sequences taken out. */
  output: string
  /** What `observe` printed, at most 64 KiB. Empty when the script has taken the machine down. */
  observed: string
}

const bootMs = 180_000
const shipMs = 30_000

/** Undefined: it can be had (perhaps after some minutes of preparation). Else why not, as the end of "not counted: ...". */
export async function machineMissing(_cgroup: 1 | 2): Promise<string | undefined> {
  return partsMissing()
}

/** Undefined: it is there now, made where it was not. Else why it cannot be had here. What grading asks. */
export async function whyNoMachine(options: {
  say(message: string): void
  signal: AbortSignal
}): Promise<string | undefined> {
  return provideParts(options)
}

/** True when it starts at once: what it is made of is in the cache. */
export async function machineReady(_cgroup: 1 | 2): Promise<boolean> {
  return (await findParts()) !== undefined
}

/** Makes what the machine is started from, once; a minute or two, from Debian packages. */
export async function prepareMachine(options: { say(message: string): void; signal: AbortSignal }): Promise<void> {
  if ((await findParts()) === undefined) await makeParts(options)
}

/** Emulation keeps a core busy, and each machine takes half a gigabyte. */
const oneForEachCore = pLimit(availableParallelism())

/** Starts the machine, runs the order, and throws the machine away. Throws a GraderError for what is ours. */
export async function runInMachine(order: MachineOrder): Promise<MachineEnd> {
  return await oneForEachCore(async () => {
    try {
      return await runOnce(order)
    } catch (thrown) {
      order.signal.throwIfAborted()
      // Nothing was learned about the script: a machine that was starved of time may do better in a second life.
      if (thrown instanceof GraderError && thrown.code === 'engine.failed') return await runOnce(order)
      throw thrown
    }
  })
}

async function runOnce(order: MachineOrder): Promise<MachineEnd> {
  const { signal, timeoutMs } = order
  signal.throwIfAborted()
  const parts = (await findParts()) ?? (await makeParts({ say: () => {}, signal }))
  const marker = randomBytes(24).toString('hex')
  const qemu = await start(order, parts, marker)
  const port = new PortReader(marker)
  const console = new BoundedText(0, 4 * 1024)
  const stop = () => qemu.kill()
  signal.addEventListener('abort', stop, { once: true })
  let timer = setTimeout(stop, bootMs + prepareSeconds * 1000)
  let timeIsUp = false
  for (const stream of qemu.console) stream.on('data', (chunk: Buffer) => console.append(chunk.toString('latin1')))
  qemu.port.on('data', (chunk: Buffer) => {
    const before = port.prepared
    port.append(chunk)
    if (port.isFull || port.done) return stop()
    if (before || !port.prepared) return
    clearTimeout(timer)
    const expire = () => {
      timeIsUp = true
      stop()
    }
    timer = setTimeout(expire, timeoutMs * port.timesSlower + observeSeconds * 1000 + shipMs)
  })
  try {
    const problem = await qemu.ended
    signal.throwIfAborted()
    if (problem !== undefined) throw notRun('could not be started', problem.message)
    return judgeEnd(port, { timeIsUp, fullPort: port.isFull, signalCode: qemu.process.signalCode, console })
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    stop()
  }
}

async function start(order: MachineOrder, parts: MachineParts, marker: string): Promise<Qemu> {
  const accelerator = await chooseAccelerator(parts)
  await using initrd = await openUnnamed([await packOrder(order, parts.modules, marker)], parts.rootArchive)
  const parameters = order.cgroup === 2 ? ['cgroup_no_v1=all'] : []
  return await startQemu({ vmlinuz: parts.vmlinuz, initrd: initrd.fd, parameters, accelerator })
}

function judgeEnd(
  reading: PortReader,
  qemu: { timeIsUp: boolean; fullPort: boolean; signalCode: string | null; console: BoundedText },
): MachineEnd {
  const console = qemu.console.toString()
  if (reading.unprepared !== undefined) throw notRun('could not be set up', reading.unprepared)
  if (!reading.prepared) throw notRun(reading.booted ? 'was not ready in time' : 'did not start', console)
  const output = clean(reading.output ?? '')
  if (reading.done && reading.ended !== undefined) return { ...reading.ended, output, observed: reading.observed ?? '' }
  // Killed, and not by us: by a person, or by this machine when its memory was full.
  if (qemu.signalCode !== null && !qemu.timeIsUp && !qemu.fullPort) throw notRun('was killed', console)
  return { ...(reading.ended ?? { how: qemu.timeIsUp ? 'timeout' : 'exited' }), output, observed: '' }
}

function notRun(what: string, detail: string): GraderError {
  const lines = clean(detail).trim().split('\n').slice(-6).join('\n')
  return new GraderError('engine.failed', `The virtual machine for scripts ${what}${lines ? `:\n${lines}` : '.'}`)
}

function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
}
