import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { execa } from 'execa'
import { cleanEnvironment } from '../host.ts'
import { chooseAccelerator } from './accelerator.ts'
import { findParts } from './machine-parts.ts'
import { keepMade } from './test-machine-disk.ts'
import { openShell, portName } from './test-machine-shell.ts'
import { makeSystem, systemRecipe } from './test-machine-system.ts'

/**
 * Test support: a virtual machine with cgroup v2, systemd and an engine of its own, in which cgrade itself runs as it would on
 * such a host. Where KVM does not work everything takes 10 to 20 times as long. Nothing is written to its disks.
 */
export interface TestMachine extends AsyncDisposable {
  /** Runs a bash script as root; never rejects for its exit code. Both streams come back together. */
  run(script: string, options?: { timeoutMs?: number }): Promise<{ exitCode: number; output: string }>
  /** Copies a folder's contents, or those parts of it. */
  put(folder: string, into: string, parts?: string[]): Promise<void>
  get(file: string): Promise<Buffer>
}

export interface TestMachineOptions {
  /** Image files, by what is on them; see `provideImageDisk` and `provideModulesDisk`. */
  disks?: string[]
  memoryMiB?: number
}

/** An old processor: V8 was seen to end itself under emulation of all that qemu knows, AVX and protection keys among it. */
const emulation = ['-accel', 'tcg,thread=multi', '-cpu', 'Nehalem']
const bootMs = 300_000
const tools = ['qemu-system-x86_64', 'mmdebstrap', 'mke2fs', 'setpriv', 'dockerd']

/** Undefined: it can be had. Else why not; completes "skipped: ...". */
export async function testMachineMissing(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'a machine with cgroup v2 is made on Linux, x86_64'
  if (process.getuid?.() !== 0) return 'making a machine with cgroup v2 needs root'
  for (const tool of tools) {
    const { exitCode } = await execa('sh', ['-c', `command -v ${tool}`], { reject: false })
    if (exitCode !== 0) return `a machine with cgroup v2 needs ${tool}`
  }
  return undefined
}

export async function startTestMachine(options: TestMachineOptions = {}): Promise<TestMachine> {
  const { folder: system } = await keepMade('test-system', systemRecipe, makeSystem)
  // What is known from the other machine: a trial of KVM where it hangs takes seconds.
  const parts = await findParts()
  const accelerator = parts === undefined ? 'tcg' : await chooseAccelerator(parts)
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-machine-'))
  const socket = join(folder, 'shell')
  const console = join(folder, 'console')
  const disks = [join(system, 'disk.img'), ...(options.disks ?? [])]
  const qemu = execa('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...argumentsOf()], {
    reject: false,
    stdin: 'ignore',
    env: { ...cleanEnvironment, TMPDIR: folder },
    extendEnv: false,
  })

  function argumentsOf(): string[] {
    return [
      ...['-no-user-config', '-nodefaults', '-display', 'none', '-no-reboot', '-nic', 'none'],
      ...(accelerator === 'kvm' ? ['-accel', 'kvm', '-cpu', 'host'] : emulation),
      ...['-smp', '2', '-m', String(options.memoryMiB ?? 3072)],
      ...['-kernel', join(system, 'vmlinuz'), '-initrd', join(system, 'initrd')],
      ...['-append', 'console=ttyS0 quiet root=/dev/vda rw panic=-1 apparmor=0 mitigations=off systemd.show_status=0'],
      ...['-serial', `file:${console}`, '-device', 'virtio-rng-pci'],
      ...disks.flatMap((file) => ['-drive', `file=${file},format=raw,if=virtio,snapshot=on`]),
      ...['-device', 'virtio-serial-pci', '-chardev', `socket,id=shell,path=${socket},server=on,wait=off`],
      ...['-device', `virtserialport,chardev=shell,name=${portName}`],
      ...['-sandbox', 'on,spawn=deny'],
    ]
  }

  const ended = qemu.then(async ({ stderr, exitCode }): Promise<never> => {
    const said = await readFile(console, 'utf8').catch(() => '')
    throw new Error(`the test machine has ended (${exitCode}): ${stderr.slice(-1000)}\n${said.slice(-2000)}`)
  })
  ended.catch(() => {})
  const end = async () => {
    qemu.kill('SIGKILL')
    await qemu
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const shell = await openShell(socket, ended, bootMs)
    return {
      async run(script, { timeoutMs = 120_000 } = {}) {
        const { exitCode, output } = await shell.run(script, timeoutMs)
        return { exitCode, output: output.toString('utf8') }
      },
      async put(from, into, parts) {
        const what = parts ?? [basename(from)]
        const { stdout } = await execa('tar', ['-c', '-C', parts === undefined ? dirname(from) : from, ...what], {
          encoding: 'buffer',
          maxBuffer: 256 * 1024 * 1024,
        })
        await shell.put(Buffer.from(stdout), into)
      },
      async get(file) {
        const { exitCode, output } = await shell.run(`exec cat '${file}'`, 120_000)
        if (exitCode !== 0) throw new Error(`the test machine has no ${file}: ${output}`)
        return output
      },
      async [Symbol.asyncDispose]() {
        shell.close()
        await end()
      },
    }
  } catch (thrown) {
    await end()
    throw thrown
  }
}
