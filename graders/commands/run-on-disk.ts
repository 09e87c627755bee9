import { rmdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { FileText } from '../model/encoded.ts'
import type { Grade, GradesFile } from '../model/grade.ts'
import { fileName, fileNameOf } from '../model/identity.ts'
import type { RunStart } from '../model/progress.ts'
import { renderCsv } from '../reporters/csv.ts'
import { reportFormats } from '../reporters/formats.ts'
import { renderJson } from '../reporters/json.ts'
import { renderJunit } from '../reporters/junit.ts'
import { createRunFolder, linkLatest, openRun, type RunStore } from '../store/run-folder.ts'

/** Where runs are written unless `--out` says otherwise, below the current folder. */
const reportsFolder = 'reports'

/** What every run leaves, beside a page for each student; `cgrade report` renders the others. */
const written = ['grades.json', 'junit.xml', 'grades.csv'] as const

export interface RunOnDisk {
  folder: string
  /** Makes the folder ready; throws what is wrong with it. */
  begin(run: RunStart): Promise<void>
  /** Kept at once, whatever becomes of this process. */
  keep(grade: Grade): void
  /** Writes the reports, points `reports/latest` to them, and throws what went wrong while grades were kept. */
  finish(file: GradesFile): Promise<string[]>
  /** Takes back the folder of a run that never began. */
  abandon(): Promise<void>
}

/** One run as files: `out`, or a new folder below `reports`. */
export async function runOnDisk(
  out: string | undefined,
  assignment: string,
  reports: string = resolve(reportsFolder),
): Promise<RunOnDisk> {
  const folder = out === undefined ? await createRunFolder(reports, assignment) : resolve(out)
  let store: RunStore | undefined
  let failure: unknown
  const waiting: Grade[] = []
  const keep = (grade: Grade) => {
    if (store === undefined) waiting.push(grade)
    else {
      store.append(grade).catch((error) => {
        failure ??= error
      })
    }
  }
  const begin = async (run: RunStart) => {
    store ??= await openRun(folder, run)
    for (const grade of waiting.splice(0)) keep(grade)
  }
  return {
    folder,
    begin,
    keep,
    async finish(file) {
      await begin(startOf(file))
      await store?.finish(render(file))
      // After what programs read, so that a page which cannot be written costs nobody a grade.
      for (const grade of file.grades) {
        const page = fileName`${fileNameOf(grade.submission.id)}/${reportFormats.html.fileName}`
        await store?.write(page, reportFormats.html.renderOne(grade, file))
      }
      await store?.[Symbol.asyncDispose]()
      if (dirname(folder) === reports) await linkLatest(reports, folder)
      if (failure !== undefined) throw failure
      return [...written, join('<student>', reportFormats.html.fileName)].map((name) => join(folder, name))
    },
    async abandon() {
      await store?.[Symbol.asyncDispose]()
      // Refuses where there is anything in it.
      if (out === undefined) await rmdir(folder).catch(() => {})
    },
  }
}

function startOf({ run }: GradesFile): RunStart {
  const { finishedAt: _end, interrupted: _interrupted, ...start } = run
  return start
}

function render(file: GradesFile): Record<(typeof written)[number], FileText> {
  return {
    'grades.json': renderJson(file),
    'junit.xml': renderJunit(file, 'jenkins'),
    'grades.csv': renderCsv(file),
  }
}
