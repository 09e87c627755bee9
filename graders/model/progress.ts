import type { Delivery } from './delivery.ts'
import type { CheckRecord, Grade, RunRecord } from './grade.ts'
import type { GitSource } from './roster.ts'
import type { Fingerprint } from './similarity.ts'

export const stageNames = ['intake', 'build', 'boot', 'specs', 'score'] as const
export type StageName = (typeof stageNames)[number]

/** Which machine the handed-in root scripts are judged on: this one, or a virtual one with that cgroup version. */
export const kernels = ['host', 'v1', 'v2'] as const
export type Kernel = (typeof kernels)[number]

/** What is known of a run when it begins. */
export type RunStart = Omit<RunRecord, 'finishedAt' | 'interrupted'>

/** Told while a run goes on; everything in it has been bounded, nothing has been encoded for a terminal yet. */
export interface Progress {
  /**
   * Called once, before the first submission is graded, and awaited: the caller opens the run's folder. What it throws
   * ends the run before anything was built. `soFar`: the run's record as if it ended now.
   */
  began(run: RunStart, soFar: () => RunRecord): Promise<void>
  /** `worker`: which machine it is on, where there are several. */
  stage(submissionId: string, stage: StageName, detail?: string, worker?: string): void
  check(submissionId: string, check: CheckRecord): void
  /** By whoever wants to compare submissions: called as soon as one has been taken in. */
  fingerprint?(fingerprint: Fingerprint): void
  graded(grade: Grade, done: number, total: number): void
  /** A sentence about the run itself: a base image being prepared, a submission tried again. */
  message(text: string): void
}

/** A folder or an archive (later: a git tree) that one student handed in. */
export interface SubmissionSource {
  /** The folder's own name, NFC; unique in a run. */
  id: string
  /** Absolute path. */
  path: string
  /** What reports call it, where `path` is a temporary place or one part of several. */
  shownAs?: string
  /** Files that a learning platform has put among those of others, with the names that they were handed in under. */
  files?: { path: string; name: string }[]
  /** `path` is a folder of what was uploaded: archives in it are unpacked, too. */
  holdsUploads?: boolean
  /** Cloned instead; `path` is then its address. */
  git?: GitSource
  /** What the course's own systems say of it. */
  delivery?: Delivery
}

export interface RunOptions {
  jobs: number
  /** Registry host that stands in for Docker Hub, as `docker.m.daocloud.io`. */
  mirror: string | undefined
  /** Whether base images that cannot be pulled may be made from Debian packages. */
  standIns: boolean
  seed: string | undefined
  /** An interrupted run that is gone on with, under its own id and with its own seed. */
  continues?: Pick<RunStart, 'id' | 'startedAt' | 'seed'>
  /** Which machine the handed-in root scripts are judged on. */
  kernel: Kernel
  /** Ids of the exercises that are judged, in the assignment's order; undefined for all. */
  exercises: string[] | undefined
  progress: Progress
  signal: AbortSignal
}
