import { createWriteStream } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar-stream'
import { makeDebianTar } from '../bases/mmdebstrap.ts'
import { hasPart, keepPart, notMade, partFolder } from './machine-cache.ts'

/** Debian's kernel for virtual machines: both versions of cgroups, ext4, serial ports; the rest are modules. */
const kernelPackage = 'linux-image-cloud-amd64'
/** Those that a machine of ours loads: two ends of a cable, as a container's `eth0` is one. */
const modules = ['veth.ko']

const folder = partFolder('kernel', { kernelPackage, modules, layout: 1 })

export interface MachineKernel {
  vmlinuz: string
  modules: string[]
}

export async function findKernel(): Promise<MachineKernel | undefined> {
  if (!(await hasPart(folder))) return undefined
  return { vmlinuz: join(folder, 'vmlinuz'), modules: modules.map((name) => join(folder, name)) }
}

/** Unpacks the kernel's package into the cache; no script of it runs, and no root is needed. */
export async function fetchKernel(signal: AbortSignal): Promise<void> {
  await keepPart(folder, async (unfinished) => {
    const tar = await makeDebianTar(
      { suite: 'bookworm', packages: [kernelPackage], hook: '', variant: 'extract' },
      { signal, consume: (stream) => pickKernel(stream, unfinished) },
    )
    signal.throwIfAborted()
    if (tar.made && tar.consumed.length === modules.length + 1) return
    const log = tar.made ? `found only ${tar.consumed.join(', ') || 'nothing'}` : tar.log
    throw notMade(`The Debian package ${kernelPackage}, the kernel of the virtual machine, could not be fetched`, log)
  })
}

async function pickKernel(tar: Readable, into: string): Promise<string[]> {
  const picked: string[] = []
  const entries = extract()
  const reading = pipeline(tar, entries)
  // What breaks it breaks the loop as well, which tells.
  reading.catch(() => {})
  for await (const entry of entries) {
    const name = basename(entry.header.name)
    const wanted = entry.header.type === 'file' && (modules.includes(name) || name.startsWith('vmlinuz-'))
    if (wanted) {
      const kept = name.startsWith('vmlinuz-') ? 'vmlinuz' : name
      await pipeline(entry, createWriteStream(join(into, kept)))
      // The machine is another user's process.
      await chmod(join(into, kept), 0o644)
      picked.push(kept)
    } else {
      entry.resume()
    }
  }
  await reading
  return picked
}
