import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { type Grade, type GradesFile, type RunRecord, runRecordSchema } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import { nearest } from '../model/nearest.ts'
import { runBasisSchema, runRequestSchema } from '../model/run-request.ts'
import { firstIssue, parseGradesFile, parseJson } from './grades-file.ts'
import { scanJournal } from './journal.ts'
import { type RunHeader, runFiles } from './run-folder.ts'

const headerSchema = runRecordSchema
  .omit({ finishedAt: true, interrupted: true })
  .extend({ request: runRequestSchema.optional(), basis: runBasisSchema.optional() })

/** The grades of a run, by its folder or its grades.json. What a killed run had finished is all there. */
export async function readRun(path: string): Promise<GradesFile> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new UsageError(`There is no run \`${path}\`.${await suggestRun(path)}`)
  if (found.isFile()) return parseGradesFile(await readFile(path, 'utf8'), path)
  const grades = await readIfThere(join(path, runFiles.grades))
  if (grades !== undefined) return parseGradesFile(grades, join(path, runFiles.grades))
  const header = await readIfThere(join(path, runFiles.header))
  if (header !== undefined) return rebuild(path, header)
  const expected = `expected a folder with \`${runFiles.grades}\``
  throw new UsageError(`\`${path}\` is not the folder of a run: ${expected}.${await suggestRun(path)}`)
}

/** What a run was asked for and began with; undefined where the folder has no `run.json`. */
export async function readRunHeader(folder: string): Promise<RunHeader | undefined> {
  const path = join(folder, runFiles.header)
  const text = await readIfThere(path)
  return text === undefined ? undefined : parseHeader(text, path)
}

function parseHeader(text: string, path: string): RunHeader {
  const header = headerSchema.safeParse(parseJson(text, path))
  if (!header.success) throw new UsageError(`\`${path}\` is not the header of a run: ${firstIssue(header.error)}.`)
  return header.data
}

/** From the header and the journal. */
async function rebuild(folder: string, headerText: string): Promise<GradesFile> {
  const { request: _request, basis: _basis, ...header } = parseHeader(headerText, join(folder, runFiles.header))
  const grades = new Map<string, Grade>()
  await scanJournal(join(folder, runFiles.journal), (grade) => grades.set(grade.submission.id, grade))
  const all = [...grades.values()]
  const run: RunRecord = { ...header, finishedAt: endOf(header.startedAt, all), interrupted: true }
  return { schema: 'cgrade/grades/v1', run, grades: all }
}

function endOf(startedAt: string, grades: Grade[]): string {
  const ends = grades.map((grade) => Date.parse(grade.startedAt) + grade.durationMs)
  return new Date(ends.reduce((latest, end) => Math.max(latest, end), Date.parse(startedAt))).toISOString()
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new UsageError(`\`${path}\` cannot be read: ${(error as Error).message}`)
  }
}

/** The run beside it that is spelled most like it, else the newest one below or beside it. */
async function suggestRun(path: string): Promise<string> {
  const absolute = resolve(path)
  const beside = await runsIn(dirname(absolute))
  const meant = nearest(basename(absolute), beside)
  if (meant !== undefined) return ` Did you mean \`${join(dirname(path), meant)}\`?`
  const below = (await runsIn(absolute)).at(-1)
  if (below !== undefined) return ` Did you mean \`${join(path, below)}\`?`
  const newest = beside.at(-1)
  return newest === undefined ? '' : ` The last run there is \`${join(dirname(path), newest)}\`.`
}

/** By name, which begins with the time. */
async function runsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => [])
  const isRun = async (name: string) => {
    const files = await readdir(join(folder, name)).catch((): string[] => [])
    return files.includes(runFiles.grades) || files.includes(runFiles.header)
  }
  const flags = await Promise.all(names.map(isRun))
  return names.filter((_name, index) => flags[index]).sort()
}
