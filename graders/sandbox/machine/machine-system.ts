import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract, type Header } from 'tar-stream'
import { makeDebianTar } from '../bases/mmdebstrap.ts'
import { scriptBoxRecipe } from '../bases/script-box-recipe.ts'
import { type CpioEntry, cpioEnd, cpioFile, cpioHeader, cpioPadding } from './cpio.ts'
import { hasPart, keepPart, notMade, partFolder } from './machine-cache.ts'

/** Where the machine's first root file system holds the one that the student's script sees. */
export const studentRoot = 'student'

const { parent, script } = scriptBoxRecipe()
const hook = `cat > "$1/dressing" <<'end of dressing'
${script}
end of dressing
chroot "$1" /bin/sh /dressing
rm -rf "$1/dressing" "$1/usr/share/doc" "$1/usr/share/info"
`
const tree = { suite: parent.suite, packages: parent.packages, hook: `${parent.hook}\n${hook}` }
const folder = partFolder('system', { tree, layout: 3 })

export interface MachineSystem {
  /** Archive that Linux unpacks into memory: no disk, no driver, and nothing to write back to. */
  rootArchive: string
  /** Static. */
  busybox: string
}

export async function findSystem(): Promise<MachineSystem | undefined> {
  if (!(await hasPart(folder))) return undefined
  return { rootArchive: join(folder, 'root.cpio'), busybox: join(folder, 'busybox') }
}

/** Makes the same Debian that a script box is, as a file system in memory. */
export async function makeSystem(signal: AbortSignal): Promise<void> {
  await keepPart(folder, async (unfinished) => {
    const tar = await makeDebianTar(tree, { signal, consume: (stream) => packSystem(stream, unfinished) })
    signal.throwIfAborted()
    if (tar.made && tar.consumed) return
    throw notMade('The system of the virtual machine could not be made', tar.made ? 'it has no busybox' : tar.log)
  })
}

async function packSystem(tar: Readable, into: string): Promise<boolean> {
  await using archive = await open(join(into, 'root.cpio'), 'wx')
  const entries = extract()
  const reading = pipeline(tar, entries)
  // What breaks it breaks the loop as well, which tells.
  reading.catch(() => {})
  let busybox: Buffer | undefined
  for (const path of ['bin', 'order', studentRoot]) {
    await archive.write(cpioHeader({ kind: 'directory', path, mode: 0o755 }))
  }
  for await (const entry of entries) {
    const wanted = entryOf(entry.header)
    if (wanted === undefined) {
      entry.resume()
      continue
    }
    await archive.write(cpioHeader(wanted))
    const content: Buffer[] = []
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      await archive.write(chunk)
      if (wanted.path.endsWith('/bin/busybox')) content.push(chunk)
    }
    if (wanted.kind === 'file') await archive.write(cpioPadding(wanted.bytes))
    if (content.length > 0) busybox = Buffer.concat(content)
  }
  await reading
  if (busybox === undefined) return false
  await archive.write(cpioFile('bin/busybox', 0o755, busybox))
  await archive.write(cpioEnd())
  await writeFile(join(into, 'busybox'), busybox)
  return true
}

/** Devices are the machine's own; of two names for one file the second becomes a link. */
function entryOf(header: Header): CpioEntry | undefined {
  const path = header.name.replace(/^(\.?\/)+/, '').replace(/\/+$/, '')
  const inside = `${studentRoot}/${path}`
  const mode = (header.mode ?? 0o755) & 0o7777
  if (path === '' || path === '.' || path.startsWith('dev/')) return undefined
  if (header.type === 'directory') return { kind: 'directory', path: inside, mode }
  if (header.type === 'symlink') return { kind: 'link', path: inside, target: header.linkname ?? '' }
  if (header.type === 'link') {
    return { kind: 'link', path: inside, target: `/${(header.linkname ?? '').replace(/^(\.?\/)+/, '')}` }
  }
  return header.type === 'file' ? { kind: 'file', path: inside, mode, bytes: header.size ?? 0 } : undefined
}
