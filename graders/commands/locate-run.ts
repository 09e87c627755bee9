import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** A run as given, or by its bare name below `reports/`. */
export async function locateRun(given: string): Promise<string> {
  const isThere = (path: string) =>
    stat(path).then(
      () => true,
      () => false,
    )
  const below = join('reports', given)
  return !(await isThere(given)) && (await isThere(below)) ? below : given
}

/** Where the other files of a run are, whose `grades.json` may have been named. */
export async function folderOfRun(path: string): Promise<string> {
  return (await stat(path)).isFile() ? resolve(path, '..') : resolve(path)
}
