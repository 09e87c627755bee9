import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type RunRecord, runRecordSchema } from '../model/grade.ts'
import { readRun } from './read-run.ts'
import { runFiles } from './run-folder.ts'

/** More than the record of any run: the names of its base images are all that varies. */
const headBytes = 1 << 20

/** How a run stands: `none` where the folder holds no run. A killed run and an interrupted one can both be gone on with. */
export async function stateOfRun(folder: string): Promise<'finished' | 'broke off' | 'none'> {
  const names: string[] = await readdir(folder).catch(() => [])
  if (names.includes(runFiles.grades)) {
    const { interrupted } = await readRunRecord(folder)
    return interrupted === true ? 'broke off' : 'finished'
  }
  return names.includes(runFiles.header) ? 'broke off' : 'none'
}

/** The newest run below a folder that broke off, by its name, which begins with the time. */
export async function findUnfinished(reports: string): Promise<string | undefined> {
  const entries = await readdir(reports, { withFileTypes: true }).catch(() => [])
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  for (const name of names.sort().reverse()) {
    const folder = join(reports, name)
    if ((await stateOfRun(folder).catch(() => 'none')) === 'broke off') return folder
  }
  return undefined
}

/** Without the grades, of which there may be a hundred megabytes. */
async function readRunRecord(folder: string): Promise<RunRecord> {
  await using file = await open(join(folder, runFiles.grades))
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
  const [start = '', ...rest] = buffer.toString('utf8', 0, bytesRead).split(/,\n {2}"grades": \[/)
  // A file that somebody else has written is read as a whole.
  if (rest.length === 0) return (await readRun(folder)).run
  const { run } = JSON.parse(`${start}}`) as { run?: unknown }
  return runRecordSchema.parse(run)
}
