import { randomBytes } from 'node:crypto'
import { type BenchSite, openBench, type Workbench } from './engine-bench.ts'
import { graderVersion } from './grader-version.ts'
import type { RunRecord } from './model/grade.ts'
import { GraderError } from './model/grader-error.ts'
import { newRunId } from './model/identity.ts'
import type { RunOptions, RunStart } from './model/progress.ts'
import { measureCapacity, planSlots } from './sandbox/admission.ts'
import type { BaseImage } from './sandbox/bases/base-images.ts'
import { connectEngine, ownerLabel, ownerOfThisProcess, runLabel } from './sandbox/engine.ts'
import { usualLimitMs } from './sandbox/engine-deadlines.ts'
import { waitForEngine } from './sandbox/engine-watch.ts'
import { reapAbandoned, reapRun } from './sandbox/reaper.ts'
import { openWorkFolder } from './sandbox/work-folder.ts'
import type { Course } from './stages/specs/load-assignment.ts'
import { createSpecRunner } from './stages/specs/run-specs.ts'

export type { Workbench }

export interface OpenWorkbench extends AsyncDisposable {
  /** Of now: there is another one after the engine was away, so read it for each submission. `gradeWithRetries` does. */
  readonly bench: Workbench
  /** What is known of the run now. */
  start: RunStart
  /** Aborts when the run is over; that of a bench also when its engine went away. */
  signal: AbortSignal
  /**
   * For everyone whose bench has lost its engine: resolves when it answers again and there is another bench, on which all is
   * made anew, or when nobody waits for it any more.
   */
  renew(lost: Workbench): Promise<void>
  /** Why nothing more can be graded in this run: the engine has not come back. */
  gaveUp(): GraderError | undefined
  /** The run's record, when its last submission has been graded. */
  end(): RunRecord
}

/** How long an outage may last, in calls that are not answered: five minutes. */
const patienceInLimits = 2.5
const askAgainMs = 5_000

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
  const workFolder = await openWorkFolder()
  const seed = continues?.seed ?? options.seed ?? randomBytes(12).toString('hex')
  const specs = createSpecRunner(course, {
    workers: options.jobs,
    expected: submissions * (options.exercises ?? course.assignment.exercises).length,
  })
  const { build, boot } = course.assignment.limits
  // The first container of a submission, and one that a spec asks for beside it.
  const demand = { buildBytes: build.memoryBytes, bootBytes: 2 * boot.memoryBytes, jobs: options.jobs }
  const slots = planSlots(await measureCapacity(engine), demand)
  const site: BenchSite = { engine, course, specs, slots, seed, labels, workFolder: workFolder.path, options }
  let current = openBench(site)
  const usedBases = new Map<string, BaseImage>()
  const noteBases = () => {
    for (const base of current.bench.bases.used()) usedBases.set(base.name, usedBases.get(base.name) ?? base)
    return usedBases
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
  let renewal: Promise<void> | undefined
  let gaveUp: GraderError | undefined
  const renewBench = async () => {
    progress.message('The engine does not answer; waiting for it.')
    const until = performance.now() + patienceInLimits * usualLimitMs()
    while (await waitForEngine(engine, until - performance.now(), signal)) {
      // Whatever is left of what was in flight, and of what it was to stand on: nobody knows what became of it.
      noteBases()
      await current.close()
      const isClean = await reapRun(engine, id).then(
        () => true,
        () => false,
      )
      // Some engines cannot remove at once what they were making when they ended: that waits for the end of the run.
      if (!isClean && !(await waitForEngine(engine, askAgainMs, signal))) continue
      current = openBench(site)
      progress.message('The engine answers again; what was being graded begins anew.')
      return
    }
    if (!signal.aborted) gaveUp = notBack()
  }
  const stopContainers = () => void reapRun(engine, id).catch(() => {})
  signal.addEventListener('abort', stopContainers, { once: true })
  return {
    get bench() {
      return current.bench
    },
    start,
    signal,
    renew(lost) {
      if (lost !== current.bench || gaveUp !== undefined) return Promise.resolve()
      renewal ??= renewBench().finally(() => {
        renewal = undefined
      })
      return renewal
    },
    gaveUp: () => gaveUp,
    end: () => ({
      ...start,
      finishedAt: new Date().toISOString(),
      baseImages: recordUsed(noteBases().values()),
      ...(signal.aborted ? { interrupted: true } : {}),
    }),
    async [Symbol.asyncDispose]() {
      signal.removeEventListener('abort', stopContainers)
      // Specs of an interrupted run wait for servers that are gone; nobody waits for them.
      const specsClosed = specs[Symbol.asyncDispose]()
      await Promise.allSettled([signal.aborted ? undefined : specsClosed, current.close()])
      await reapRun(engine, id).catch((thrown) =>
        progress.message(`Clean-up was not complete: ${(thrown as Error).message}`),
      )
      await workFolder[Symbol.asyncDispose]()
    },
  }
}

/** Once per name, in an order that does not depend on who was built first. */
function recordUsed(bases: Iterable<BaseImage>): RunRecord['baseImages'] {
  return [...bases]
    .map(({ name, digest, standIn, standInFor }) => ({
      name,
      digest,
      standIn,
      ...(standInFor === undefined ? {} : { standInFor }),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function notBack(): GraderError {
  return new GraderError('engine.unreachable', 'The container engine went away, and did not come back in time.', {
    remedy: 'Start it again and grade what is ungraded once more.',
  })
}
