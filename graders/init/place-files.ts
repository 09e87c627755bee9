import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
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

export interface Placing {
  replace: boolean
  /** Writes the whole of a file or nothing, and makes its folder. */
  write(path: string, text: string): Promise<void>
}

/** Writes the files below the folder. What is there and differs stays, unless `replace` says otherwise. */
export async function placeFiles(folder: string, files: NewFile[], { replace, write }: Placing): Promise<Placed> {
  const placed: Placed = { written: [], unchanged: [], kept: [], replaced: [] }
  for (const { path, text } of files) {
    const present = await readPresent(folder, path)
    if (present === text) placed.unchanged.push(path)
    else if (present !== undefined && !replace) placed.kept.push(path)
    else {
      await write(join(folder, path), text).catch((error: NodeJS.ErrnoException) => {
        throw refused(join(folder, path), error.code ?? String(error))
      })
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

function refused(path: string, code: string): UsageError {
  const shown = relative(process.cwd(), path)
  const why =
    code === 'EISDIR' ? 'it is a folder' : code === 'ENOTDIR' ? 'a file stands where its folder should be' : code
  return new UsageError(
    `\`${shown.startsWith('..') ? path : shown}\` cannot be written: ${why}. Name another folder, or move that out of the way.`,
  )
}
