import { rmdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Grade, GradesFile, RunGrades, RunRecord } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import { briefGrade } from '../reporters/brief-grade.ts'
import { csvParts } from '../reporters/csv.ts'
import { reportFormats } from '../reporters/formats.ts'
import { jsonParts } from '../reporters/json.ts'
import { junitParts } from '../reporters/junit.ts'
import { ownerIsGone, ownerOfThisProcess } from '../sandbox/engine.ts'
import { holdRun } from '../store/hold-run.ts'
import type { KeptGrade } from '../store/journal.ts'
import { readRunHeader } from '../store/read-run.ts'
import {
  createRunFolder,
  linkLatest,
  openRun,
  type RunHeader,
  type RunStore,
  reopenRun,
  uniteBases,
} from '../store/run-folder.ts'
import { writeStaffPage } from './staff-page.ts'
import { pagesName, studentPages } from './student-pages.ts'

/** Where runs are written unless `--out` says otherwise, below the current folder. */
export const reportsFolder = 'reports'

/** What every run leaves, beside a page for each student; `cgrade report` renders the others. */
const written = ['grades.json', 'junit.xml', 'grades.csv'] as const

/** As many are in memory at once where grades come from another run. */
const groupedGrades = 32

/** One run as files, which this process alone writes. */
export interface RunOnDisk extends AsyncDisposable {
  folder: string
  /** By submission, what an interrupted run had finished. */
  kept: ReadonlyMap<string, KeptGrade>
  /** Read from disk each time they are gone through; who has none is left out. */
  grades(ids: Iterable<string>): Iterable<Grade>
  /** Makes the folder ready; throws what is wrong with it. `soFar` is asked which base images were used. */
  begin(header: RunHeader, soFar?: () => RunRecord): Promise<void>
  /** The student's page, and the grade, which is safe when this resolves. It never rejects: what goes wrong aborts `broken`. */
  keep(grade: Grade): Promise<void>
  /** Aborts when grades can no longer be kept, with the reason: to go on would be for nothing. */
  broken: AbortSignal
  /** Writes the reports of these submissions in this order, points `reports/latest` to them, and throws what went wrong till then. */
  finish(run: RunRecord, ids: readonly string[]): Promise<FinishedRun>
}

export interface FinishedRun {
  /** Read from disk until the run is disposed. */
  file: RunGrades
  /** The same without what only a grade's own report shows. */
  brief: GradesFile
  /** Paths of what was written. */
  reports: string[]
}

/** A new run: `out`, or a new folder below `reports`, which goes again where nothing came into it. */
export async function runOnDisk(
  out: string | undefined,
  assignment: string,
  reports: string = resolve(reportsFolder),
): Promise<RunOnDisk> {
  const folder = out === undefined ? await createRunFolder(reports, assignment) : resolve(out)
  const held = new AsyncDisposableStack()
  if (out === undefined) held.defer(() => rmdir(folder).catch(() => {}))
  return runIn(folder, reports, held)
}

/** A run that broke off, to be gone on with in place. */
export async function reopenOnDisk(folder: string, reports: string = resolve(reportsFolder)): Promise<RunOnDisk> {
  await using held = new AsyncDisposableStack()
  await holdFolder(folder, held)
  const header = await readRunHeader(folder)
  if (header === undefined)
    throw new UsageError(`\`${folder}\` has no \`run.json\`, so nothing tells what was asked for.`)
  const store = held.use(await reopenRun(folder, header))
  return runIn(folder, reports, held.move(), store)
}

async function holdFolder(folder: string, held: AsyncDisposableStack): Promise<void> {
  held.use(await holdRun(folder, { owner: await ownerOfThisProcess(), isGone: ownerIsGone }))
}

function runIn(folder: string, reports: string, held: AsyncDisposableStack, reopened?: RunStore): RunOnDisk {
  let open = reopened === undefined ? undefined : withPages(reopened)
  let usedBases: () => RunHeader['baseImages'] = () => []
  let prepares: Promise<void> = Promise.resolve()
  let settled: Promise<unknown> = prepares
  const broken = new AbortController()

  function begun() {
    if (open === undefined) throw new Error('this run has not begun')
    return open
  }
  // The page comes first: wherever the process is killed, whoever has a grade has the page of that grade.
  async function prepare(grade: Grade): Promise<void> {
    broken.signal.throwIfAborted()
    const { store, pages } = begun()
    await pages.write(grade)
    await store.noteBases(usedBases())
  }
  return {
    folder,
    kept: reopened?.kept ?? new Map(),
    grades: (ids) => begun().store.grades(ids),
    async begin(header, soFar) {
      if (open === undefined) {
        await holdFolder(folder, held)
        open = withPages(held.use(await openRun(folder, header)))
      } else await open.store.takeBack()
      if (soFar !== undefined) usedBases = () => soFar().baseImages
    },
    keep(grade) {
      const prepared = prepares.then(() => prepare(grade))
      prepares = prepared.catch(() => {})
      const kept = prepared.then(() => begun().store.append(grade)).catch((error: unknown) => broken.abort(error))
      settled = Promise.all([settled, kept])
      return kept
    },
    broken: broken.signal,
    async finish(record, ids) {
      await settled
      broken.signal.throwIfAborted()
      const { store, pages } = begun()
      const run = { ...record, baseImages: uniteBases(store.header.baseImages, record.baseImages) }
      const file = { run, grades: store.grades(ids) }
      const brief: GradesFile = { schema: 'cgrade/grades/v1', run, grades: Array.from(file.grades, briefGrade) }
      const pageFailure = (await pages.complete(ids)) ?? (await writeStaffPage(store, brief))
      await store.finish({
        'junit.xml': junitParts(file, 'jenkins'),
        'grades.csv': csvParts(brief),
        'grades.json': jsonParts(file),
      } satisfies Record<(typeof written)[number], unknown>)
      if (dirname(folder) === reports) await linkLatest(reports, folder)
      if (pageFailure !== undefined) throw pageFailure
      return { file, brief, reports: listReports(folder) }
    },
    async [Symbol.asyncDispose]() {
      await settled
      await held.disposeAsync()
    },
  }
}

/** A grade after the other, with less waiting for the disk than if each were waited for. */
export async function keepAll(run: RunOnDisk, grades: Iterable<Grade>): Promise<void> {
  let group: Promise<void>[] = []
  for (const grade of grades) {
    group.push(run.keep(grade))
    if (group.length < groupedGrades) continue
    await Promise.all(group)
    group = []
  }
  await Promise.all(group)
}

function withPages(store: RunStore) {
  return { store, pages: studentPages(store) }
}

/** What a finished run has in its folder for people and programs. */
export function listReports(folder: string): string[] {
  return [...written, reportFormats.staff.fileName, pagesName].map((name) => join(folder, name))
}
