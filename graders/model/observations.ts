import type { Evidence, Fault } from './feedback.ts'
import type { GraderErrorCode } from './grader-error.ts'

/**
 * What exercises without a server are judged on: plain facts, gathered before the specs run, that cross from the grader to
 * a spec worker. Facts say what was seen; what it is worth is the specs' business.
 */
export interface Observations {
  /** The program without the limit that is asked about (only the cap that protects this machine). */
  unlimited?: Observation<MemoryRun>
  /** The program under the limit. */
  limited?: Observation<MemoryRun>
  /** The handed-in `cgroup.sh`. */
  cgroupScript?: Observation<CgroupTrial>
  /** The handed-in `chroot.sh`. */
  jail?: Observation<Jail>
  /** The handed-in `rootfs.sh`. */
  rootfs?: Observation<UnpackedRootfs>
  /** The handed-in `nsenter.sh`, or a transcript of it in a README. */
  evidence?: Observation<NetworkEvidence>
  /** The image that the student says to have pushed, as its registry describes it. */
  pushed?: Observation<PushedImage>
}

export type Observation<T> =
  | { state: 'seen'; facts: T }
  /** Not handed in, or not to be observed on this machine: the check leaves the maximum. Completes "not counted: ...". */
  | { state: 'unavailable'; why: string; evidence?: Evidence[] }
  /** It did not come so far that there was anything to observe. */
  | { state: 'failed'; fault: Fault }
  /** A failure of ours in flight. */
  | { state: 'errored'; error: { code: GraderErrorCode; message: string } }

export interface MemorySample {
  /** Since the program was started. */
  atMs: number
  /** Charged to the cgroup, without file cache that the kernel could drop at once. */
  bytes: number
}

/** One run of a program, seen from its cgroup, which the program cannot write. */
export interface MemoryRun {
  /** Limit on memory and swap together; the cap that protects this machine where none is asked about. */
  limitBytes: number
  isCap: boolean
  /** At most 120, first and last included. */
  samples: MemorySample[]
  /** The kernel's own high-water mark of the cgroup, or of the samples where the kernel keeps none. */
  peakBytes: number
  /** The kernel keeps no such mark (cgroup v2 before Linux 5.19): a program that is quick is killed between two samples. */
  peakIsSampled?: true
  /** Highest of `samples`. */
  chargedBytes: number
  /** Processes of the cgroup that the kernel's OOM killer has ended. */
  oomKills: number
  /** How often the limit was hit (`failcnt`, `memory.events max`). */
  limitHits: number
  /**
   * `killed`: the program (or a descendant) was killed; `exited`: it ended by itself; `reached`: we ended it because it had
   * grown past what is asked; `waiting`: it still ran when time was up.
   */
  ended: 'killed' | 'exited' | 'reached' | 'waiting'
  /** Of the program's first process, as the engine says: 128 + signal; absent while it runs. */
  exitCode?: number
  waitedMs: number
  /** The most address space that its processes might write to at one time, of which pages that were never touched are a part. */
  virtualBytes: number
  /** Its last lines, bounded. */
  output: string
  cgroupVersion: 1 | 2
  observer: 'host' | 'probe-container'
  /** What was read, as a person would read it: `cat /sys/fs/cgroup/memory/docker/.../memory.oom_control`. */
  readings: string
}

/** One cgroup that a student's script made, as seen from outside of its sandbox. */
export interface ScriptGroup {
  /** Below the subtree that was delegated: `memorydemo`. */
  path: string
  /** Absent: no limit of its own. */
  limitBytes?: number
  /** cgroup v1. */
  swappiness?: number
  /** cgroup v2; absent: no limit. */
  swapLimitBytes?: number
  /** Our `malloc` was in it at some time. */
  held: boolean
  oomKills: number
  peakBytes: number
}

export interface CgroupTrial {
  /** Path in the submission. */
  script: string
  cgroupVersion: 1 | 2
  /** `container`: unprivileged, with a delegated subtree, on the kernel of this machine; `machine`: a virtual one of ours. */
  ranIn: 'container' | 'machine'
  groups: ScriptGroup[]
  /** The kernel killed our `malloc` in one of the groups. */
  killed: boolean
  end: ScriptEnd
  notes: string[]
}

