import type { Exercise } from '../../model/assignment.ts'
import type { Found } from '../../model/grade.ts'
import { asGraderError } from '../../model/grader-error.ts'
import type { Observation } from '../../model/observations.ts'
import type { Submission } from '../../model/submission.ts'
import { scriptBoxMissing } from '../../sandbox/script-box/script-box.ts'
import { nothingRuns } from '../boot/boots.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { type GradedExercises, judgeExercise } from '../judge-exercise.ts'
import { type FoundScript, findScript } from '../scripts/find-script.ts'
import { observeJail } from './observe-jail.ts'
import { observeRootfs } from './observe-rootfs.ts'

/** Grades the exercise about another root: runs the handed-in scripts, and looks at what they left in a fresh sandbox. */
export async function gradeChroot(
  bench: ExerciseBench,
  submission: Submission,
  exercise: Exercise,
  imageRoot?: string,
): Promise<GradedExercises> {
  const chroot = findScript(submission, 'chroot')
  const rootfs = findScript(submission, 'rootfs')
  const told = await judgeExercise(bench, submission, exercise, {
    build: undefined,
    boot: undefined,
    observations: {
      jail: await observe(bench, submission, chroot, observeJail, 'no script for chroot was handed in'),
      rootfs: withImageRoot(
        await observe(bench, submission, rootfs, observeRootfs, 'no script that unpacks an image was handed in'),
        imageRoot,
      ),
    },
    calls: nothingRuns,
    phases: [],
    found: foundBy(chroot, rootfs),
  })
  return { exercises: [told.exercise], flags: [], errors: told.errors }
}

/** Where nothing was handed in or no sandbox is to be had, says so; what goes wrong with us is not the student's. */
async function observe<T>(
  bench: ExerciseBench,
  submission: Submission,
  script: FoundScript | undefined,
  look: (bench: ExerciseBench, submission: Submission, script: FoundScript) => Promise<Observation<T>>,
  nothing: string,
): Promise<Observation<T>> {
  if (script === undefined) return { state: 'unavailable', why: nothing }
  try {
    const why = await scriptBoxMissing(bench)
    if (why !== undefined) return { state: 'unavailable', why }
    bench.progress.stage(submission.id, 'boot', script.path)
    return await look(bench, submission, script)
  } catch (thrown) {
    const { code, message } = asGraderError(thrown)
    return { state: 'errored', error: { code, message } }
  }
}

/** Who handed in nothing still sees what there is in an image: their own. */
function withImageRoot<T>(observation: Observation<T>, imageRoot: string | undefined): Observation<T> {
  if (observation.state !== 'unavailable' || imageRoot === undefined) return observation
  const text = `The root file system of your server's image, which such a script would unpack:\n${imageRoot}`
  return { ...observation, evidence: [{ kind: 'files', text }] }
}

function foundBy(chroot: FoundScript | undefined, rootfs: FoundScript | undefined): Found {
  const scripts = [...new Set([chroot, rootfs].flatMap((script) => script?.path ?? []))]
  const notes = [...new Set([chroot, rootfs].flatMap((script) => script?.notes ?? []))]
  return { ...(scripts.length > 0 ? { scripts } : {}), ...(notes.length > 0 ? { notes } : {}) }
}
