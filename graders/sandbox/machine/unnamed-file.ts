import { constants, copyFile, type FileHandle, mkdir, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { machineFolder } from './machine-cache.ts'

const prefix = '.initrd-'
/** Their makers were killed before they could take the name away. */
const abandonedMs = 10 * 60_000

/** A file without a name, gone as soon as it is closed, whatever happens to us; may begin with a copy of another one. */
export async function openUnnamed(content: Buffer[], after?: string): Promise<FileHandle> {
  await mkdir(machineFolder(), { recursive: true })
  await removeAbandoned()
  const folder = await mkdtemp(join(machineFolder(), prefix))
  try {
    const path = join(folder, 'initrd')
    // A file system that can share blocks does.
    if (after !== undefined) await copyFile(after, path, constants.COPYFILE_FICLONE)
    const file = await open(path, 'a+', 0o644)
    for (const part of content) await file.appendFile(part)
    // Whoever it is handed to may be another user.
    await file.chmod(0o644)
    return file
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(machineFolder())) {
    if (!name.startsWith(prefix)) continue
    const folder = join(machineFolder(), name)
    const made = await stat(folder).catch(() => undefined)
    if (made !== undefined && Date.now() - made.mtimeMs > abandonedMs)
      await rm(folder, { recursive: true, force: true })
  }
}
