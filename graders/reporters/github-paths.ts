import { posix, relative, resolve, sep } from 'node:path'
import type { Grade } from '../model/grade.ts'
import { forTerminal } from './escape.ts'

/** Path of a submission in the repository, `` for all of it; undefined where it lies elsewhere. */
export type FolderOf = (grade: Grade) => string | undefined

/** Undefined for a path that leads out of the folder, or that cannot be written as it is. */
export function pathIn(folder: string, file: string): string | undefined {
  const inside = posix.normalize(file)
  if (inside === '.' || inside.startsWith('../') || inside === '..' || posix.isAbsolute(inside)) return undefined
  const path = posix.join(folder, inside)
  return forTerminal(path) === path ? path : undefined
}

const archive = /\.(zip|tar|tgz|txz|tzst|tar\.\w+)$/i

/** By where each submission was read from; nothing on the disk is asked. Files in an archive are not in the repository. */
export function folderBelow(checkout: string): FolderOf {
  return ({ submission }) => {
    if (archive.test(submission.source)) return undefined
    const path = relative(checkout, resolve(submission.source)).split(sep).join('/')
    return path === '..' || path.startsWith('../') || posix.isAbsolute(path) ? undefined : path
  }
}
