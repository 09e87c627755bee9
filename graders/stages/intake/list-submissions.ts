import { isUtf8 } from 'node:buffer'
import { type Dirent, readdirSync } from 'node:fs'
import { readdir, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { UsageError } from '../../model/grader-error.ts'
import { nearest } from '../../model/nearest.ts'
import type { SubmissionSource } from '../../model/progress.ts'
import { isDockerfileName } from '../discover/dockerfile-names.ts'
import { archiveStem, isOtherArchive, readableArchives } from './archive-names.ts'
import { codeOf } from './open-folder.ts'
import { type HandIn, type ListedEntry, recogniseDownload } from './recognise-download.ts'

export interface LeftOut {
  name: string
  why: string
}

/**
 * The submissions of a folder: its direct sub-folders and archives, sorted by name, and what Canvas and Moodle have named
 * there, unless `isPlain` says that every name is just a name.
 */
export async function listSubmissions(
  folder: string,
  { isPlain = false } = {},
): Promise<{ sources: SubmissionSource[]; leftOut: LeftOut[] }> {
  const path = resolve(folder)
  const entries = await readFolder(path, folder)
  const download = isPlain ? undefined : recogniseDownload(entries.filter(isReadable).map(asListed))
  const ordinary = new Set(download?.rest.map(({ name }) => name))
  const isOfDownload = (entry: Entry) =>
    download !== undefined && isReadable(entry) && !ordinary.has(showName(entry.name))
  const names = entries.filter((entry) => entry.isFile() && !isOfDownload(entry)).map(({ name }) => showName(name))
  const mark = names.find((name) => isDockerfileName(name) || name === 'go.mod')
  if (mark !== undefined) {
    throw new UsageError(
      `\`${folder}\` looks like one submission: it has a \`${mark}\`. To grade it, call \`cgrade check ${folder}\`; \`batch\` takes the folder that holds all submissions.`,
    )
  }
  const sources: SubmissionSource[] = []
  const leftOut: LeftOut[] = []
  for (const entry of entries.sort((a, b) => Buffer.compare(a.name, b.name))) {
    const name = showName(entry.name)
    if (isOfDownload(entry)) continue
    const why = whyNot(entry, name)
    if (why === undefined) sources.push({ id: idOf(entry, name), path: join(path, name) })
    else leftOut.push({ name, why })
  }
  const handIns = (download?.handIns ?? []).toSorted((a, b) => Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)))
  sources.push(...handIns.map((handIn) => sourceOf(handIn, path)))
  leftOut.push(...(download?.leftOut ?? []))
  refuseSameIds(sources, folder)
  return { sources, leftOut }
}

type Entry = Dirent<Buffer>

/** Files and folders whose names are text; the others are told as they are in any folder. */
function isReadable(entry: Entry): boolean {
  return isUtf8(entry.name) && (entry.isFile() || entry.isDirectory())
}

function asListed(entry: Entry): ListedEntry {
  return { name: showName(entry.name), isFolder: entry.isDirectory() }
}

function sourceOf({ id, delivery, holds }: HandIn, folder: string): SubmissionSource {
  if ('folder' in holds) return { id, path: join(folder, holds.folder), holdsUploads: true, delivery }
  const files = holds.files.map(({ entry, name }) => ({ path: join(folder, entry), name }))
  const path = files[0]?.path ?? folder
  const more = files.length - 1
  return { id, path, files, delivery, ...(more > 0 ? { shownAs: `${path} and ${more} more` } : {}) }
}

async function readFolder(path: string, given: string): Promise<Entry[]> {
  try {
    return await readdir(await realpath(path), { withFileTypes: true, encoding: 'buffer' })
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') throw new UsageError(`There is no folder \`${given}\`.${suggestSibling(path)}`)
    if (codeOf(thrown) !== 'ENOTDIR') throw new UsageError(`\`${given}\` cannot be read (${codeOf(thrown)}).`)
    throw new UsageError(
      `\`${given}\` is a file, but the folder that holds the submissions is expected. To grade one archive, call \`cgrade check\`.`,
    )
  }
}

/** Names the folder that was probably meant, at the first part of the path that is not there. */
function suggestSibling(path: string): string {
  const parent = dirname(path)
  try {
    const folders = readdirSync(parent, { withFileTypes: true }).filter((entry) => !entry.isFile())
    const meant = nearest(
      basename(path),
      folders.map(({ name }) => name),
    )
    return meant === undefined ? '' : ` Did you mean \`${join(parent, meant)}\`?`
  } catch {
    return parent === path ? '' : suggestSibling(parent)
  }
}

function whyNot(entry: Entry, name: string): string | undefined {
  if (!isUtf8(entry.name)) return 'its name is not UTF-8: rename it, e.g. with `convmv`'
  if (name.startsWith('.') || name === '__MACOSX') return 'hidden, not a submission'
  if (entry.isDirectory()) return undefined
  if (entry.isSymbolicLink()) return 'a link, not a folder: put the folder itself here'
  if (entry.isFile() && archiveStem(name) !== undefined) return undefined
  if (isOtherArchive(name)) return `an archive that is not read here: unpack it, or ask for ${readableArchives}`
  return 'neither a folder nor an archive'
}

/** An archive stands for the folder that it was made of. */
function idOf(entry: Entry, name: string): string {
  return ((entry.isFile() ? archiveStem(name) : undefined) ?? name).normalize('NFC')
}

function refuseSameIds(sources: SubmissionSource[], folder: string): void {
  const seen = new Map<string, string>()
  for (const { id, path } of sources) {
    const other = seen.get(id)
    const [one, two] = [basename(other ?? ''), basename(path)]
    if (other !== undefined && one.normalize('NFC') === two.normalize('NFC')) {
      throw new UsageError(
        `Two submissions in \`${folder}\` are both named \`${id}\`, written with different bytes (composed and decomposed accents). Rename one of them, so that their grades can be told apart.`,
      )
    }
    if (other !== undefined) {
      throw new UsageError(
        `\`${one}\` and \`${two}\` in \`${folder}\` would both be the submission \`${id}\`. Which one counts is yours to say: move the other one away.`,
      )
    }
    seen.set(id, path)
  }
  refuseSamePerson(sources, folder)
}

/** One number of the learning platform under two names: perhaps two downloads in one folder. */
function refuseSamePerson(sources: SubmissionSource[], folder: string): void {
  const seen = new Map<string, string>()
  for (const { id, delivery } of sources) {
    const { canvasId, moodleId } = delivery ?? {}
    const person = canvasId === undefined ? moodleId && `Moodle's participant ${moodleId}` : `Canvas' user ${canvasId}`
    if (person === undefined) continue
    const other = seen.get(person)
    if (other !== undefined) {
      throw new UsageError(
        `\`${other}\` and \`${id}\` in \`${folder}\` are both of ${person}. Which one counts is yours to say: move the other one away.`,
      )
    }
    seen.set(person, id)
  }
}

function showName(name: Buffer): string {
  return name.toString(isUtf8(name) ? 'utf8' : 'latin1')
}
