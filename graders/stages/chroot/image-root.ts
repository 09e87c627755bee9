import type { Submission } from '../../model/submission.ts'
import { listRoot } from '../../sandbox/image-listing/image-files.ts'
import { listImage } from '../../sandbox/image-listing/image-listing.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { findScript } from '../scripts/find-script.ts'

/**
 * The root file system of the server's image, as a listing: shown, for no points, to those who did the exercise about another
 * root and handed in nothing that unpacks an image. Undefined for all others, and where it cannot be had.
 */
export async function showImageRoot(
  bench: ExerciseBench,
  submission: Submission,
  imageId: string,
): Promise<string | undefined> {
  const isAsked = bench.course.assignment.exercises.some(({ kind }) => kind === 'chroot')
  if (!isAsked || findScript(submission, 'rootfs') !== undefined) return undefined
  if (findScript(submission, 'chroot') === undefined) return undefined
  try {
    const files = await listImage(bench.engine, imageId)
    return files === undefined ? undefined : listRoot(files).slice(0, 2000)
  } catch (thrown) {
    if (bench.signal.aborted) throw thrown
    // An ornament: no grade depends on it.
    return undefined
  }
}
