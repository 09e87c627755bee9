import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ownerIsGone, ownerOfThisProcess } from '../engine.ts'
import { cacheFolder } from './cache-folder.ts'

const askAgainMs = 250
/** Longer than any preparation: a lock this old belongs to a thread that died without its process. */
const oldestMs = 30 * 60_000

/**
 * Only one preparation at a time on this machine: two graders that make the same stand-in would each take a minute of both
 * cores. A lock whose owner is gone is taken over.
 */
export async function lockPreparations(signal: AbortSignal, waiting: () => void): Promise<AsyncDisposable> {
  const folder = cacheFolder()
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'preparing.lock')
  const owner = await ownerOfThisProcess()
  for (let asked = 0; ; asked += 1) {
    if (await writeNew(path, owner)) return { [Symbol.asyncDispose]: () => rm(path, { force: true }) }
    await removeAbandoned(path)
    if (asked === 4) waiting()
    await sleep(askAgainMs, undefined, { signal })
  }
}

async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await using file = await open(path, 'wx')
    await file.writeFile(text)
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw thrown
  }
}

async function removeAbandoned(path: string): Promise<void> {
  if (!(await isAbandoned(path))) return
  // Renamed first: of two graders that both saw it abandoned, only one gets to remove it.
  const aside = `${path}.${process.pid}`
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  )
  if (moved) await rm(aside, { force: true })
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    const [owner, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
    const ageMs = Date.now() - mtimeMs
    // Just created, its owner not written yet.
    if (owner === '') return ageMs > 10_000
    return ageMs > oldestMs || (await ownerIsGone(owner))
  } catch {
    return false
  }
}
