import { randomBytes } from 'node:crypto'
import { assignmentSchema } from '../../model/assignment.ts'
import type { Submission } from '../../model/submission.ts'
import { createAdmission } from '../../sandbox/admission.ts'
import { createBaseImages } from '../../sandbox/bases/base-images.ts'
import { connectEngine, ownerLabel, ownerOfThisProcess, runLabel } from '../../sandbox/engine.ts'
import { createSharedBuilds } from '../build/shared-builds.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { type Files, withIntake } from '../intake/test-submission.ts'

/** For tests only: what an exercise may use, on the engine of this machine. */
export async function openChrootBench(): Promise<ExerciseBench & AsyncDisposable> {
  const engine = await connectEngine()
  const labels = { [runLabel]: `test-${randomBytes(6).toString('hex')}`, [ownerLabel]: await ownerOfThisProcess() }
  const bases = createBaseImages(engine, { standIns: true, say: () => {}, runLabels: labels })
  const nothing = () => {
    throw new Error('not needed here')
  }
  const exercises = [{ id: 'chroot', kind: 'chroot' as const, title: 't', checks: [{ id: 'chroot.jail', points: 1 }] }]
  const admission = createAdmission({ builds: 1, boots: 1 }, new AbortController().signal)
  return {
    engine,
    bases,
    labels,
    course: { assignment: assignmentSchema.parse({ id: 'a', title: 't', exercises }) },
    specs: { run: nothing, [Symbol.asyncDispose]: async () => {} },
    admission,
    builds: createSharedBuilds(engine, admission),
    seed: 'seed',
    workFolder: '/nonexistent',
    progress: { began: async () => {}, stage: () => {}, check: () => {}, graded: () => {}, message: () => {} },
    signal: new AbortController().signal,
    kernel: 'host',
    observer: nothing,
    [Symbol.asyncDispose]: () => bases.dispose(),
  }
}

/** Containers of the bench's run that are still there. */
export async function containersLeft({ engine, labels }: ExerciseBench): Promise<number> {
  const filters = { label: [`${runLabel}=${labels[runLabel]}`] }
  return (await engine.docker.listContainers({ all: true, filters })).length
}

/** A submission that was taken in, made of these files. */
export function withSubmission<T>(files: Files, use: (submission: Submission) => Promise<T>): Promise<T> {
  return withIntake(files, (intake) => {
    if (!intake.ok) throw new Error(intake.fault.message)
    return use(intake.submission)
  })
}
