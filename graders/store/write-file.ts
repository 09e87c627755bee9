import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** What a process that was killed while it wrote may have left. */
const temporaryName = /^\..+-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * A reader sees the old file or the new one, never a part. Makes the folder; throws what the file system says. `survives`: false where it
 * may be empty after a loss of power, which costs a wait for the disk less.
 */
export async function writeFileWhole(
  path: string,
  text: string | Iterable<string>,
  { survives = true }: { survives?: boolean } = {},
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}-${randomUUID()}`)
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(text)
      if (survives) await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}

/** Removes what killed processes have left half-written in a folder that nobody else writes; `below`: and in the folders of students. */
export async function removeHalfWritten(folder: string, { below }: { below: boolean }): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && below) await removeHalfWritten(path, { below: false })
    else if (entry.isFile() && temporaryName.test(entry.name)) await rm(path, { force: true })
  }
}
