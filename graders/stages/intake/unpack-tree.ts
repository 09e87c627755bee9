import { createHash } from 'node:crypto'
import {
  closeSync,
  constants,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { IntakeLimits } from '../../model/assignment.ts'
import type { ArchiveEntry } from './archive-entry.ts'
import { ArchiveRefused, archiveAmbiguous, archivePath, hardLinkOutside } from './archive-faults.ts'
import { tooLarge, tooManyFiles } from './intake-faults.ts'
import { parentOf } from './links.ts'
import { writing } from './snapshot.ts'
import { timeSlice } from './time-slice.ts'

type Known = { kind: 'directory' } | { kind: 'file'; bytes: number } | { kind: 'link'; target: string }

/**
 * The tree that an archive describes, written into a folder of ours. Only paths without links are written through: links are
 * made last, so no entry can lie behind one.
 */
export class UnpackedTree {
  readonly #known = new Map<string, Known>()
  readonly #breathe = timeSlice()
  readonly #root: string
  readonly #limits: IntakeLimits
  #totalBytes = 0

  /** `root`: an empty folder that nobody else may enter. */
  constructor(root: string, limits: IntakeLimits) {
    this.#root = root
    this.#limits = limits
  }

  /** Path and kind have been vetted, as far as one entry alone can be. */
  async add(path: string, entry: ArchiveEntry): Promise<void> {
    await this.#breathe()
    this.#addFolders(parentOf(path))
    const before = this.#known.get(path)
    if (entry.kind === 'directory')
      return before === undefined ? this.#addFolder(path) : this.#sameKind(path, before, entry)
    if (entry.kind === 'file') return this.#addFile(path, entry, before)
    const target = entry.target ?? ''
    if (entry.kind === 'hard-link') return this.#addCopy(path, target, before)
    if (target === '' || target.includes('\0') || Buffer.byteLength(target) > 4095) {
      throw new ArchiveRefused(archivePath(path, 'a link to a name that no file can have'))
    }
    if (before === undefined) return this.#note(path, { kind: 'link', target })
    this.#sameKind(path, before, entry)
    if (before.kind === 'link' && before.target !== target) throw this.#twice(path)
  }

  /** Makes the links: nothing is written into the tree after this. */
  makeLinks(): void {
    for (const [path, known] of this.#known) {
      if (known.kind === 'link') writing(path, () => symlinkSync(known.target, join(this.#root, path)))
    }
  }

  /** The paths of files and folders right below the root. */
  top(): { path: string; kind: Known['kind'] }[] {
    return [...this.#known].filter(([path]) => !path.includes('/')).map(([path, { kind }]) => ({ path, kind }))
  }

  isFile(path: string): boolean {
    return this.#known.get(path)?.kind === 'file'
  }

  #addFolders(path: string): void {
    if (path === '') return
    const known = this.#known.get(path)
    if (known?.kind === 'directory') return
    if (known !== undefined) {
      throw new ArchiveRefused(archiveAmbiguous(path, `it is a ${known.kind}, and yet other entries lie below it`))
    }
    this.#addFolders(parentOf(path))
    this.#addFolder(path)
  }

  #addFolder(path: string): void {
    this.#note(path, { kind: 'directory' })
    writing(path, () => mkdirSync(join(this.#root, path), 0o700))
  }

  async #addFile(path: string, entry: ArchiveEntry, before: Known | undefined): Promise<void> {
    if (before !== undefined) {
      this.#sameKind(path, before, entry)
      const hash = createHash('sha256')
      await this.#pour(path, entry, (chunk) => hash.update(chunk))
      // `tar -cf x.tar folder folder/file` packs a file twice, which is harmless.
      const first = createHash('sha256').update(readFileSync(join(this.#root, path)))
      if (first.digest('hex') !== hash.digest('hex')) throw this.#twice(path)
      return
    }
    this.#note(path, { kind: 'file', bytes: 0 })
    const mode = entry.executable ? 0o700 : 0o600
    const file = writing(path, () => openSync(join(this.#root, path), 'wx', mode))
    try {
      const bytes = await this.#pour(path, entry, (chunk) => writing(path, () => writeFileSync(file, chunk)))
      this.#known.set(path, { kind: 'file', bytes })
    } finally {
      closeSync(file)
    }
  }

  /** A hard link within the archive is a second name for the same bytes; no link is made on our disk. */
  #addCopy(path: string, target: string, before: Known | undefined): void {
    const original = this.#known.get(target)
    if (original?.kind !== 'file') throw new ArchiveRefused(hardLinkOutside(path, target))
    if (path === target) return
    if (before !== undefined) throw this.#twice(path)
    this.#count(path, original.bytes, original.bytes)
    this.#note(path, original)
    writing(path, () => copyFileSync(join(this.#root, target), join(this.#root, path), constants.COPYFILE_EXCL))
  }

  /** Counts what really comes, whatever was claimed. */
  async #pour(path: string, entry: ArchiveEntry, take: (chunk: Buffer) => void): Promise<number> {
    if (entry.bytes > this.#limits.fileBytes) this.#count(path, entry.bytes, 0)
    let bytes = 0
    for await (const chunk of entry.content()) {
      bytes += chunk.length
      this.#count(path, bytes, chunk.length)
      take(chunk)
      await this.#breathe()
    }
    return bytes
  }

  #count(path: string, bytes: number, more: number): void {
    this.#totalBytes += more
    const { fileBytes, totalBytes } = this.#limits
    if (bytes > fileBytes) throw new ArchiveRefused(tooLarge([{ path, bytes }], this.#limits))
    if (this.#totalBytes <= totalBytes) return
    const files = [...this.#known].map(([name, known]) => ({
      path: name,
      bytes: known.kind === 'file' ? known.bytes : 0,
    }))
    throw new ArchiveRefused(tooLarge([...files, { path, bytes }], this.#limits))
  }

  #note(path: string, known: Known): void {
    this.#known.set(path, known)
    if (this.#known.size > this.#limits.entries) throw new ArchiveRefused(tooManyFiles(this.#limits, parentOf(path)))
  }

  #sameKind(path: string, before: Known, { kind }: ArchiveEntry): void {
    if (before.kind === kind) return
    throw new ArchiveRefused(archiveAmbiguous(path, `it is a ${nameOf(before.kind)} and a ${nameOf(kind)}`))
  }

  #twice(path: string): ArchiveRefused {
    return new ArchiveRefused(archiveAmbiguous(path, 'it is packed twice, with different content'))
  }
}

function nameOf(kind: ArchiveEntry['kind']): string {
  return kind === 'directory' ? 'folder' : kind
}
