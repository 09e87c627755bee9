import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { IntakeLimits } from '../../model/assignment.ts'
import { UsageError } from '../../model/grader-error.ts'
import { openWorkFolder } from '../../sandbox/work-folder.ts'
import { type ArchiveEntry, vetName } from './archive-entry.ts'
import { ArchiveRefused, archiveAmbiguous } from './archive-faults.ts'
import { archiveStem } from './archive-names.ts'
import { codeOf } from './open-folder.ts'
import { readZip } from './read-zip.ts'
import { type ListedEntry, recogniseDownload } from './recognise-download.ts'
import { writing } from './snapshot.ts'
import { timeSlice } from './time-slice.ts'
import { litterFactor } from './unpack-archive.ts'
import { litter } from './walk.ts'

/** A class of thousands has fewer files. */
const mostEntries = 500_000

export interface UnpackedDownload extends AsyncDisposable {
  /** A private folder with what lies right below the root of the download. */
  folder: string
}

/** Unpacks what a learning platform offers as "download all submissions"; any other zip is the caller's mistake. */
export async function unpackDownload(path: string, limits: IntakeLimits): Promise<UnpackedDownload> {
  const file = openSync(path, 'r')
  await using held = new AsyncDisposableStack()
  try {
    const place = held.use(await openWorkFolder())
    const wrapper = await findWrapper(file, path)
    const folder = join(place.path, 'download')
    mkdirSync(folder, { mode: 0o700 })
    await unpack(file, wrapper, folder, limits)
    const kept = held.move()
    return { folder, [Symbol.asyncDispose]: () => kept.disposeAsync() }
  } catch (thrown) {
    throw thrown instanceof ArchiveRefused ? unreadableDownload(path, thrown.fault.message) : thrown
  } finally {
    closeSync(file)
  }
}

/** The folder that all of it lies in, where somebody has packed it once more; looks at names alone. */
async function findWrapper(file: number, path: string): Promise<string> {
  const inside = new Map<string, Map<string, boolean>>()
  let count = 0
  for await (const entry of reading(file, path)) {
    count += 1
    if (count > mostEntries) throw unreadableDownload(path, `it has more than ${mostEntries} entries`)
    const [top = '', second, ...deeper] = partsOf(entry)
    if (top === '' || litter.has(top)) continue
    for (const [folder, name, isFolder] of [
      ['', top, second !== undefined || entry.kind === 'directory'],
      [top, second, deeper.length > 0 || entry.kind === 'directory'],
    ] as const) {
      if (name === undefined) continue
      const entries = inside.get(folder) ?? new Map<string, boolean>()
      if (!entries.has(name)) entries.set(name, isFolder)
      inside.set(folder, entries)
    }
  }
  const entriesIn = (folder: string): ListedEntry[] =>
    [...(inside.get(folder) ?? [])].map(([name, isFolder]) => ({ name, isFolder }))
  const top = entriesIn('')
  if (recogniseDownload(top).handIns.length > 0) return ''
  const [only, ...others] = top
  if (only?.isFolder && others.length === 0 && recogniseDownload(entriesIn(only.name)).handIns.length > 0) {
    return `${only.name}/`
  }
  throw new UsageError(
    `\`${path}\` is an archive, but not what Canvas or Moodle offer as a download of all submissions: no name in it is like theirs. To grade one submission, call \`cgrade check\`; to grade a folder of them, unpack it and name the folder.`,
  )
}

async function unpack(file: number, wrapper: string, folder: string, limits: IntakeLimits): Promise<void> {
  const made = new Set([folder])
  const bytesOf = new Map<string, number>()
  const breathe = timeSlice()
  for await (const entry of readZip(file)) {
    const parts = partsOf(entry)
    const path = parts.join('/').slice(wrapper.length)
    if (path === '' || parts.some((part) => litter.has(part)) || parts.length > limits.depth) continue
    if (entry.kind !== 'file' && entry.kind !== 'directory') continue
    const target = join(folder, path)
    makeFolders(entry.kind === 'directory' ? target : dirname(target), made)
    if (entry.kind === 'directory') continue
    const [top = ''] = path.split('/')
    // A byte more than may be is kept, so that intake refuses that one submission, and no other.
    const most = archiveStem(basename(path)) === undefined ? limits.fileBytes : limits.totalBytes * litterFactor
    const used = bytesOf.get(top) ?? 0
    const room = Math.min(most, Math.max(0, limits.totalBytes * litterFactor - used)) + 1
    bytesOf.set(top, used + (await pour(entry, target, room, breathe)))
  }
}

async function pour(entry: ArchiveEntry, target: string, room: number, breathe: () => Promise<void>): Promise<number> {
  const out = making(entry.name, () => openSync(target, 'wx', 0o600))
  let bytes = 0
  try {
    for await (const chunk of entry.content()) {
      const part = chunk.subarray(0, room - bytes)
      writing(entry.name, () => writeFileSync(out, part))
      bytes += part.length
      if (bytes >= room) break
      await breathe()
    }
    return bytes
  } finally {
    closeSync(out)
  }
}

function makeFolders(path: string, made: Set<string>): void {
  if (made.has(path)) return
  makeFolders(dirname(path), made)
  making(basename(path), () => mkdirSync(path, { mode: 0o700 }))
  made.add(path)
}

/** The folder was empty, so what is there already came from the download itself. */
function making<T>(name: string, action: () => T): T {
  try {
    return action()
  } catch (thrown) {
    if (['EEXIST', 'ENOTDIR'].includes(codeOf(thrown))) {
      throw new ArchiveRefused(archiveAmbiguous(name, 'it is packed twice'))
    }
    return writing(name, () => {
      throw thrown
    })
  }
}

function partsOf({ name }: ArchiveEntry): string[] {
  return vetName(name)
    .split('/')
    .filter((part) => part !== '')
}

async function* reading(file: number, path: string): AsyncGenerator<ArchiveEntry> {
  try {
    yield* readZip(file)
  } catch (thrown) {
    if (thrown instanceof ArchiveRefused) throw thrown
    throw unreadableDownload(path, thrown instanceof Error ? thrown.message : 'it is damaged')
  }
}

function unreadableDownload(path: string, why: string): UsageError {
  return new UsageError(
    `\`${path}\` cannot be read as a download of submissions: ${why.replace(/\.$/, '')}. Download it again.`,
  )
}
