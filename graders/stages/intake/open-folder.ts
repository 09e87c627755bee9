import { closeSync, constants, existsSync, openSync } from 'node:fs'

const folderOnly = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
const canNameDescriptors = existsSync('/proc/self/fd')

/**
 * A folder held open. Its children are named through the descriptor, so that a folder of the path which is swapped for a
 * link meanwhile leads nowhere else.
 */
export interface OpenFolder extends Disposable {
  child(name: string): string
  child(name: Buffer): Buffer
}

/** Opens the folder itself; fails with ELOOP or ENOTDIR when it is a link or no folder. */
export function openFolder(path: string): OpenFolder {
  const descriptor = openSync(path, folderOnly)
  const base = canNameDescriptors ? `/proc/self/fd/${descriptor}` : path
  function child(name: string): string
  function child(name: Buffer): Buffer
  function child(name: string | Buffer): string | Buffer {
    return typeof name === 'string' ? `${base}/${name}` : Buffer.concat([Buffer.from(`${base}/`), name])
  }
  return { child, [Symbol.dispose]: () => closeSync(descriptor) }
}

/** Opens a folder below an open one, step by step and through no link. */
export function openFolderBelow(folder: OpenFolder, path: string): OpenFolder {
  const [first, ...rest] = path.split('/') as [string, ...string[]]
  let current = openFolder(folder.child(first))
  for (const name of rest) {
    using parent = current
    current = openFolder(parent.child(name))
  }
  return current
}

/** The entry is no longer what it was when its folder was listed. */
export function isVanished(thrown: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP', 'ESTALE'].includes(codeOf(thrown))
}

export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
}
