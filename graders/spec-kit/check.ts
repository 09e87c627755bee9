import type { Evidence, Fault } from '../model/feedback.ts'
import type {
  CgroupTrial,
  Jail,
  MemoryRun,
  NetworkEvidence,
  PushedImage,
  UnpackedRootfs,
} from '../model/observations.ts'
import type { BootFacts, BootSettings, BuildFacts } from '../model/verdict.ts'
import type { Server } from './server.ts'

/** What a check may ask for. A fixture that cannot be had because an earlier phase failed skips the check. */
export interface Fixtures {
  /** How the build of the student's Dockerfile ended. */
  build: BuildFacts
  /** How the first start of its image ended. */
  start: BootFacts
  /** The running server. */
  server: Server
  /** Starts the same image once more with other settings; `await using` ends it. */
  boot(settings: BootSettings): Promise<Server>
  /** How the program fared without the limit that is asked about. */
  unlimited: MemoryRun
  /** How it fared under the limit. */
  limited: MemoryRun
  /** What the handed-in cgroup script left. */
  cgroupScript: CgroupTrial
  /** The root that the handed-in chroot script made. */
  jail: Jail
  /** The root that the handed-in script unpacked from an image. */
  rootfs: UnpackedRootfs
  /** What the student shows of the container's network namespace. */
  evidence: NetworkEvidence
  /** The image that the student says to have pushed, as its registry describes it. */
  pushed: PushedImage
}

export type CheckBody = (fixtures: Fixtures) => void | Promise<void>

export interface DeclaredCheck {
  id: string
  /** A sentence that a student can read. */
  title: string
  body: CheckBody
}

const declared = new Map<string, DeclaredCheck>()

/**
 * Declares one check of the rubric. Spec files are evaluated once per worker and judge many submissions: keep no state at
 * their top level.
 */
export function check(id: string, title: string, body: CheckBody): void {
  declared.set(id, { id, title, body })
}

export function declaredChecks(): ReadonlyMap<string, DeclaredCheck> {
  return declared
}

/** Thrown by a fixture that is not to be had because `checkId` failed. */
export class PrerequisiteMissing extends Error {
  readonly checkId: string
  constructor(checkId: string) {
    super(`not reached: ${checkId} failed`)
    this.checkId = checkId
  }
}

/** Thrown by `boot` when the same image did not come up with other settings: the program's fault. */
export class BootFailed extends Error {
  readonly fault: Fault
  readonly settings: BootSettings
  constructor(fault: Fault, settings: BootSettings = {}) {
    super(fault.message)
    this.fault = fault
    this.settings = settings
  }
}

/** Thrown by a fixture whose subject was not handed in, or cannot be observed on this machine. */
export class NotObserved extends Error {
  readonly why: string
  /** What was seen instead, for no points. */
  readonly evidence: Evidence[] | undefined
  constructor(why: string, evidence?: Evidence[]) {
    super(why)
    this.why = why
    this.evidence = evidence
  }
}

/** Thrown by a fixture whose subject did not come so far that anything could be observed. */
export class ObservationFailed extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault.message)
    this.fault = fault
  }
}
