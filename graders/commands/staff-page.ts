import type { GradesFile } from '../model/grade.ts'
import { reportFormats } from '../reporters/formats.ts'
import { renderStaffPage } from '../reporters/html-staff.ts'
import { readSimilarity } from '../store/fingerprints.ts'
import type { RunStore } from '../store/run-folder.ts'

/** `index.html` of a run. Resolves to what went wrong: a page that cannot be written costs nobody a grade. */
export async function writeStaffPage(store: RunStore, file: GradesFile): Promise<unknown> {
  try {
    const page = renderStaffPage(file, await readSimilarity(store.folder))
    return await store.write(reportFormats.staff.fileName, page)
  } catch (error) {
    return error
  }
}
