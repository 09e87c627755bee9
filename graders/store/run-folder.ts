import { randomUUID } from 'node:crypto'
import { lstat, mkdir, open, readdir, rename, symlink } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import type { FileName, FileText } from '../model/encoded.ts'
import type { Grade, RunRecord } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import { jsonLine } from './json-line.ts'
import { writeFileWhole } from './write-file.ts'
import { writingFailed } from './writing-failed.ts'

/** What is known of a run when it begins; a killed run is rebuilt from it. */
export type RunHeader = Omit<RunRecord, 'finishedAt' | 'interrupted'>

/** Names that tell a folder is a run. */
export const runFiles = { header: 'run.json', journal: 'grades.jsonl', grades: 'grades.json' } as const

/** One run on disk. Only this process writes it, and nothing in it is ever rewritten in place. */
export interface RunStore extends AsyncDisposable {
  folder: string
  /** Kept when this resolves, whatever becomes of the process. */
  append(grade: Grade): Promise<void>
  /** A whole file or none: `name` may have folders in it. */
  write(name: FileName, text: FileText): Promise<void>
  /** The rendered reports by file name; `grades.json` comes last, since it says that the run is complete. */
  finish(reports: Record<string, FileText>): Promise<void>
}

/** Makes `<UTC time>-<assignment>` in the reports folder, numbered where two runs begin in one second. */
export async function createRunFolder(reportsFolder: string, assignment: string, now = new Date()): Promise<string> {
  const name = `${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z-${assignment}`
  await mkdir(reportsFolder, { recursive: true }).catch(writingFailed(reportsFolder))
  for (let count = 1; ; count += 1) {
    const folder = join(reportsFolder, count === 1 ? name : `${name}-${count}`)
    const made = await mkdir(folder).then(
      () => true,
      (error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? false : writingFailed(folder)(error)),
    )
    if (made) return folder
  }
}

/** Begins a run in a folder that has none yet. */
export async function openRun(folder: string, header: RunHeader): Promise<RunStore> {
  await mkdir(folder, { recursive: true }).catch(writingFailed(folder))
  const taken = (await readdir(folder)).find((name) => Object.values<string>(runFiles).includes(name))
  if (taken !== undefined) {
    throw new UsageError(`\`${folder}\` holds a run already (\`${taken}\`). Name another folder, or remove that one.`)
  }
  await writeInside(folder, runFiles.header, `${JSON.stringify(header, null, 2)}\n`)
  const journalPath = join(folder, runFiles.journal)
  const journal = await open(journalPath, 'ax').catch(writingFailed(journalPath))
  let last: Promise<void> = Promise.resolve()
  let torn = false

  async function appendLine(line: string): Promise<void> {
    try {
      // After a write that broke off, a line of its own keeps the next grade readable.
      await journal.appendFile(torn ? `\n${line}` : line)
      torn = false
      await journal.datasync()
    } catch (error) {
      torn = true
      writingFailed(journalPath)(error)
    }
  }
  const append = (grade: Grade) => {
    const written = last.then(() => appendLine(jsonLine(grade)))
    last = written.catch(() => {})
    return written
  }
  const write = (name: FileName, text: FileText) => writeWhole(folder, name, text)
  return {
    folder,
    append,
    write,
    async finish(reports) {
      const names = Object.keys(reports).sort((a, b) => Number(a === runFiles.grades) - Number(b === runFiles.grades))
      await last
      for (const name of names) await writeInside(folder, name, reports[name] ?? '')
    },
    async [Symbol.asyncDispose]() {
      await last
      await journal.close()
    },
  }
}

/** Points `latest` to a run, in one step. False where something that is no link of ours has that name. */
export async function linkLatest(reportsFolder: string, runFolder: string): Promise<boolean> {
  const latest = join(reportsFolder, 'latest')
  const present = await lstat(latest).catch(() => undefined)
  if (present !== undefined && !present.isSymbolicLink()) return false
  const temporary = join(reportsFolder, `.latest-${randomUUID()}`)
  await symlink(relative(resolve(reportsFolder), resolve(runFolder)), temporary).catch(writingFailed(latest))
  await rename(temporary, latest).catch(writingFailed(latest))
  return true
}

/** A file of a run, whole or not at all. */
export async function writeWhole(folder: string, name: FileName, text: FileText): Promise<void> {
  await writeInside(folder, name, text)
}

async function writeInside(folder: string, name: string, text: string): Promise<void> {
  const path = resolve(folder, name)
  if (!path.startsWith(resolve(folder) + sep)) throw new Error(`\`${name}\` leads out of the run's folder`)
  await writeFileWhole(path, text).catch(writingFailed(path))
}
