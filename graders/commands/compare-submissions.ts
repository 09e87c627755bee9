import { forTerminal, terminal } from '../reporters/escape.ts'
import { compareFingerprints } from '../stages/similarity/compare.ts'
import { readStarter } from '../stages/similarity/read-starter.ts'
import type { Course } from '../stages/specs/load-assignment.ts'
import { keepFingerprint, readFingerprints, writeSimilarity } from '../store/fingerprints.ts'
import type { Io } from './io.ts'

/**
 * Compares what a run has taken in, and writes `similarity.json`, for staff alone. `older`: folders of runs from which grades were kept, with what is
 * known of those submissions. It serves a hint: whatever goes wrong is told, and costs no grade.
 */
export async function compareSubmissions(
  folder: string,
  course: Course,
  ids: readonly string[],
  io: Io,
  older: string[] = [],
): Promise<void> {
  try {
    const known = await readFingerprints(folder)
    for (const run of older) {
      for (const [id, fingerprint] of await readFingerprints(run)) {
        if (known.has(id) || !ids.includes(id)) continue
        known.set(id, fingerprint)
        await keepFingerprint(folder, fingerprint)
      }
    }
    const fingerprints = ids.flatMap((id) => known.get(id) ?? [])
    if (fingerprints.length < 2) return
    const starter = await readStarter(course.folder, course.assignment)
    await writeSimilarity(folder, compareFingerprints(fingerprints, starter))
  } catch (thrown) {
    io.err(terminal`Submissions were not compared with each other: ${forTerminal((thrown as Error).message)}\n`)
  }
}
