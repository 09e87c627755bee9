import type { RunOptions } from './model/progress.ts'
import { createAdmission, type Slots } from './sandbox/admission.ts'
import { createBaseImages } from './sandbox/bases/base-images.ts'
import type { Engine } from './sandbox/engine.ts'
import { type EngineWatch, watchEngine } from './sandbox/engine-watch.ts'
import type { ObserverChoice } from './sandbox/observer/observer.ts'
import { openObserver } from './sandbox/observer/open-observer.ts'
import { createSharedBuilds } from './stages/build/shared-builds.ts'
import type { ExerciseBench } from './stages/exercise-bench.ts'
import type { Course } from './stages/specs/load-assignment.ts'
import type { SpecRunner } from './stages/specs/run-specs.ts'

/** What the submissions of one run share, until the engine goes away. */
export interface Workbench extends ExerciseBench {
  course: Course
  /** Ids of the exercises that are judged; undefined for all. */
  exercises: string[] | undefined
  engineWatch: EngineWatch
}

/** What outlives the engine. */
export interface BenchSite {
  engine: Engine
  course: Course
  specs: SpecRunner
  slots: Slots
  seed: string
  labels: Record<string, string>
  workFolder: string
  options: RunOptions
}

/** Opens all that stands on the engine: bases, builds, slots, the observer. Its signal aborts when the engine goes away, too. */
export function openBench(site: BenchSite): { bench: Workbench; close(): Promise<void> } {
  const { engine, course, specs, slots, seed, labels, workFolder, options } = site
  const { progress, kernel, exercises, mirror, standIns } = options
  const engineWatch = watchEngine(engine)
  const signal = AbortSignal.any([options.signal, engineWatch.lost])
  const bases = createBaseImages(engine, {
    standIns,
    say: (message) => progress.message(message),
    runLabels: labels,
    ...(mirror === undefined ? {} : { mirror }),
  })
  const observation = openOnce(() => openObserver({ engine, bases, labels, signal }))
  const admission = createAdmission(slots, signal)
  const builds = createSharedBuilds(engine, admission)
  const bench: Workbench = {
    engine,
    engineWatch,
    bases,
    course,
    specs,
    admission,
    builds,
    seed,
    labels,
    workFolder,
    progress,
    signal,
    kernel,
    exercises,
    observer: observation.get,
  }
  return {
    bench,
    async close() {
      await Promise.allSettled([engineWatch[Symbol.asyncDispose](), observation.close()])
      // What cannot be removed now is found by its label.
      await builds.dispose().catch(() => {})
      await bases.dispose().catch(() => {})
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
