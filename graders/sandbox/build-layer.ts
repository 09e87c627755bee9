import { constants } from 'node:fs'
import { type FileHandle, open, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContainerInspectInfo } from 'dockerode'
import type { Engine } from './engine.ts'

const notableBytes = 1024 ** 2
const timeoutMs = 10_000

/**
 * Empties the big files of a step that has ended. The engine is copying them into the image by then and does not stop for
 * anybody: files with holes, made in no time, would keep it busy for hours. Cut short, they end the copying with an error.
 * Nothing runs in the layer any more, and no link is followed.
 */
export async function emptyLayer(engine: Engine, container: ContainerInspectInfo): Promise<void> {
  const folder = (container.GraphDriver?.Data as { UpperDir?: string } | undefined)?.UpperDir
  const isSeen = engine.local && process.getuid?.() === 0 && container.GraphDriver?.Name === 'overlay2'
  if (!isSeen || container.State.Running || folder === undefined) return
  await emptyFolder(folder, Date.now() + timeoutMs)
}

async function emptyFolder(folder: string, until: number): Promise<void> {
  const entries = await opendir(folder).catch(() => undefined)
  if (entries === undefined) return
  try {
    for await (const entry of entries) {
      if (Date.now() > until) return
      const path = join(folder, entry.name)
      if (entry.isDirectory()) await emptyFolder(path, until)
      else if (entry.isFile()) await emptyFile(path)
    }
  } catch {
    // Removed by the engine meanwhile: that is what it is for.
  }
}

async function emptyFile(path: string): Promise<void> {
  let file: FileHandle | undefined
  try {
    file = await open(path, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    if ((await file.stat()).size > notableBytes) await file.truncate(0)
  } catch {
    // Gone already.
  } finally {
    await file?.close()
  }
}
