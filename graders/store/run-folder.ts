import { randomUUID } from 'node:crypto'
import { lstat, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import type { FileName, FileText } from '../model/encoded.ts'
import type { Grade } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import type { RunStart } from '../model/progress.ts'
import type { RunBasis, RunRequest } from '../model/run-request.ts'
import { type Journal, type KeptGrade, openJournal } from './journal.ts'
import { removeHalfWritten, writeFileWhole } from './write-file.ts'
import { writingFailed } from './writing-failed.ts'

/** What is known of a run when it begins, in `run.json`; a killed run is rebuilt from it, and goes on by it. */
export type RunHeader = RunStart & { request?: RunRequest | undefined; basis?: RunBasis | undefined }

/** Names that tell a folder is a run. */
export const runFiles = { header: 'run.json', journal: 'grades.jsonl', grades: 'grades.json' } as const

/** One run on disk. Only this process writes it, and its grades are only ever added to. */
export interface RunStore extends AsyncDisposable {
  folder: string
  header: RunHeader
  /** By submission, what is known of its last grade without reading it. */
  kept: ReadonlyMap<string, KeptGrade>
  /** Kept when this resolves, whatever becomes of the process. */
  append(grade: Grade): Promise<void>
  /** Read from disk each time they are gone through; who has none is left out. */
  grades(ids: Iterable<string>): Iterable<Grade>
  /** Adds base images that the run did not know when it began. */
  noteBases(images: RunHeader['baseImages']): Promise<void>
  /** Grades are to come: `grades.json` of an interruption no longer tells what there is. */
  takeBack(): Promise<void>
  /** A whole file or none, which may be empty after a loss of power: `name` may have folders in it. */
  write(name: FileName, text: FileText): Promise<void>
  /** The rendered reports by file name, in parts; `grades.json` comes last, since it says that the run is complete. */
  finish(reports: Record<string, Iterable<FileText>>): Promise<void>
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
  await removeHalfWritten(folder, { below: false })
  await writeHeader(folder, header)
  return storeIn(folder, header, await openJournal(join(folder, runFiles.journal), 'new'))
}

/** Goes on with a run that was left by another process, which must be gone. */
export async function reopenRun(folder: string, header: RunHeader): Promise<RunStore> {
  await removeHalfWritten(folder, { below: true })
  return storeIn(folder, header, await openJournal(join(folder, runFiles.journal), 'left'))
}

function storeIn(folder: string, header: RunHeader, journal: Journal): RunStore {
  let noted = header
  return {
    folder,
    get header() {
      return noted
    },
    kept: journal.kept,
    append: journal.append,
    grades: (ids) => readEach(journal, ids),
    async noteBases(images) {
      const baseImages = uniteBases(noted.baseImages, images)
      if (baseImages.length === noted.baseImages.length) return
      noted = { ...noted, baseImages }
      await writeHeader(folder, noted)
    },
    takeBack: () => rm(join(folder, runFiles.grades), { force: true }),
    write: (name, text) => writeInside(folder, name, text, { survives: false }),
    async finish(reports) {
      const names = Object.keys(reports).sort((a, b) => Number(a === runFiles.grades) - Number(b === runFiles.grades))
      for (const name of names) await writeInside(folder, name, reports[name] ?? [])
    },
    [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose](),
  }
}

function readEach(journal: Journal, ids: Iterable<string>): Iterable<Grade> {
  return {
    *[Symbol.iterator]() {
      for (const id of ids) {
        const grade = journal.read(id)
        if (grade !== undefined) yield grade
      }
    },
  }
}

/** Those of an interrupted run come first; a name that has got another image since is there twice. */
export function uniteBases(before: RunHeader['baseImages'], now: RunHeader['baseImages']): RunHeader['baseImages'] {
  const isKnown = (image: (typeof now)[number]) =>
    before.some(
      ({ name, digest, standIn }) => name === image.name && digest === image.digest && standIn === image.standIn,
    )
  return [...before, ...now.filter((image) => !isKnown(image))]
}

function writeHeader(folder: string, header: RunHeader): Promise<void> {
  return writeInside(folder, runFiles.header, `${JSON.stringify(header, null, 2)}\n`)
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

async function writeInside(
  folder: string,
  name: string,
  text: string | Iterable<string>,
  options?: { survives: boolean },
): Promise<void> {
  const path = resolve(folder, name)
  if (!path.startsWith(resolve(folder) + sep)) throw new Error(`\`${name}\` leads out of the run's folder`)
  await writeFileWhole(path, text, options).catch(writingFailed(path))
}
