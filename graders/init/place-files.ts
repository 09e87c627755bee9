import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { UsageError } from '../model/grader-error.ts'
import type { NewFile } from './new-file.ts'

/** What became of each file, by path. */
export interface Placed {
  written: string[]
  /** Was there already, byte for byte. */
  unchanged: string[]
  /** Is there with another text, and was left as it is. */
  kept: string[]
  /** Was there with another text, which is gone. */
  replaced: string[]
}

/** Writes each file whole or not at all, below the folder. What is there and differs stays, unless `replace` says otherwise. */
export async function placeFiles(folder: string, files: NewFile[], options: { replace: boolean }): Promise<Placed> {
  const placed: Placed = { written: [], unchanged: [], kept: [], replaced: [] }
  for (const { path, text } of files) {
    const present = await readPresent(folder, path)
    if (present === text) placed.unchanged.push(path)
    else if (present !== undefined && !options.replace) placed.kept.push(path)
    else {
      await writeWhole(join(folder, path), text)
      placed[present === undefined ? 'written' : 'replaced'].push(path)
    }
  }
  return placed
}

async function readPresent(folder: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, path), 'utf8')
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw refused(join(folder, path), code)
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}-${randomUUID()}`)
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw refused(path, (error as NodeJS.ErrnoException).code ?? String(error))
  }
}

function refused(path: string, code: string): UsageError {
  const shown = relative(process.cwd(), path)
  const why =
    code === 'EISDIR' ? 'it is a folder' : code === 'ENOTDIR' ? 'a file stands where its folder should be' : code
  return new UsageError(
    `\`${shown.startsWith('..') ? path : shown}\` cannot be written: ${why}. Name another folder, or move that out of the way.`,
  )
}
