import { createHash } from 'node:crypto'
import { appendFile, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'

/**
 * Counts one more cold use of a base and returns how many there were, over all runs on this machine: a student who checks
 * again and again, and a TA with many small batches, shall get a warm base as well. A byte per use needs no lock.
 */
export async function countColdUse(baseId: string, variant: string): Promise<number> {
  const folder = join(cacheFolder(), 'cold-uses')
  const file = join(folder, createHash('sha256').update(`${baseId} ${variant}`).digest('hex').slice(0, 16))
  try {
    await mkdir(folder, { recursive: true })
    await appendFile(file, '.')
    return (await stat(file)).size
  } catch {
    // A home that cannot be written to costs time, never a grade.
    return 1
  }
}
