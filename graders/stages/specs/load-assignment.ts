import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, extname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as z from 'zod'
import { type Assignment, assignmentSchema } from '../../model/assignment.ts'
import { UsageError } from '../../model/grader-error.ts'
import { suggestNearest } from '../../model/nearest.ts'
import { digestJudging } from './judging-digest.ts'

/** An assignment with the spec files that judge it. */
export interface Course {
  assignment: Assignment
  folder: string
  specFiles: string[]
  /** sha256 over the assignment and its specs. */
  specsDigest: string
  /** sha256 over what decides verdicts: the specs, and the assignment without what only weighs them. */
  judgingDigest: string
}

const ownExtension = extname(fileURLToPath(import.meta.url))
const specsFolder = fileURLToPath(new URL('../../../specs/', import.meta.url))

/** By id (a folder of `specs/`), or by the path of a folder anywhere; without a word, the one that `specs/default.ts` names. */
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
  const assignment = parsed.data
  const specsDigest = await digestOf([file, ...specFiles])
  const judgingDigest = await digestJudging(assignment, { folder, file, exports: loaded })
  return { assignment, folder, specFiles, specsDigest, judgingDigest }
}

async function folderOf(idOrFolder: string | undefined): Promise<string> {
  const known = await knownAssignments()
  if (idOrFolder === undefined) {
    const [only, ...others] = known
    const usual = others.length === 0 ? only : await readDefault()
    if (usual === undefined || !known.includes(usual)) {
      throw new UsageError(`Say which assignment with \`--assignment\`: ${known.join(', ')}.`)
    }
    return join(specsFolder, usual)
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

/** A module, so that it is compiled and packed as the assignments are. */
async function readDefault(): Promise<string | undefined> {
  const file = await firstExisting([join(specsFolder, `default${ownExtension}`)])
  if (file === undefined) return undefined
  const { default: id } = (await import(pathToFileURL(file).href)) as { default?: unknown }
  return typeof id === 'string' ? id : undefined
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
