import { availableParallelism } from 'node:os'
import { UsageError } from '../model/grader-error.ts'
import { suggestNearest } from '../model/nearest.ts'
import { type Kernel, kernels } from '../model/progress.ts'
import { notALevel, type SecurityLevel, securityLevels } from '../model/security-level.ts'

/** What `check` and `batch` have in common. */
export interface GradingOptions {
  assignment: string | undefined
  out: string | undefined
  mirror: string | undefined
  standIns: boolean
  seed: string | undefined
  kernel: Kernel
  /** As they were given; `selectExercises` knows which there are. */
  exercises: string[] | undefined
  requireSecurity: SecurityLevel | undefined
  json: boolean
  quiet: boolean
}

export interface CheckOptions extends GradingOptions {
  path: string
}

export interface BatchOptions extends GradingOptions {
  folder: string
  jobs: number
  requirePass: boolean
  /** A file that says who the students are, and where their submissions. */
  roster: string | undefined
  /** A commit: only what differs since HEAD left its line is graded. */
  changedSince: string | undefined
  /** A run that broke off is gone on with; `true`: the newest one. */
  resume: string | true | undefined
  /** Which part of the submissions: `2/4`. */
  shard: string | undefined
  /** Where the queue is, over which other machines grade. */
  queue: string | undefined
  /** How long to wait for a worker, or for a queue that went away. */
  queueWaitSeconds: number
  /** The options that were named, and `folder` where it was: the others of a run that is gone on with are its own. */
  named: readonly string[]
}

const mostJobs = 64

/** More than 8 at once gains nothing on one engine: builds take the cores. */
export function defaultJobs(): number {
  return Math.min(availableParallelism(), 8)
}

export function parseJobs(given: string): number {
  const jobs = /^\d{1,3}$/.test(given) ? Number(given) : 0
  if (jobs >= 1 && jobs <= mostJobs) return jobs
  throw new UsageError(`\`--jobs\` expects a whole number from 1 to ${mostJobs}, got \`${given}\`.`)
}

export const defaultQueueWaitSeconds = 600

/** `option` as it is written on the command line. */
export function parseSeconds(option: string): (given: string) => number {
  return (given) => {
    const seconds = /^\d{1,6}$/.test(given) ? Number(given) : 0
    if (seconds >= 1) return seconds
    throw new UsageError(`\`${option}\` expects a whole number of seconds, 1 or more, got \`${given}\`.`)
  }
}

/** A value that looks like an option is one whose value was forgotten: `--out --json`. */
export function parseValueOf(option: string, expects: string): (given: string) => string {
  return (given) => {
    if (given === '') throw new UsageError(`\`${option}\` expects ${expects}, got nothing.`)
    if (given.startsWith('--')) throw new UsageError(`\`${option}\` expects ${expects}, got the option \`${given}\`.`)
    return given
  }
}

/** `a,b`; the option may be given more than once. */
export function parseExercises(given: string, before: string[] | undefined): string[] {
  const expects = 'the names of exercises, separated by commas'
  const names = parseValueOf('--exercises', expects)(given).split(',')
  const words = names.map((name) => name.trim()).filter((name) => name !== '')
  if (words.length === 0) throw new UsageError(`\`--exercises\` expects ${expects}, got \`${given}\`.`)
  return [...(before ?? []), ...words]
}

/** A registry host as it stands in an image name: `docker.m.daocloud.io`, `localhost:5000`, `mirror.example/hub`. */
export function parseMirror(given: string): string {
  const host = given.replace(/\/+$/, '')
  if (/^[a-z0-9][a-z0-9.-]{0,253}(:\d{1,5})?(\/[a-z0-9._-]{1,128}){0,4}$/i.test(host)) return host
  throw new UsageError(
    `\`--mirror\` expects the host name of a registry, as in \`docker.m.daocloud.io\`, got \`${given}\`.`,
  )
}

export function parseKernel(given: string): Kernel {
  const known = kernels.find((kernel) => kernel === given)
  if (known !== undefined) return known
  const suggestion = suggestNearest(given, kernels)
  throw new UsageError(
    `\`--kernel\` expects ${kernels.map((kernel) => `\`${kernel}\``).join(', ')}, got \`${given}\`.${suggestion}`,
  )
}

export function parseSecurityLevel(given: string): SecurityLevel {
  const known = securityLevels.find((level) => level === given)
  if (known !== undefined) return known
  throw new UsageError(`\`--require-security\` ${notALevel(given)}`)
}
