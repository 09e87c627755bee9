import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'
import type { DebianTar } from './mmdebstrap.ts'
import type { Suite } from './stand-in-recipe.ts'

/** Security updates come with the next one. */
const keptMs = 7 * 24 * 60 * 60_000
const temporaryName = /^\.[a-z]+-[0-9a-f-]{36}\.tar$/

/**
 * The tar with which every tree of a Debian release begins: without packages of ours, it takes most of the time of each. Made
 * once a week by `make`, into a file; `consumed` is the path of it.
 */
export async function provideMinbase(
  suite: Suite,
  make: (file: string) => Promise<DebianTar<void>>,
): Promise<DebianTar<string>> {
  const folder = join(cacheFolder(), 'debian')
  const file = join(folder, `${suite}.tar`)
  const ageMs = await stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => Number.POSITIVE_INFINITY,
  )
  if (ageMs < keptMs) return { made: true, consumed: file }
  await mkdir(folder, { recursive: true })
  await removeBrokenOff(folder)
  const unfinished = join(folder, `.${suite}-${randomUUID()}.tar`)
  try {
    const tar = await make(unfinished)
    if (!tar.made) return { made: false, log: tar.log }
    await rename(unfinished, file)
    return { made: true, consumed: file }
  } finally {
    await rm(unfinished, { force: true })
  }
}

/** What a killed process left; one that is being written has changed in the last minutes. */
async function removeBrokenOff(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!temporaryName.test(name)) continue
    const path = join(folder, name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }))
    if (Date.now() - mtimeMs > 15 * 60_000) await rm(path, { force: true })
  }
}
