import { createHash, type Hash } from 'node:crypto'
import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IntakeLimits } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import { GraderError } from '../../model/grader-error.ts'
import type { SnapshotEntry } from '../../model/submission.ts'
import { quotePath, specialFile, tooLarge, unreadable } from './intake-faults.ts'
import { parentOf } from './links.ts'
import { codeOf, isVanished, type OpenFolder, openFolderBelow } from './open-folder.ts'
import { timeSlice } from './time-slice.ts'

export interface Snapshot {
  /** Sizes are now those that were really copied. */
  entries: SnapshotEntry[]
  /** sha256 hex. */
  digest: string
  vanished: string[]
}

interface Copy {
  root: string
  limits: IntakeLimits
  totalBytes: number
  entries: SnapshotEntry[]
  hashes: Map<string, string>
  vanished: string[]
  buffer: Buffer
  breathe: () => Promise<void>
}

/** Non-blocking, so that a FIFO which took the place of a file cannot hold us. */
const readOnly = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Copies the walked files into `root`, which is ours and empty; links stay in the list alone. */
export async function copySnapshot(
  source: OpenFolder,
  walked: SnapshotEntry[],
  root: string,
  limits: IntakeLimits,
): Promise<Snapshot | Fault> {
  const counted = { totalBytes: 0, entries: [], hashes: new Map(), vanished: [] }
  const copy: Copy = { root, limits, ...counted, buffer: Buffer.allocUnsafe(256 * 1024), breathe: timeSlice() }
  for (const [folder, entries] of Map.groupBy(walked, ({ path }) => parentOf(path))) {
    const fault = await copyFolder(source, folder, entries, copy)
    if (fault !== undefined) return fault
  }
  const entries = copy.entries.sort((a, b) => (a.path < b.path ? -1 : 1))
  return { entries, digest: digestOf(entries, copy.hashes), vanished: copy.vanished }
}

async function copyFolder(
  source: OpenFolder,
  path: string,
  entries: SnapshotEntry[],
  copy: Copy,
): Promise<Fault | undefined> {
  using below = path === '' ? undefined : reading(path, copy, () => openFolderBelow(source, path))
  if (path !== '' && below === undefined) return undefined
  for (const entry of entries) {
    await copy.breathe()
    if (entry.kind === 'file') {
      const fault = await copyFile(below ?? source, entry, copy)
      if (fault !== undefined) return fault
    } else {
      copy.entries.push(entry)
      if (entry.kind === 'directory') writing(entry.path, () => mkdirSync(join(copy.root, entry.path), 0o700))
    }
  }
  return undefined
}

type FileEntry = Extract<SnapshotEntry, { kind: 'file' }>

async function copyFile(folder: OpenFolder, entry: FileEntry, copy: Copy): Promise<Fault | undefined> {
  const { path } = entry
  const name = path.slice(path.lastIndexOf('/') + 1)
  const from = reading(path, copy, () => openSync(folder.child(name), readOnly))
  if (from === undefined) return undefined
  let to: number | undefined
  try {
    if (!fstatSync(from).isFile()) return specialFile(path, 'special file')
    to = writing(path, () => openSync(join(copy.root, path), 'wx', 0o600))
    const hash = createHash('sha256')
    const bytes = await pour(from, to, hash, path, copy)
    if (bytes === undefined) return tooLarge([{ path, bytes: copy.limits.fileBytes + 1 }], copy.limits)
    copy.totalBytes += bytes
    copy.hashes.set(path, hash.digest('hex'))
    copy.entries.push({ ...entry, bytes })
    return undefined
  } finally {
    closeSync(from)
    if (to !== undefined) closeSync(to)
  }
}

/** Counts the bytes that really come, as the file may grow; undefined when there are too many. */
async function pour(from: number, to: number, hash: Hash, path: string, copy: Copy): Promise<number | undefined> {
  const allowed = Math.min(copy.limits.fileBytes, copy.limits.totalBytes - copy.totalBytes)
  for (let bytes = 0; ; await copy.breathe()) {
    const bytesRead = reading(path, copy, () => readSync(from, copy.buffer))
    if (bytesRead === undefined || bytesRead === 0) return bytes
    bytes += bytesRead
    if (bytes > allowed) return undefined
    const chunk = copy.buffer.subarray(0, bytesRead)
    hash.update(chunk)
    writing(path, () => writeFileSync(to, chunk))
  }
}

/** Undefined, and remembered, when the entry has gone meanwhile. */
function reading<T>(path: string, copy: Copy, action: () => T): T | undefined {
  try {
    return action()
  } catch (thrown) {
    if (!isVanished(thrown)) throw unreadable(path, thrown)
    copy.vanished.push(path)
    return undefined
  }
}

/** What our own disk refuses is our fault. */
export function writing<T>(path: string, action: () => T): T {
  try {
    return action()
  } catch (cause) {
    const message = `The copy of ${quotePath(path)} could not be written (${codeOf(cause) || 'unknown error'}).`
    if (!['ENOSPC', 'EDQUOT'].includes(codeOf(cause))) throw new GraderError('internal', message, { cause })
    const remedy = 'Free some space on the disk that holds the temporary folder, then grade again.'
    throw new GraderError('disk.full', message, { cause, remedy })
  }
}

function digestOf(entries: SnapshotEntry[], hashes: Map<string, string>): string {
  const digest = createHash('sha256')
  for (const entry of entries) {
    const content = entry.kind === 'link' ? entry.target : entry.kind === 'file' ? hashes.get(entry.path) : ''
    const executable = entry.kind === 'file' && entry.executable ? 'x' : '-'
    // A path cannot contain a zero byte, so no two lists read the same.
    digest.update(`${entry.kind}\0${executable}\0${entry.path}\0${content}\0`)
  }
  return digest.digest('hex')
}
