import { isUtf8 } from 'node:buffer'
import { lstatSync, opendirSync, readlinkSync, type Stats } from 'node:fs'
import type { IntakeLimits } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import { GraderError } from '../../model/grader-error.ts'
import type { SnapshotEntry } from '../../model/submission.ts'
import { maxPathBytes, specialFile, tooDeep, tooLarge, tooManyFiles, unreadable } from './intake-faults.ts'
import { isVanished, type OpenFolder, openFolder } from './open-folder.ts'
import { timeSlice } from './time-slice.ts'

/** What version control, archivers and desktops leave behind; nobody means to hand it in. */
export const litter: ReadonlySet<string> = new Set(['.git', '.svn', '.hg', '__MACOSX', '.DS_Store', 'Thumbs.db'])

export interface Walked {
  /** Sorted by path; a file's size is what it claims, as nothing has been read yet. */
  entries: SnapshotEntry[]
  /** Paths that were there and then were not. */
  vanished: string[]
  /** Paths, shown as well as can be, whose names or targets are not UTF-8. */
  notUtf8: string[]
}

interface Walk extends Walked {
  limits: IntakeLimits
  count: number
  breathe: () => Promise<void>
}

/** Lists a folder without following a link and without opening anything but folders. */
export async function walk(root: OpenFolder, limits: IntakeLimits): Promise<Walked | Fault> {
  const state: Walk = { entries: [], vanished: [], notUtf8: [], limits, count: 0, breathe: timeSlice() }
  const fault = await visitFolder(root, '', state).catch((thrown) => {
    throw isOurs(thrown) ? thrown : unreadable('', thrown)
  })
  if (fault !== undefined) return fault
  const files = state.entries.filter((entry) => entry.kind === 'file')
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total > limits.totalBytes || files.some(({ bytes }) => bytes > limits.fileBytes)) return tooLarge(files, limits)
  const { entries, vanished, notUtf8 } = state
  return { entries: entries.sort((a, b) => (a.path < b.path ? -1 : 1)), vanished, notUtf8 }
}

async function visitFolder(folder: OpenFolder, path: string, state: Walk): Promise<Fault | undefined> {
  const names = listNames(folder, state)
  if (names === undefined) return tooManyFiles(state.limits, path)
  for (const name of names) {
    await state.breathe()
    const fault = await visitEntry(folder, path, name, state)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** The names as bytes, in a fixed order; undefined when there are more than may be. */
function listNames(folder: OpenFolder, state: Walk): Buffer[] | undefined {
  const names: Buffer[] = []
  // `buffer` is missing in the type of the option, not in Node.
  const listing = opendirSync(folder.child('.'), { encoding: 'buffer' as BufferEncoding, bufferSize: 128 })
  try {
    for (let found = listing.readSync(); found !== null; found = listing.readSync()) {
      const name = found.name as unknown as Buffer
      if (litter.has(name.toString('latin1'))) continue
      if (++state.count > state.limits.entries) return undefined
      names.push(name)
    }
  } finally {
    listing.closeSync()
  }
  return names.sort(Buffer.compare)
}

async function visitEntry(folder: OpenFolder, parent: string, name: Buffer, state: Walk): Promise<Fault | undefined> {
  const path = parent === '' ? showName(name) : `${parent}/${showName(name)}`
  try {
    const stats = lstatSync(folder.child(name))
    const special = specialKind(stats)
    if (special !== undefined) return specialFile(path, special)
    if (!isUtf8(name)) {
      state.notUtf8.push(path)
      return undefined
    }
    if (path.split('/').length > state.limits.depth || Buffer.byteLength(path) > maxPathBytes) {
      return tooDeep(state.limits, path)
    }
    if (stats.isSymbolicLink()) return addLink(folder, name, path, state)
    if (stats.isFile()) {
      state.entries.push({ kind: 'file', path, bytes: stats.size, executable: (stats.mode & 0o111) !== 0 })
      return undefined
    }
    using below = openFolder(folder.child(name.toString()))
    state.entries.push({ kind: 'directory', path })
    return await visitFolder(below, path, state)
  } catch (thrown) {
    if (!isVanished(thrown)) throw isOurs(thrown) ? thrown : unreadable(path, thrown)
    state.vanished.push(path)
    return undefined
  }
}

function addLink(folder: OpenFolder, name: Buffer, path: string, state: Walk): undefined {
  const target = readlinkSync(folder.child(name), { encoding: 'buffer' })
  if (isUtf8(target)) state.entries.push({ kind: 'link', path, target: target.toString() })
  else state.notUtf8.push(path)
}

function specialKind(stats: Stats): string | undefined {
  if (stats.isFIFO()) return 'named pipe (FIFO)'
  if (stats.isSocket()) return 'socket'
  if (stats.isBlockDevice() || stats.isCharacterDevice()) return 'device'
  return undefined
}

/** Names on old Chinese systems are GBK; decoded for the eye only. */
function showName(name: Buffer): string {
  if (isUtf8(name)) return name.toString()
  try {
    return new TextDecoder('gb18030', { fatal: true }).decode(name)
  } catch {
    return name.toString('latin1')
  }
}

function isOurs(thrown: unknown): boolean {
  return thrown instanceof GraderError
}
