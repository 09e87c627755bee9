import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { GraderError } from '../../model/grader-error.ts'
import { cacheFolder } from '../bases/cache-folder.ts'
import { failureToMake } from '../bases/mmdebstrap.ts'

/** Parts of virtual machines outlive a run; a part has the hash of its recipe in its name, and is there as a whole or not at all. */
export function machineFolder(): string {
  return join(cacheFolder(), 'machine')
}

export function partFolder(name: string, recipe: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12)
  return join(machineFolder(), `${name}-${hash}`)
}

export async function hasPart(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

/** Has `make` fill a folder, which then gets its name; parts of the same name from older recipes are removed. */
export async function keepPart(folder: string, make: (unfinished: string) => Promise<void>): Promise<void> {
  const parent = machineFolder()
  await mkdir(parent, { recursive: true })
  const name = folder.slice(parent.length + 1).replace(/-[^-]+$/, '')
  const unfinished = await mkdtemp(join(parent, `.${name}-`))
  try {
    await make(unfinished)
    await rename(unfinished, folder)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  for (const other of await readdir(parent)) {
    const path = join(parent, other)
    const isOlder = other.startsWith(`${name}-`) || other.startsWith(`.${name}-`)
    if (isOlder && path !== folder) await rm(path, { recursive: true, force: true })
  }
}

export function notMade(what: string, log: string): GraderError {
  return failureToMake(
    what,
    log,
    'It is made from Debian packages: give this machine a mirror that answers (CGRADE_DEBIAN_MIRROR names one).',
  )
}