export interface ScriptEnd {
  /** `stopped`: all was seen that there was to see while it still waited for something. */
  how: 'exited' | 'timeout' | 'stopped'
  exitCode?: number
  /** Both streams, bounded. */
  output: string
}

/** A root that a student's script made, looked at in a fresh sandbox, where nothing else of the student's is. */
export interface Jail {
  script: string
  /** Where the script made it; undefined: it left nothing that looks like one. */
  root?: string
  /** Its own bash was started by chroot and answered. */
  bashRuns: boolean
  /** Its own ls was run by that bash. */
  lsRuns: boolean
  /** What its own `ls /` printed, sorted. */
  listed: string[]
  /** What lies there, our names that nobody could know included, sorted. */
  present: string[]
  /** Names of ours among `present`. */
  nonces: string[]
  /** Commands of the sandbox, other than bash and ls, that exist inside as well. */
  otherCommands: string[]
  /** Paths outside of it that its bash or ls could read. */
  outsideSeen: string[]
  /** Why its bash did not start, as chroot or the loader says. */
  complaint?: string
  end: ScriptEnd
  notes: string[]
}

export interface UnpackedRootfs {
  script: string
  root?: string
  /** Of the archive that the stand-in for `docker` gave it. */
  layout: 'legacy' | 'oci'
  /** A name that only this run knows, out of the image's layer. */
  marker: string
  /** It lies in the root. */
  markerFound: boolean
  /** Its own shell was started by chroot and answered. */
  shellRuns: boolean
  /** What its own `ls /` printed, sorted. */
  listed: string[]
  complaint?: string
  end: ScriptEnd
  notes: string[]
}

export type NetworkEvidence =
  | {
      kind: 'transcript'
      file: string
      /** 1-based. */
      line: number
      text: string
      address: string
      /** `eth0@if177`: which is the handout's own when it is that. */
      link: string
    }
  | {
      kind: 'script'
      file: string
      /** Of the network namespace that it was asked about. */
      address: string
      printed: boolean
      end: ScriptEnd
      notes: string[]
    }

/** What an image is told for its start; student's text, bounded. */
export interface ImageSettings {
  entrypoint: string[]
  command: string[]
  /** `NAME=value`. */
  env: string[]
  /** `8080/tcp`. */
  ports: string[]
}

/** Of these settings, what the Dockerfile itself sets: what comes from a base image differs from machine to machine. */
export interface OwnSettings {
  /** Absent: left to the base. */
  entrypoint?: string[]
  command?: string[]
  env: {
    name: string
    value: string
    /** False: the value comes from a build argument or from the base, or names a version; only that it is set counts. */
    fixed: boolean
  }[]
  /** What it adds to `PATH`. */
  pathFolders: string[]
  ports: string[]
}

export interface PushedImage {
  /** As the student wrote it: `alice/httpserver:v1`. */
  name: string
  /** Where it is named. */
  location: { file: string; line?: number }
  /** `config`: in cgrade.yml; the others are commands in a text or a script. */
  namedBy: 'config' | 'push' | 'tag' | 'pull'
  /** `linux/amd64`: what is asked for. */
  platform: string
  seen: RegistrySight
  own: OwnSettings
  /** Absent: it was not started here. */
  trial?: PushedTrial
}

/** How a container of the pushed image fared beside the server that was built. */
export type PushedTrial =
  | { serves: false; fault: Fault }
  /** Shares of full credit for coming back headers, of the pushed one and of the one that was built. */
  | { serves: true; echo: number; ownEcho: number; evidence: Evidence[] }

/** What a registry has under a name. */
export type RegistrySight =
  | { found: 'image'; digest: string; settings: ImageSettings }
  /** Of the platforms that it has, none is asked for. */
  | { found: 'other-platform'; platforms: string[] }
  /** No such image, or a private one: registries do not tell which. */
  | { found: 'nothing'; answer: string; tags: string[] }
  /** What lies there is no image that can be started. */
  | { found: 'no-image'; problem: string }
