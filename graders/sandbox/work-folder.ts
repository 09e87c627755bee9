import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownerOfThisProcess } from './engine.ts'

/** Prefix of the private work folders below the temporary directory; each holds a file `owner`, by which the reaper knows it. */
export const workFolderPrefix = 'cgrade-work-'

export interface WorkFolder extends AsyncDisposable {
  path: string
}

/** A folder of this process alone; should it be killed, the reaper of a later one removes it. */
export async function openWorkFolder(): Promise<WorkFolder> {
  const path = await mkdtemp(join(tmpdir(), workFolderPrefix))
  const remove = () => rm(path, { recursive: true, force: true })
  try {
    await writeFile(join(path, 'owner'), await ownerOfThisProcess())
  } catch (thrown) {
    await remove()
    throw thrown
  }
  return { path, [Symbol.asyncDispose]: remove }
}
