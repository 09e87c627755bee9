import { expect, test } from 'vitest'
import type { Exercise } from '../../model/assignment.ts'
import type { Observations } from '../../model/observations.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import type { Files } from '../intake/test-submission.ts'
import { gradeChroot } from './grade-chroot.ts'
import { openChrootBench, withSubmission } from './test-chroot.ts'

/** What the specs would judge. */
async function observed(files: Files, settings: Partial<ExerciseBench> & { imageRoot?: string } = {}) {
  await using bench = await openChrootBench()
  let observations: Observations = {}
  const specs: ExerciseBench['specs'] = {
    run: async (subject) => {
      observations = subject.work.observations
      return []
    },
    [Symbol.asyncDispose]: async () => {},
  }
  const [exercise] = bench.course.assignment.exercises as [Exercise]
  const { exercises } = await withSubmission(files, (submission) =>
    gradeChroot({ ...bench, specs, ...settings }, submission, exercise, settings.imageRoot),
  )
  return { ...observations, found: exercises[0]?.found }
}

test('where nothing was handed in, nothing is run, and what an image holds is shown', async () => {
  const { jail, rootfs } = await observed({ 'README.md': 'hello' }, { imageRoot: 'bin/  2 files' })
  expect(jail).toEqual({ state: 'unavailable', why: 'no script for chroot was handed in' })
  expect(rootfs).toMatchObject({
    state: 'unavailable',
    evidence: [{ kind: 'files', text: expect.stringContaining('bin/  2 files') }],
  })
})

test('what goes wrong with us is an error, and not a verdict', async () => {
  const { jail, found } = await observed({ 'chroot.sh': 'chroot /tmp/j /bin/bash\n' }, { signal: AbortSignal.abort() })
  expect(jail).toMatchObject({ state: 'errored', error: { code: 'interrupted' } })
  expect(found).toMatchObject({ scripts: ['chroot.sh'] })
})
