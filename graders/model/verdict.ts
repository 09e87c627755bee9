import type { Fault, Feedback } from './feedback.ts'
import type { Outcome } from './grade.ts'
import type { GraderErrorCode } from './grader-error.ts'

/** What a spec says about one check; plain, so that it crosses from the spec worker to the grader. */
export interface Verdict extends Feedback {
  outcome: Outcome
  /** Share of the check's points, 0 to 1; counts for `passed`, `partial` and `failed`. */
  credit: number
  because?: string
  unavailable?: string
  /** Only when `errored`. */
  error?: { code: GraderErrorCode; message: string }
}

/** The verdict on one check of the rubric, as the spec worker reports it. */
export interface CheckVerdict extends Verdict {
  id: string
  title: string
  durationMs: number
}

export interface BuiltFacts {
  ok: true
  imageId: string
  dockerfile: string
  context: string
  /** Names of base images that are stand-ins on this machine. */
  standIns: string[]
  /** Layers of the image without those of its last base. */
  bytes: number
}

/** A relay of ours that stands between the probe and a server whose address cannot be reached from this machine. */
export interface RelayPoint {
  /** Port on the loopback interface of this machine that leads to the server. */
  port: number
  /** The relay's address on the server's network: the client that the server sees. */
  seenAs: string
}

export interface ServerFacts {
  ok: true
  /** Names the boot towards the grader; nothing a submission could know. */
  bootId: string
  /** Where the server listens. */
  address: string
  port: number
  /** Absent: the probe connects to the server itself. */
  relay?: RelayPoint
  /** Environment that we set. */
  env: Record<string, string>
  routes: string[]
  /** Address that the engine gave the container. */
  engineAddress: string
  /** By `Date.now()` of this machine, before the engine was asked to start it: it is never older than that. */
  startedAt: number
}

export type BuildFacts = BuiltFacts | { ok: false; fault: Fault }
export type BootFacts = ServerFacts | { ok: false; fault: Fault }
export interface LogLine {
  /** Counts the lines of one boot, both streams together, in order of arrival. */
  index: number
  stream: 'stdout' | 'stderr'
  text: string
}

/** Settings in which a further boot of the same image differs from the first. */
export interface BootSettings {
  env?: Record<string, string>
  /** It must answer on this port; without it, the port is found. */
  port?: number
}

/** Signals that a server may be asked to handle. */
export type StopSignal = 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGHUP'

export interface StopOrder {
  signal: StopSignal
  /** From the signal on; then it is killed, as Kubernetes and `docker stop` do. */
  graceMs: number
}

/** How a container took a signal to its first process. */
export interface StopFacts extends StopOrder {
  /** `before`: it had ended before the signal came; `killed`: it still ran when the grace was over. */
  ended: 'in-time' | 'killed' | 'before'
  /** From the signal to the end, or to the end of the grace. */
  tookMs: number
  /** What the engine says; of a program that we killed it tells nothing. */
  exitCode: number
  /** Command lines, its first process first: the only one that got the signal. Empty where nobody can tell. */
  processes: string[]
  /** What it printed from the signal on. */
  lines: LogLine[]
}

/** What the network namespace of a container shows, entered from the host. */
export type NamespaceFacts =
  | { observed: true; addresses: { interface: string; address: string }[]; command: string }
  | { observed: false; why: string }
