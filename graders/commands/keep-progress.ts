import type { Progress } from '../model/progress.ts'
import { keepFingerprint } from '../store/fingerprints.ts'
import type { RunOnDisk } from './run-on-disk.ts'

/** The same progress, with what it tells of submissions kept in a run: each grade as it ends, and what they are compared by. */
export function keepProgress<P extends Omit<Progress, 'began'>>(progress: P, run: RunOnDisk): P {
  return {
    ...progress,
    fingerprint: (fingerprint) => void keepFingerprint(run.folder, fingerprint),
    graded(grade, done, total) {
      void run.keep(grade)
      progress.graded(grade, done, total)
    },
  }
}
