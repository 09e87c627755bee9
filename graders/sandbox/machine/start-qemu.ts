import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { cleanEnvironment } from '../host.ts'

export type Accelerator = 'kvm' | 'tcg'

/** As seen from outside; its memory is this and some more for the emulation itself. */
const memoryMib = 640
const nobody = 65534
/** An emulator that gets little of the processor is late with its first ticks, which the kernel would take for a broken timer. */
const kernelParameters = 'console=ttyS0 quiet loglevel=3 panic=-1 apparmor=0 no_timer_check'

export interface QemuOrder {
  vmlinuz: string
  /** Opened for reading; may have no name any more. */
  initrd: number
  /** Of the kernel, besides ours. */
  parameters: string[]
  accelerator: Accelerator
}

export interface Qemu {
  process: ChildProcess
  /** Second serial port: what our first process says. */
  port: NodeJS.ReadableStream
  /** First serial port, for the kernel; and qemu's own complaints. */
  console: NodeJS.ReadableStream[]
  /** With all that it said read; an error: it could not be started at all. Never rejects. */
  ended: Promise<Error | undefined>
  kill(): void
}

/**
 * Starts a virtual machine without network, disks or display, in a process group of its own, without rights where we are
 * root. It dies with the thread that started it.
 */
export async function startQemu(order: QemuOrder): Promise<Qemu> {
  await using kernel = await open(order.vmlinuz, 'r')
  const args = [
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-nic', 'none'],
    ...['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'],
    ...accelerate(order.accelerator),
    ...['-m', String(memoryMib), '-smp', '1'],
    ...['-kernel', '/dev/fd/4', '-initrd', '/dev/fd/5'],
    ...['-append', [kernelParameters, ...order.parameters].join(' ')],
    ...['-chardev', 'socket,id=console,fd=3', '-serial', 'chardev:console'],
    ...['-chardev', 'stdio,id=port,signal=off', '-serial', 'chardev:port'],
  ]
  const [command = 'qemu-system-x86_64', ...before] = [...(await restrict(order.accelerator)), 'qemu-system-x86_64']
  const running = spawn(command, [...before, ...args], {
    detached: true,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', kernel.fd, order.initrd],
    env: cleanEnvironment,
  })
  const ended = new Promise<Error | undefined>((resolve) => {
    running.once('error', resolve)
    running.once('close', () => resolve(undefined))
  })
  const { stdout, stderr } = running
  const kernelConsole = running.stdio[3] as NodeJS.ReadableStream | null | undefined
  if (stdout === null || stderr === null || !kernelConsole) throw new Error('qemu has no output')
  return { process: running, port: stdout, console: [kernelConsole, stderr], ended, kill: () => killGroup(running) }
}

function accelerate(accelerator: Accelerator): string[] {
  if (accelerator === 'kvm') return ['-accel', 'kvm', '-cpu', 'host']
  return ['-accel', 'tcg,thread=multi,tb-size=128', '-cpu', 'max']
}

/** As nobody, who may use KVM where its group may. */
async function restrict(accelerator: Accelerator): Promise<string[]> {
  if (!existsSync('/usr/bin/setpriv')) return []
  const limits = ['prlimit', '--core=0', '--nofile=256', '--as=6442450944']
  const ending = ['setpriv', '--pdeathsig', 'KILL']
  if (process.getuid?.() !== 0) return [...ending, ...limits]
  const groups = accelerator === 'kvm' ? [`--groups=${(await stat('/dev/kvm')).gid}`] : ['--clear-groups']
  return [...ending, `--reuid=${nobody}`, `--regid=${nobody}`, ...groups, '--no-new-privs', ...limits]
}

function killGroup(running: ChildProcess): void {
  if (running.pid === undefined) return
  try {
    process.kill(-running.pid, 'SIGKILL')
  } catch {
    // Ended by itself in between.
  }
}
