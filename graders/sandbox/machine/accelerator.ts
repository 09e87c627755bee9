import { access, constants, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cpioEnd, cpioFile, cpioHeader } from './cpio.ts'
import { machineFolder } from './machine-cache.ts'
import { type Accelerator, startQemu } from './start-qemu.ts'
import { openUnnamed } from './unnamed-file.ts'

/** A machine that does nothing is up in one second with KVM; where KVM hangs, it never is. */
const trialMs = 6_000

const trialInit = `#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
echo works >/dev/ttyS1
/bin/busybox poweroff -f
`

/**
 * Whether the kernel's own virtualisation really works: it may be there and hang, as inside of another virtual machine. Tried
 * once for each time that this machine was started; else the processor is emulated, ten times slower.
 */
export async function chooseAccelerator(parts: { vmlinuz: string; busybox: string }): Promise<Accelerator> {
  const usable = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  )
  if (!usable) return 'tcg'
  const known = await knownAccelerator()
  if (known !== undefined) return known
  const seen = (await tryKvm(parts)) ? 'kvm' : 'tcg'
  const unfinished = `${noteFile()}.${process.pid}`
  await writeFile(unfinished, `${await bootId()} ${seen}`)
  await rename(unfinished, noteFile())
  return seen
}

/** What an earlier trial has shown; undefined: there was none since this machine was started. */
export async function knownAccelerator(): Promise<Accelerator | undefined> {
  const [boot, known] = (await readFile(noteFile(), 'utf8').catch(() => '')).split(' ')
  return boot === (await bootId()) && (known === 'kvm' || known === 'tcg') ? known : undefined
}

function noteFile(): string {
  return join(machineFolder(), 'kvm')
}

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'unknown')).trim()
}

async function tryKvm(parts: { vmlinuz: string; busybox: string }): Promise<boolean> {
  await using initrd = await openUnnamed([
    cpioHeader({ kind: 'directory', path: 'bin', mode: 0o755 }),
    cpioFile('bin/busybox', 0o755, await readFile(parts.busybox)),
    cpioFile('init', 0o755, trialInit),
    cpioEnd(),
  ])
  const qemu = await startQemu({ vmlinuz: parts.vmlinuz, initrd: initrd.fd, parameters: [], accelerator: 'kvm' })
  const timer = setTimeout(qemu.kill, trialMs)
  let said = ''
  for (const stream of qemu.console) stream.resume()
  qemu.port.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(0, 64)
  })
  try {
    await qemu.ended
  } finally {
    clearTimeout(timer)
    qemu.kill()
  }
  return said.startsWith('works')
}
