import type { Observations } from '../model/observations.ts'
import type {
  BootFacts,
  BootSettings,
  BuildFacts,
  CheckVerdict,
  LogLine,
  NamespaceFacts,
  StopFacts,
  StopOrder,
} from '../model/verdict.ts'

/** What a spec worker is given to judge: plain facts, no handle on the engine. */
export interface Work {
  submissionId: string
  exerciseId: string
  /** Checks of the exercise in the order of the rubric. */
  checkIds: string[]
  phaseChecks: { build?: string; boot?: string }
  /** Undefined: nothing was handed in that could be built, or it cannot be built here; `notBuilt` says why. */
  build: BuildFacts | undefined
  notBuilt?: string
  boot: BootFacts | undefined
  observations: Observations
  requestTimeoutMs: number
  seed: string
}

export interface WireFault {
  code: string
  message: string
}

/** A grader error crosses the wire as a value, so that its code survives. */
export type Answer<T> = { value: T } | { fault: WireFault }

/** What a spec worker may ask of the grader, which alone talks to the engine. */
export interface GraderCalls {
  /** Waits until there is something to judge; undefined: there will be nothing more. */
  take(): Promise<Work | undefined>
  boot(settings: BootSettings): Promise<Answer<BootFacts>>
  dispose(bootId: string): Promise<void>
  /** Index of the next log line. */
  markLog(bootId: string): Promise<number>
  logSince(bootId: string, index: number): Promise<LogLine[]>
  /** Files that the program wrote into its own file system and that look like logs. */
  logFiles(bootId: string): Promise<string[]>
  isRunning(bootId: string): Promise<boolean>
  namespaceAddresses(bootId: string): Promise<Answer<NamespaceFacts>>
  /** Sends a signal to its first process and waits for its end, or kills it. */
  stop(bootId: string, order: StopOrder): Promise<Answer<StopFacts>>
}

/** Task metadata that carries a verdict from a spec worker to the grader. */
export interface VerdictMeta {
  cgrade?: CheckVerdict
}
