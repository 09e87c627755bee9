import type { Assignment } from '../model/assignment.ts'
import type { Kernel, Progress } from '../model/progress.ts'
import type { Admission } from '../sandbox/admission.ts'
import type { BaseImages } from '../sandbox/bases/base-images.ts'
import type { Engine } from '../sandbox/engine.ts'
import type { ObserverChoice } from '../sandbox/observer/observer.ts'
import type { SharedBuilds } from './build/shared-builds.ts'
import type { SpecRunner } from './specs/run-specs.ts'

/** What every exercise of a submission may use. */
export interface ExerciseBench {
  engine: Engine
  bases: BaseImages
  course: { assignment: Assignment }
  specs: SpecRunner
  /** When a boot may begin. */
  admission: Pick<Admission, 'boot'>
  /** Each thing that is built is built once. */
  builds: SharedBuilds
  seed: string
  labels: Record<string, string>
  workFolder: string
  progress: Progress
  signal: AbortSignal
  kernel: Kernel
  /** Opened once per run, when the first asks. */
  observer(): Promise<ObserverChoice>
}
