import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** A run as given, or by its bare name below `reports/`. */
export async function locateRun(given: string): Promise<string> {
  const below = join('reports', given)
  return !(await isThere(given)) && (await isThere(below)) ? below : given
}

export function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** Where the other files of a run are, whose `grades.json` may have been named. */
export async function folderOfRun(path: string): Promise<string> {
  return (await stat(path)).isFile() ? resolve(path, '..') : resolve(path)
}
