import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, extname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as z from 'zod'
import { type Assignment, assignmentSchema } from '../../model/assignment.ts'
import { UsageError } from '../../model/grader-error.ts'
import { suggestNearest } from '../../model/nearest.ts'

/** An assignment with the spec files that judge it. */
export interface Course {
  assignment: Assignment
  folder: string
  specFiles: string[]
  /** sha256 over the assignment and its specs. */
  specsDigest: string
}

const ownExtension = extname(fileURLToPath(import.meta.url))
const specsFolder = fileURLToPath(new URL('../../../specs/', import.meta.url))

/** By id (a folder of `specs/`), or by the path of a folder anywhere; without a word, the only one there is. */
export async function loadCourse(idOrFolder: string | undefined): Promise<Course> {
  const folder = await folderOf(idOrFolder)
  const file = await firstExisting([join(folder, `assignment${ownExtension}`), join(folder, 'assignment.ts')])
  if (file === undefined) throw new UsageError(`${folder} is no assignment: it has no file \`assignment.ts\`.`)
  const loaded = (await import(pathToFileURL(file).href)) as { default?: unknown }
  const parsed = assignmentSchema.safeParse(loaded.default)
  if (!parsed.success) throw new UsageError(`${file} is not valid:\n${z.prettifyError(parsed.error)}`)
  const names = (await readdir(folder)).filter((name) => /\.spec\.[jt]s$/.test(name)).sort()
  if (names.length === 0) throw new UsageError(`${folder} has no spec: expected files \`*.spec.ts\`.`)
  const specFiles = names.map((name) => join(folder, name))
  return { assignment: parsed.data, folder, specFiles, specsDigest: await digestOf([file, ...specFiles]) }
}

async function folderOf(idOrFolder: string | undefined): Promise<string> {
  const known = await knownAssignments()
  if (idOrFolder === undefined) {
    const [only, ...others] = known
    if (only === undefined || others.length > 0) {
      throw new UsageError(`Say which assignment with \`--assignment\`: ${known.join(', ')}.`)
    }
    return join(specsFolder, only)
  }
  if (known.includes(idOrFolder)) return join(specsFolder, idOrFolder)
  const isPath = isAbsolute(idOrFolder) || idOrFolder.includes('/') || idOrFolder.startsWith('.')
  const folder = resolve(idOrFolder)
  if (await isFolder(folder)) return folder
  const suggestion = suggestNearest(basename(idOrFolder), known)
  throw new UsageError(
    `${isPath ? 'No such assignment folder' : 'Unknown assignment'}: \`${idOrFolder}\`.${suggestion} Known: ${known.join(', ')}.`,
  )
}

async function knownAssignments(): Promise<string[]> {
  const entries = await readdir(specsFolder, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

async function firstExisting(files: string[]): Promise<string | undefined> {
  for (const file of files) if (await stat(file).catch(() => undefined)) return file
  return undefined
}

async function digestOf(files: string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${basename(file)}\0`).update(await readFile(file))
  return hash.digest('hex')
}
