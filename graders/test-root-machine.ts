import type { Grade } from './model/grade.ts'
import { connectEngine } from './sandbox/engine.ts'
import { startTestMachine, type TestMachine, testMachineMissing } from './sandbox/machine/test-machine.ts'
import { imageDiskMissing, provideImageDisk, tagsFor } from './sandbox/machine/test-machine-images.ts'
import { provideModulesDisk, putProgram } from './sandbox/machine/test-machine-program.ts'
import type { RootRun } from './test-root-runs.ts'

/** Test support: a machine with cgroup v2 that has cgrade and the images that a run here has used. */

/** Undefined: it can be had. Else why not; completes "skipped: ...". */
export async function whyNoGradingMachine(): Promise<string | undefined> {
  return (await testMachineMissing()) ?? (await imageDiskMissing())
}

/** Starts it with what these cases, or all of them, were built on in the run before; a disk with every base takes minutes to fill. */
export async function startGradingMachine(
  before: RootRun | undefined,
  names: string[] | 'all cases',
): Promise<TestMachine> {
  if (before === undefined) throw new Error('the run on this host comes first: it tells which images are needed')
  const { docker } = await connectEngine()
  const isNeeded = usesOf(before, names)
  const digests = before.baseImages.filter(({ name }) => isNeeded(name)).map(({ digest }) => digest)
  const tags = await tagsFor(docker, digests)
  const disks = [await provideImageDisk(docker, tags), await provideModulesDisk()]
  const machine = await startTestMachine({ disks })
  await putProgram(machine)
  const { exitCode } = await machine.run('until docker info >/dev/null 2>&1; do sleep 0.3; done', {
    timeoutMs: 180_000,
  })
  if (exitCode !== 0) throw new Error('the engine of the test machine did not start')
  return machine
}

function usesOf(before: RootRun, names: string[] | 'all cases'): (base: string) => boolean {
  if (names === 'all cases') return () => true
  const needed = new Set(['busybox', ...names.flatMap((name) => basesOf(before.grades.get(name)))])
  return (base) => needed.has(base)
}

/** As the notes of a grade name them: not those of a build that failed before another one worked. */
function basesOf(grade: Grade | undefined): string[] {
  const notes = grade?.exercises.flatMap(({ found }) => found.notes ?? []) ?? []
  return notes.flatMap((note) => /served as base image: (.*)\.$/.exec(note)?.[1]?.split(', ') ?? [])
}
