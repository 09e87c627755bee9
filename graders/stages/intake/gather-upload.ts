import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, writeFileSync } from 'node:fs'
import { mkdir, rename, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { IntakeLimits } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import type { SubmissionSource } from '../../model/progress.ts'
import { severalArchives } from './archive-faults.ts'
import { archiveStem } from './archive-names.ts'
import { specialFile, tooLarge, unreadable } from './intake-faults.ts'
import { type OpenFolder, openFolder } from './open-folder.ts'
import { copySnapshot, writing } from './snapshot.ts'
import { timeSlice } from './time-slice.ts'
import { type Unpacked, unpackArchive } from './unpack-archive.ts'
import { walk } from './walk.ts'

/** Nobody hands in more archives than this and means all of them. */
const mostArchives = 10

interface Upload {
  name: string
  path: string
}

/**
 * What one student has uploaded to a learning platform, as one folder below `root`: archives are unpacked. The only archive
 * is the folder, and what was uploaded beside it is put into it; where names meet, and of several archives, each is a folder.
 */
export async function gatherUpload(source: SubmissionSource, limits: IntakeLimits, root: string): Promise<Unpacked> {
  const loose = join(root, 'loose')
  await mkdir(loose, { mode: 0o700 })
  const taken =
    source.files === undefined
      ? await takeFolder(source.path, loose, limits)
      : await takeFiles(source.files, loose, limits)
  if ('reason' in taken) return taken
  const { archives } = taken
  if (archives.length === 0) return { folder: loose }
  if (archives.length > mostArchives) return severalArchives(archives.length)
  const unpacked: { name: string; folder: string }[] = []
  for (const [index, { name, path }] of archives.entries()) {
    const below = join(root, `archive-${index}`)
    await mkdir(below, { mode: 0o700 })
    const outcome = await unpackArchive(path, limits, below, name)
    if ('reason' in outcome) return outcome
    unpacked.push({ name, folder: outcome.folder })
  }
  const [only, ...others] = unpacked
  const besides = readdirSync(loose)
  if (only !== undefined && others.length === 0) {
    const inside = new Set(readdirSync(only.folder))
    if (!besides.some((name) => inside.has(name))) {
      for (const name of besides) await rename(join(loose, name), join(only.folder, name))
      return { folder: only.folder }
    }
  }
  const names = new Set(besides)
  for (const { name, folder } of unpacked) await rename(folder, join(loose, freeName(archiveStem(name) ?? name, names)))
  return { folder: loose }
}

/** Copies what is no archive, through no link, and tells which archives are there. */
async function takeFolder(path: string, loose: string, limits: IntakeLimits): Promise<{ archives: Upload[] } | Fault> {
  using folder = openUpload(path)
  // Archives may be as large as archives are; what they hold is counted where they are unpacked.
  const roomy = { ...limits, totalBytes: Number.MAX_SAFE_INTEGER, fileBytes: Number.MAX_SAFE_INTEGER }
  const walked = await walk(folder, roomy)
  if ('reason' in walked) return walked
  const isArchive = (entry: { kind: string; path: string }) =>
    entry.kind === 'file' && !entry.path.includes('/') && archiveStem(entry.path) !== undefined
  const archives = walked.entries.filter(isArchive).map((entry) => ({ name: entry.path, path: join(path, entry.path) }))
  const others = walked.entries.filter((entry) => !isArchive(entry))
  const copied = await copySnapshot(folder, others, loose, limits)
  if ('reason' in copied) return copied
  for (const entry of copied.entries) if (entry.kind === 'link') await symlink(entry.target, join(loose, entry.path))
  return { archives }
}

async function takeFiles(
  files: Upload[],
  loose: string,
  limits: IntakeLimits,
): Promise<{ archives: Upload[] } | Fault> {
  const archives = files.filter(({ name }) => archiveStem(name) !== undefined)
  let totalBytes = 0
  for (const file of files) {
    if (archives.includes(file)) continue
    const bytes = await copyFile(file, join(loose, file.name), limits)
    if (typeof bytes !== 'number') return bytes
    totalBytes += bytes
    if (totalBytes > limits.totalBytes) return tooLarge([{ path: file.name, bytes: totalBytes }], limits)
  }
  return { archives }
}

/** How many bytes it has; names from a platform have no `/`. */
async function copyFile({ path, name }: Upload, to: string, limits: IntakeLimits): Promise<number | Fault> {
  const breathe = timeSlice()
  const from = reading(path, () => openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK))
  try {
    if (!fstatSync(from).isFile()) return specialFile(name, 'special file')
    const target = writing(name, () => openSync(to, 'wx', 0o600))
    try {
      const buffer = Buffer.allocUnsafe(256 * 1024)
      for (let bytes = 0; ; await breathe()) {
        const read = reading(path, () => readSync(from, buffer))
        if (read === 0) return bytes
        bytes += read
        if (bytes > limits.fileBytes) return tooLarge([{ path: name, bytes }], limits)
        writing(name, () => writeFileSync(target, buffer.subarray(0, read)))
      }
    } finally {
      closeSync(target)
    }
  } finally {
    closeSync(from)
  }
}

function openUpload(path: string): OpenFolder {
  return reading(path, () => openFolder(path))
}

function reading<T>(path: string, action: () => T): T {
  try {
    return action()
  } catch (thrown) {
    throw unreadable(basename(path), thrown)
  }
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}-${count}`
  taken.add(name)
  return name
}
