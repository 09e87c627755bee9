import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { IntakeLimits } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import { GraderError } from '../../model/grader-error.ts'
import { type ArchiveEntry, vetName } from './archive-entry.ts'
import { ArchiveRefused, archiveDamaged, archiveFormat, savedImage } from './archive-faults.ts'
import { archiveStem } from './archive-names.ts'
import { maxPathBytes, specialFile, tooDeep, tooLarge, tooManyFiles, unreadable } from './intake-faults.ts'
import { codeOf } from './open-folder.ts'
import { readTar } from './read-tar.ts'
import { readZip } from './read-zip.ts'
import { UnpackedTree } from './unpack-tree.ts'
import { litter } from './walk.ts'

/** Version control and the like is passed over and not counted, but not without end either. */
export const litterFactor = 4

/** `folder`: what the archive says that was handed in; its links are as they were, and not vetted. */
export type Unpacked = { folder: string } | Fault

/**
 * Unpacks into `root`, an empty folder of ours; what the archive has wrong is a fault, and `root` is then of no use.
 * `name`: what it was handed in as.
 */
export async function unpackArchive(
  path: string,
  limits: IntakeLimits,
  root: string,
  name: string = basename(path),
): Promise<Unpacked> {
  let descriptor: number | undefined
  try {
    // Non-blocking, so that a FIFO cannot hold us.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) return specialFile(name, 'special file')
    const most = limits.totalBytes * litterFactor
    if (stats.size > most) return tooLarge([{ path: name, bytes: stats.size }], limits)
    const tree = new UnpackedTree(root, limits)
    const unpacksToTooMuch = () => new ArchiveRefused(tooLarge([{ path: name, bytes: most }], limits))
    await fillTree(tree, openEntries(descriptor, most, unpacksToTooMuch), limits)
    tree.makeLinks()
    return { folder: join(root, findTop(tree, archiveStem(name))) }
  } catch (thrown) {
    if (thrown instanceof ArchiveRefused) return thrown.fault
    if (isOurs(thrown)) throw thrown
    if (isFromDisk(thrown)) throw unreadable(name, thrown)
    return archiveDamaged(thrown instanceof Error ? thrown.message.replace(/\.$/, '') : 'it is damaged')
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** Writes what the entries say into the tree; throws `ArchiveRefused` where they may not. */
export async function fillTree(
  tree: UnpackedTree,
  entries: AsyncGenerator<ArchiveEntry>,
  limits: IntakeLimits,
): Promise<void> {
  let count = 0
  for await (const entry of entries) {
    count += 1
    const path = vetName(entry.name)
    if (count > limits.entries * litterFactor) throw new ArchiveRefused(tooManyFiles(limits, path))
    if (path === '') continue
    if (savedImageEntry.test(path)) throw new ArchiveRefused(savedImage())
    const parts = path.split('/')
    if (parts.some((part) => litter.has(part))) continue
    if (parts.length > limits.depth || Buffer.byteLength(path) > maxPathBytes) {
      throw new ArchiveRefused(tooDeep(limits, path))
    }
    if (entry.kind === 'special') throw new ArchiveRefused(specialFile(path, entry.special ?? 'special file'))
    // Where a hard link leads is a name of the archive, too.
    const target = entry.kind === 'hard-link' ? { target: vetName(entry.target ?? '') } : {}
    await tree.add(path, { ...entry, ...target })
  }
}

/** Layers and configuration as `docker save` names them, in its old and its new way. */
const savedImageEntry = /^(?:blobs\/sha256\/[0-9a-f]{64}|[0-9a-f]{64}(?:\.json|\/layer\.tar|\/VERSION))$/

/** By the first bytes: many a `.zip` is none. */
function openEntries(descriptor: number, most: number, refuse: () => Error): AsyncGenerator<ArchiveEntry> {
  const head = Buffer.alloc(512)
  const length = readSync(descriptor, head, 0, head.length, 0)
  if (length === 0) throw new ArchiveRefused(archiveDamaged('it is empty'))
  const begins = (hex: string) => head.subarray(0, hex.length / 2).toString('hex') === hex
  if (begins('504b0304') || begins('504b0506')) return readZip(descriptor)
  if (begins('1f8b')) return readTar(descriptor, 'gzip', most, refuse)
  if (begins('28b52ffd')) return readTar(descriptor, 'zstd', most, refuse)
  if (begins('fd377a585a00')) return readTar(descriptor, 'xz', most, refuse)
  if (begins('526172211a07')) throw new ArchiveRefused(archiveFormat('a RAR archive'))
  if (begins('377abcaf271c')) throw new ArchiveRefused(archiveFormat('a 7z archive'))
  if (begins('425a68')) throw new ArchiveRefused(archiveFormat('a bzip2 archive'))
  if (begins('504b0708') || begins('504b3030'))
    throw new ArchiveRefused(archiveFormat('one part of a zip in many parts'))
  return readTar(descriptor, 'none', most, refuse)
}

/** Whoever packs the folder instead of what is in it means the folder: where its name says so, or its `cgrade.yml`. */
function findTop(tree: UnpackedTree, stem: string | undefined): string {
  const [only, ...others] = tree.top()
  if (only?.kind !== 'directory' || others.length > 0) return ''
  const isConfigured = ['cgrade.yml', 'cgrade.yaml'].some((name) => tree.isFile(`${only.path}/${name}`))
  return isConfigured || only.path === stem ? only.path : ''
}

/** Mistakes in our own code are no damage of the archive. */
function isOurs(thrown: unknown): boolean {
  return thrown instanceof GraderError || thrown instanceof TypeError || thrown instanceof ReferenceError
}

function isFromDisk(thrown: unknown): boolean {
  return codeOf(thrown) !== '' && thrown instanceof Error && 'syscall' in thrown
}
