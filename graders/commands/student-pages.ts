import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileName } from '../model/encoded.ts'
import type { Grade } from '../model/grade.ts'
import { fileName, fileNameOf } from '../model/identity.ts'
import { reportFormats } from '../reporters/formats.ts'
import { renderStudentPage } from '../reporters/html-student.ts'
import type { RunStore } from '../store/run-folder.ts'

/** The page of each student in the folder of a run. One that cannot be written costs nobody a grade. */
export interface StudentPages {
  /** As soon as a grade is known; what fails is tried again by `complete`. */
  write(grade: Grade): Promise<void>
  /** Writes those that are missing, and resolves to what went wrong. */
  complete(ids: readonly string[]): Promise<unknown>
}

export const pagesName = join('<student>', reportFormats.html.fileName)

export function studentPages(store: RunStore): StudentPages {
  const done = new Set<string>()

  async function write(grade: Grade): Promise<void> {
    const { id } = grade.submission
    const finishedAt = new Date(Date.parse(grade.startedAt) + grade.durationMs).toISOString()
    await store.write(pageOf(id), renderStudentPage(grade, { run: { ...store.header, finishedAt } }))
    done.add(id)
  }
  // After a loss of power it may be empty.
  const isThere = (id: string) =>
    stat(join(store.folder, pageOf(id))).then(
      ({ size }) => size > 0,
      () => false,
    )
  return {
    write: (grade) => write(grade).catch(() => {}),
    async complete(ids) {
      let failure: unknown
      for (const id of ids) {
        if (done.has(id) || (await isThere(id))) continue
        for (const grade of store.grades([id])) {
          await write(grade).catch((error: unknown) => {
            failure ??= error
          })
        }
      }
      return failure
    },
  }
}

function pageOf(id: string): FileName {
  return fileName`${fileNameOf(id)}/${reportFormats.html.fileName}`
}
