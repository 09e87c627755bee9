import { cp, mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { parse } from 'yaml'
import * as z from 'zod'
import type { CheckRecord, Grade } from './model/grade.ts'
import { nightly } from './test-skip.ts'

/** Test support: the cases of the corpus, and what each is expected to get. */

const usual = 'cncamp-module3'
const allCases = fileURLToPath(new URL('../submissions/corpus/', import.meta.url))
/** Every assignment that has a corpus. */
export const assignments = (await readdir(allCases)).sort()
export const corpusOf = (assignment: string): string => join(allCases, assignment)
export const corpus = corpusOf(usual)

const outcome = z.enum(['passed', 'partial', 'failed', 'skipped', 'errored'])
const checksSchema = z.record(
  z.string(),
  z.union([outcome, z.strictObject({ outcome, reason: z.string().optional(), because: z.string().optional() })]),
)
/** Where a case is graded: on a host with that cgroup version, or with `--kernel v1` or `--kernel v2`. */
export const grounds = ['v1', 'v2', 'kernel-v1', 'kernel-v2'] as const
export type Ground = (typeof grounds)[number]

export const expectedSchema = z.strictObject({
  says: z.string(),
  status: z.enum(['graded', 'rejected', 'ungraded']),
  rejection: z.string().optional(),
  error: z.string().optional(),
  score: z.number().optional(),
  checks: checksSchema.optional(),
  /** Why the transcript differs from run to run: it is not compared. */
  varies: z.string().optional(),
  found: z.strictObject({ dockerfile: z.string().optional(), context: z.string().optional() }).optional(),
  /** Only the checks of these are compared, and no score: a case of `root-corpus.test.ts`. */
  exercises: z.array(z.enum(['httpserver', 'network', 'memory', 'chroot'])).optional(),
  /** What differs from `checks` there. */
  on: z.partialRecord(z.enum(grounds), checksSchema).optional(),
  /** `false`: too slow in an emulated machine with cgroup v2. */
  v2: z.boolean().optional(),
  /** Why it is judged in the nightly only. */
  nightly: z.string().optional(),
  /** Attacks of the catalogue (docs/threat-model.md) that the case also is. */
  attacks: z.array(z.string().regex(/^H\d\d$/)).optional(),
})
export type Expected = z.infer<typeof expectedSchema>

export async function expectedOf(name: string, assignment = usual): Promise<Expected> {
  return expectedSchema.parse(parse(await readFile(join(corpusOf(assignment), name, 'expected.yml'), 'utf8')))
}

/** The nightly judges all cases; `npm test` has an hour on two cores, and leaves some of each kind to it. */
export const everyCase = nightly || process.env.CGRADE_EVERY_CASE !== undefined

/** As `npm run test:hostile` wants it: of the corpus only what is somebody's attack. */
const onlyAttacks = process.env.CGRADE_HOSTILE === '1'
/** `CGRADE_CASES=right-python,cncamp-module8/stops-` takes a part of the corpus, for work on one case. */
export const wantedCases = process.env.CGRADE_CASES?.split(',')

/** The cases for root exercises, or all others. */
export async function readCases(which: { root: boolean }, assignment = usual): Promise<Map<string, Expected>> {
  const cases = new Map<string, Expected>()
  const entries = await readdir(corpusOf(assignment), { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory()) continue
    const names = [entry.name, `${assignment}/${entry.name}`]
    if (!(wantedCases?.some((part) => names.some((name) => name.startsWith(part))) ?? true)) continue
    const expected = await expectedOf(entry.name, assignment)
    if (onlyAttacks && expected.attacks === undefined) continue
    if ((expected.exercises !== undefined) === which.root) cases.set(entry.name, expected)
  }
  return cases
}

/** Whether a case is judged now: all in the nightly and when asked for by name, else every second one. */
export function isJudgedNow(expected: Expected, index: number): boolean {
  if (everyCase || onlyAttacks || wantedCases !== undefined) return true
  return expected.nightly === undefined && index % 2 === 0
}

/** Copies the submission of a case, and makes what no repository can hold. */
export async function copySubmission(name: string, folder: string, assignment = usual): Promise<void> {
  const from = join(corpusOf(assignment), name, 'submission')
  if (await stat(from).catch(() => undefined)) await cp(from, folder, { recursive: true, verbatimSymlinks: true })
  else await mkdir(folder, { recursive: true })
  const make = join(corpusOf(assignment), name, 'make.sh')
  if (await stat(make).catch(() => undefined)) await execa(make, [folder])
}

export function summaryOf(grade: Grade, expected: Expected) {
  const { exercises: compared } = expected
  const judged = grade.exercises.filter(({ id }) => compared?.some((one) => one === id) ?? true)
  const checks = Object.fromEntries(
    judged
      .flatMap((exercise) => exercise.checks)
      .filter((check) => compared !== undefined || !isLeftOut(check, expected))
      .map((check) => [check.id, short(check, expected)]),
  )
  const found = grade.exercises[0]?.found
  return {
    status: grade.status,
    score: grade.status === 'ungraded' || compared !== undefined ? undefined : grade.score,
    rejection: grade.status === 'rejected' ? grade.rejection.code : undefined,
    error: grade.status === 'ungraded' ? grade.error.code : undefined,
    checks,
    found: expected.found && {
      ...(expected.found.dockerfile && { dockerfile: found?.dockerfile }),
      ...(expected.found.context && { context: found?.context }),
    },
  }
}

export function summaryOfExpected(expected: Expected) {
  const checks = Object.fromEntries(
    Object.entries(expected.checks ?? {}).map(([id, wanted]) => [
      id,
      typeof wanted === 'string' ? { outcome: wanted } : wanted,
    ]),
  )
  const { status, score, rejection, error, found } = expected
  return { status, score, rejection, error, checks, found }
}

/** What is expected on that ground. */
export function expectedOn(ground: Ground, expected: Expected): Expected {
  return { ...expected, checks: { ...expected.checks, ...expected.on?.[ground] } }
}

/** Nothing was handed in for it, and the case is not about it. */
function isLeftOut({ id, outcome, because }: CheckRecord, { checks }: Expected): boolean {
  return outcome === 'skipped' && because === undefined && checks?.[id] === undefined
}

/** A reason is compared where the check was not passed; a case that varies may leave it open. */
function short({ id, outcome, reason, because }: CheckRecord, { checks, varies }: Expected) {
  const wanted = checks?.[id]
  const open = varies !== undefined && (typeof wanted !== 'object' || wanted.reason === undefined)
  return {
    outcome,
    ...(outcome !== 'passed' && reason !== undefined && !open ? { reason } : {}),
    ...(because === undefined ? {} : { because }),
  }
}

/** Attacks stand in the titles of tests, where the table of the hostile suite finds them: `H89: `. */
export function attacksOf({ attacks }: Expected): string {
  return (attacks ?? []).map((id) => `${id}: `).join('')
}
