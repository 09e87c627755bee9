import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { cacheFolder } from '../bases/cache-folder.ts'
import { lockPreparations } from '../bases/preparation-lock.ts'

/** Test support: disks of the test machine, and the folder in which they are kept between runs. */

export interface DiskOrder {
  label: string
  /** Of the file system; the file is sparse. */
  bytes: number
  /** Becomes its contents. */
  from?: string
}

/** Without a journal: it is copied for every machine, and thrown away. */
export async function makeDisk(file: string, order: DiskOrder): Promise<void> {
  await execa('truncate', ['-s', String(order.bytes), file])
  const from = order.from === undefined ? [] : ['-d', order.from]
  await execa('mke2fs', ['-q', '-F', '-t', 'ext4', '-O', '^has_journal', '-m', '0', '-L', order.label, ...from, file])
}

const keptUnusedMs = 24 * 60 * 60_000

/**
 * A folder of the cache whose contents are decided by `recipe`: made once and complete or not there at all. Those of other
 * recipes that nobody has used for a day are removed.
 */
export async function keepMade(
  kind: string,
  recipe: string,
  make: (folder: string) => Promise<void>,
): Promise<{ folder: string; made: boolean }> {
  const parent = join(cacheFolder(), 'machine')
  await mkdir(parent, { recursive: true })
  const name = `${kind}-${createHash('sha256').update(recipe).digest('hex').slice(0, 16)}`
  const folder = join(parent, name)
  if (await isThere(folder)) return { folder, made: false }
  await using _lock = await lockPreparations(AbortSignal.timeout(20 * 60_000), () => {})
  if (await isThere(folder)) return { folder, made: false }
  for (const old of await readdir(parent)) {
    if (old.startsWith(`${kind}-`) && (await isUnused(join(parent, old)))) {
      await rm(join(parent, old), { recursive: true, force: true })
    }
  }
  const making = await mkdtemp(join(parent, `${kind}-making-`))
  try {
    await make(making)
    await rename(making, folder)
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  return { folder, made: true }
}

/** Marks it as used now. */
function isThere(folder: string): Promise<boolean> {
  const now = new Date()
  return utimes(folder, now, now).then(
    () => true,
    () => false,
  )
}

async function isUnused(folder: string): Promise<boolean> {
  const { mtimeMs } = await stat(folder)
  return Date.now() - mtimeMs > keptUnusedMs
}
