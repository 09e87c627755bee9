import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract, type Header, type Pack } from 'tar-stream'
import { type Tree, treeRoot } from './tree.ts'

export interface TreeCaps {
  bytes: number
  entries: number
  depth: number
}

/** A root that is too much to be looked at: the sentence says how, for the student. */
export class TreeTooLarge extends Error {}

type TarHeader = Partial<Header> & { name: string }

/**
 * Copies a folder, as the engine packed it, into a tar of ours: files, directories and links, nothing else, with names below
 * `folder` and without the bits that change who runs a file. The bytes of a student pass through and touch no disk of ours.
 */
export async function copyVetted(source: Readable, tar: Pack, folder: string, caps: TreeCaps): Promise<Tree> {
  const admission = new Admission(folder, caps)
  const incoming = extract()
  // What goes wrong on either side comes out of the loop; a stream that nobody listens to would end this process.
  for (const stream of [source, incoming, tar]) stream.on('error', ignore)
  source.on('error', (error) => incoming.destroy(error))
  source.on('close', () => {
    if (!source.readableEnded) incoming.destroy(new Error('the archive broke off'))
  })
  source.pipe(incoming)
  try {
    for await (const entry of incoming) {
      const header = admission.admit(entry.header)
      if (header === undefined) {
        entry.resume()
      } else if (header.type === 'file' && (header.size ?? 0) > 0) {
        const sink = tar.entry(header)
        for (const stream of [entry, sink]) stream.on('error', ignore)
        await pipeline(entry, sink)
      } else {
        await writeEmpty(tar, header)
        entry.resume()
      }
    }
  } finally {
    source.destroy()
  }
  return admission.tree
}

function ignore(): void {}

/** What of an archive is let through, one header after the other. */
class Admission {
  readonly tree: Tree = { isDirectory: false, entries: new Map(), leftOut: [] }
  readonly #folder: string
  readonly #caps: TreeCaps
  #base: string | undefined
  #bytes = 0
  #count = 0

  constructor(folder: string, caps: TreeCaps) {
    this.#folder = folder
    this.#caps = caps
  }

  admit(header: Header): TarHeader | undefined {
    this.#count += 1
    if (this.#count > this.#caps.entries) throw new TreeTooLarge(`it holds more than ${this.#caps.entries} files`)
    const name = splitName(header.name)
    if (name === undefined) return this.#leaveOut(header)
    if (this.#base === undefined) {
      // The engine packs the folder itself first, under its own name or as `.`.
      this.#base = name[0] ?? ''
      this.tree.isDirectory = header.type === 'directory'
      return this.tree.isDirectory ? directory(this.#folder) : undefined
    }
    const below = this.#base === '' ? name : name[0] === this.#base ? name.slice(1) : undefined
    if (below === undefined || below.length === 0) return this.#leaveOut(header)
    if (below.length > this.#caps.depth)
      throw new TreeTooLarge(`its folders are nested deeper than ${this.#caps.depth}`)
    const path = below.join('/')
    const parent = below.slice(0, -1).join('/')
    const inFolder = parent === treeRoot ? this.tree.isDirectory : this.tree.entries.get(parent)?.kind === 'directory'
    if (!inFolder || this.tree.entries.has(path)) return this.#leaveOut(header)
    return this.#admitAt(path, header)
  }

  #admitAt(path: string, header: Header): TarHeader | undefined {
    const name = `${this.#folder}/${path}`
    const { entries } = this.tree
    switch (header.type) {
      case 'directory':
        entries.set(path, { kind: 'directory' })
        return directory(name)
      case 'symlink': {
        const target = header.linkname ?? ''
        if (target === '' || target.includes('\0')) return this.#leaveOut(header)
        entries.set(path, { kind: 'link', target })
        return { ...owned, name, type: 'symlink', linkname: target, mode: 0o777 }
      }
      case 'link': {
        const target = splitName(header.linkname ?? '')
        const to = (this.#base === '' ? target : target?.slice(1))?.join('/')
        const entry = to === undefined ? undefined : entries.get(to)
        if (entry?.kind !== 'file') return this.#leaveOut(header)
        entries.set(path, entry)
        // Engines set the mode of what it is a link to once more.
        return { ...owned, name, type: 'link', linkname: `${this.#folder}/${to}`, mode: modeOf(header) }
      }
      case 'file':
      case 'contiguous-file': {
        const size = header.size ?? 0
        this.#bytes += size
        if (this.#bytes > this.#caps.bytes) {
          throw new TreeTooLarge(`it is larger than ${Math.round(this.#caps.bytes / 1024 ** 2)} MiB`)
        }
        const mode = modeOf(header)
        entries.set(path, { kind: 'file', executable: (mode & 0o111) !== 0, bytes: size })
        return { ...owned, name, type: 'file', size, mode }
      }
      default:
        return this.#leaveOut(header)
    }
  }

  #leaveOut(header: Header): undefined {
    if (this.tree.leftOut.length < 20) this.tree.leftOut.push(`${header.name} (${header.type})`)
    return undefined
  }
}

const owned = { uid: 0, gid: 0, mtime: new Date(0) }

function modeOf(header: Header): number {
  return (header.mode ?? 0o644) & 0o777
}

function directory(name: string): TarHeader {
  return { ...owned, name, type: 'directory', mode: 0o755 }
}

/** The parts of a name; undefined when it leads anywhere but down. */
function splitName(name: string): string[] | undefined {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  return parts.includes('..') || name.includes('\0') ? undefined : parts
}

function writeEmpty(tar: Pack, header: TarHeader): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null) => (error ? reject(error) : resolve())
    // A file without content would stay open.
    if (header.type === 'file') tar.entry(header, '', done)
    else tar.entry(header, done)
  })
}

export function writeText(tar: Pack, name: string, content: string | Buffer, mode = 0o644): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry({ ...owned, name, mode }, content as string, (error?: Error | null) =>
      error ? reject(error) : resolve(),
    )
  })
}

export function writeDirectory(tar: Pack, name: string): Promise<void> {
  return writeEmpty(tar, directory(name))
}
