import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunRecord } from './model/grade.ts'
import { newRunId } from './model/identity.ts'
import type { RunOptions, RunStart } from './model/progress.ts'
import { createAdmission, measureCapacity, planSlots } from './sandbox/admission.ts'
import { createBaseImages } from './sandbox/bases/base-images.ts'
import { connectEngine, ownerLabel, ownerOfThisProcess, runLabel } from './sandbox/engine.ts'
import type { ObserverChoice } from './sandbox/observer/observer.ts'
import { openObserver } from './sandbox/observer/open-observer.ts'
import { reapAbandoned, reapRun, workFolderPrefix } from './sandbox/reaper.ts'
import type { ExerciseBench } from './stages/exercise-bench.ts'
import type { Course } from './stages/specs/load-assignment.ts'
import { createSpecRunner } from './stages/specs/run-specs.ts'

/** What the submissions of one run share. */
export interface Workbench extends ExerciseBench {
  course: Course
  /** Ids of the exercises that are judged; undefined for all. */
  exercises: string[] | undefined
}

export interface OpenWorkbench extends AsyncDisposable {
  bench: Workbench
  /** What is known of the run now. */
  start: RunStart
  /** The run's record, when its last submission has been graded. */
  end(): RunRecord
}

/**
 * Connects to the engine, removes what killed runs have left, and opens what grading needs; `submissions`: how many are to
 * come. When `options.signal` aborts, containers stop at once. Nothing of the run is left in the engine when it is disposed.
 */
export async function openWorkbench(course: Course, options: RunOptions, submissions: number): Promise<OpenWorkbench> {
  const { progress, signal, continues } = options
  const startedAt = continues?.startedAt ?? new Date().toISOString()
  const engine = await connectEngine()
  await reapAbandoned(engine)
  const id = continues?.id ?? newRunId(new Date(startedAt))
  const owner = await ownerOfThisProcess()
  const labels = { [runLabel]: id, [ownerLabel]: owner }
  const workFolder = await mkdtemp(join(tmpdir(), workFolderPrefix))
  await writeFile(join(workFolder, 'owner'), owner)
  const bases = createBaseImages(engine, {
    standIns: options.standIns,
    say: (message) => progress.message(message),
    runLabels: labels,
    ...(options.mirror === undefined ? {} : { mirror: options.mirror }),
  })
  const seed = continues?.seed ?? options.seed ?? randomBytes(12).toString('hex')
  const specs = createSpecRunner(course, {
    workers: options.jobs,
    expected: submissions * (options.exercises ?? course.assignment.exercises).length,
  })
  const observation = openOnce(() => openObserver({ engine, bases, labels, signal }))
  const { build, boot } = course.assignment.limits
  // The first container of a submission, and one that a spec asks for beside it.
  const demand = { buildBytes: build.memoryBytes, bootBytes: 2 * boot.memoryBytes, jobs: options.jobs }
  const bench: Workbench = {
    engine,
    bases,
    course,
    specs,
    admission: createAdmission(planSlots(await measureCapacity(engine), demand), signal),
    seed,
    labels,
    workFolder,
    progress,
    signal,
    kernel: options.kernel,
    exercises: options.exercises,
    observer: observation.get,
  }
  const start: RunStart = {
    id,
    assignment: course.assignment.id,
    startedAt,
    graderVersion: await graderVersion(),
    specsDigest: course.specsDigest,
    seed,
    engine: { name: engine.name, version: engine.version, cgroup: engine.cgroupVersion },
    baseImages: [],
    ...(options.exercises === undefined ? {} : { exercises: options.exercises }),
  }
  const stopContainers = () => void reapRun(engine, id).catch(() => {})
  signal.addEventListener('abort', stopContainers, { once: true })
  return {
    bench,
    start,
    end: () => ({
      ...start,
      finishedAt: new Date().toISOString(),
      baseImages: bases.used().map(({ name, digest, standIn, standInFor }) => ({
        name,
        digest,
        standIn,
        ...(standInFor === undefined ? {} : { standInFor }),
      })),
      ...(signal.aborted ? { interrupted: true } : {}),
    }),
    async [Symbol.asyncDispose]() {
      signal.removeEventListener('abort', stopContainers)
      // Specs of an interrupted run wait for servers that are gone; nobody waits for them.
      const specsClosed = specs[Symbol.asyncDispose]()
      await Promise.allSettled([signal.aborted ? undefined : specsClosed, observation.close()])
      await bases.dispose().catch(() => {})
      await reapRun(engine, id).catch((thrown) =>
        progress.message(`Clean-up was not complete: ${(thrown as Error).message}`),
      )
      await rm(workFolder, { recursive: true, force: true })
    },
  }
}

/** Opened when the first asks for it, closed if anybody did. */
function openOnce(open: () => Promise<ObserverChoice>) {
  let opened: Promise<ObserverChoice> | undefined
  return {
    get(): Promise<ObserverChoice> {
      opened ??= open()
      return opened
    },
    async close(): Promise<void> {
      const choice = await opened?.catch(() => undefined)
      await choice?.observer?.[Symbol.asyncDispose]()
    },
  }
}

async function graderVersion(): Promise<string> {
  for (const place of ['../package.json', '../../package.json']) {
    const text = await readFile(new URL(place, import.meta.url), 'utf8').catch(() => undefined)
    if (text !== undefined) return (JSON.parse(text) as { version: string }).version
  }
  return 'unknown'
}
