import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { UsageError } from '../model/grader-error.ts'
import { nearest } from '../model/nearest.ts'
import { archiveStem, readableArchives } from '../stages/intake/archive-names.ts'

/** The absolute path of a folder that the user named, or a sentence with the nearest one that exists. */
export async function requireFolder(given: string, expected: string): Promise<string> {
  const path = resolve(given)
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error)
  if (!(found instanceof Error)) {
    if (found.isDirectory()) return path
    throw new UsageError(`\`${given}\` is a file; expected ${expected}.`)
  }
  if (found.code === 'EACCES') throw new UsageError(`\`${given}\` may not be read by this user; expected ${expected}.`)
  const meant = await nearestFolder(path)
  const suggestion = meant === undefined ? '' : ` Did you mean \`${asGiven(given, meant)}\`?`
  throw new UsageError(`There is no folder \`${given}\`; expected ${expected}.${suggestion}`)
}

/** The absolute path of one submission that the user named: a folder, or an archive of one. */
export async function requireSubmission(given: string): Promise<string> {
  const path = resolve(given)
  const isArchive = await stat(path).then(
    (found) => found.isFile() && archiveStem(basename(path)) !== undefined,
    () => false,
  )
  return isArchive ? path : requireFolder(given, `the folder of one submission, or its archive: ${readableArchives}`)
}

/** The folder that exists and is spelled most like this one; a misspelled parent is put right first. */
export async function nearestFolder(path: string): Promise<string | undefined> {
  const parent = dirname(path)
  if (parent === path) return undefined
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => undefined)
  if (entries === undefined) {
    const meantParent = await nearestFolder(parent)
    if (meantParent === undefined) return undefined
    const below = join(meantParent, relative(parent, path))
    const isThere = await stat(below).then(
      (found) => found.isDirectory(),
      () => false,
    )
    return isThere ? below : ((await nearestFolder(below)) ?? meantParent)
  }
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const name = relative(parent, path)
  const meant = nearest(name, folders)
  return meant === undefined ? undefined : join(parent, meant)
}

/** Absolute where the user wrote it absolute, else relative to where they are. */
function asGiven(given: string, path: string): string {
  return given.startsWith('/') ? path : relative(process.cwd(), path)
}
