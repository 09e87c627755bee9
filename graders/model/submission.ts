import type { Fault } from './feedback.ts'
import type { Flag } from './grade.ts'

/** Validated `cgrade.yml` of a submission; all of it optional. */
export interface SubmissionConfig {
  httpserver?: { dockerfile?: string; context?: string; port?: number; paths?: string[]; command?: string[] }
  network?: { script?: string }
  memory?: { dockerfile?: string; context?: string; source?: string; script?: string }
  chroot?: { script?: string; rootfs?: string }
  registry?: { image?: string }
}

export type SnapshotEntry =
  | { kind: 'file'; path: string; bytes: number; executable: boolean }
  | { kind: 'directory'; path: string }
  /** Kept as a link, never followed by us; its target stays inside the submission. */
  | { kind: 'link'; path: string; target: string }

/**
 * A vetted copy of what was handed in. `root` is ours, private, and holds only regular files and directories of the
 * list (links live in the list alone); paths are relative with `/`, sorted, NFC not applied.
 */
export interface Submission {
  /** The name of the folder or, without its ending, of the archive; NFC. */
  id: string
  source: string
  root: string
  entries: SnapshotEntry[]
  /** sha256 hex over paths, kinds, modes and contents. */
  digest: string
  config: SubmissionConfig
  flags: Flag[]
  /** Sentences for the report: what was left out and why. */
  notes: string[]
}

export type Intake = { ok: true; submission: Submission } | { ok: false; fault: Fault }

/** One way to build an exercise; `context` is a folder of the submission ('.' for its root). */
export interface BuildCandidate {
  dockerfile: string
  context: string
  /** Why it ranks where it does, as sentences for the report. */
  because: string[]
}

/** What discovery read from the files, before anything ran. */
export interface ServerClues {
  /** Best first. */
  candidates: BuildCandidate[]
  /** Dockerfiles that build the program of another exercise, and so never the server. */
  leftOut: string[]
  /** From cgrade.yml: this one and no other. */
  port?: number
  command?: string[]
  /** Ports that the source names, as tie-breakers. */
  sourcePorts: number[]
  /** Paths to ask, best first, at most 16; begins with the assignment's own. */
  routes: string[]
  notes: string[]
}
