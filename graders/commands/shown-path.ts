import { relative } from 'node:path'

/** As short as a reader in the current folder can use it: relative below it, else as it is. */
export function shownPath(path: string): string {
  const here = relative(process.cwd(), path)
  return here.startsWith('..') ? path : here
}
