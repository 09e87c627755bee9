import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { type CheckRecord, type Grade, type GradesFile, gradesFileSchema } from './model/grade.ts'
import { renderTranscript } from './reporters/transcript.ts'

/** Records the transcripts anew instead of comparing them: `CGRADE_RECORD=1 npx vitest run graders/corpus.test.ts`. */
const record = process.env.CGRADE_RECORD === '1'
/** A part of the corpus, for work on one case: `CGRADE_CASES=right-python,stops-`. */
const wanted = process.env.CGRADE_CASES?.split(',')

const root = fileURLToPath(new URL('../', import.meta.url))
const corpus = join(root, 'submissions/corpus/cncamp-module3')

const outcome = z.enum(['passed', 'partial', 'failed', 'skipped', 'errored'])
const expectedSchema = z.strictObject({
  says: z.string(),
  status: z.enum(['graded', 'rejected', 'ungraded']),
  rejection: z.string().optional(),
  error: z.string().optional(),
  score: z.number().optional(),
  checks: z
    .record(
      z.string(),
      z.union([outcome, z.strictObject({ outcome, reason: z.string().optional(), because: z.string().optional() })]),
    )
    .optional(),
  /** Why the transcript differs from run to run: it is not compared. */
  varies: z.string().optional(),
  found: z.strictObject({ dockerfile: z.string().optional(), context: z.string().optional() }).optional(),
})
type Expected = z.infer<typeof expectedSchema>

const cases = (await readdir(corpus, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory() && (wanted?.some((part) => entry.name.startsWith(part)) ?? true))
  .map((entry) => entry.name)
const varying = new Map<string, string>()
for (const name of cases) {
  const { varies } = await expectedOf(name)
  if (varies !== undefined) varying.set(name, varies)
}
/** Graded a second time, at another number of jobs: some of each kind. */
const again = cases.filter((name, index) => index % 7 === 0 && !name.startsWith('ours-') && !varying.has(name))

const folders: string[] = []
let first: Map<string, Grade>
let second: Map<string, Grade>

beforeAll(async () => {
  first = await gradeCases(cases, 2)
  second = again.length === 0 ? new Map() : await gradeCases(again, 5)
}, 45 * 60_000)
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

describe.each(cases)('%s', (name) => {
  test('gets its outcome', async () => {
    const expected = await expectedOf(name)
    const grade = first.get(name)
    if (grade === undefined) throw new Error('it was not graded')
    expect(summaryOf(grade, expected)).toEqual(summaryOfExpected(expected))
  })

  const why = varying.get(name)
  test.skipIf(why !== undefined)(
    `tells the student the same as ever${why === undefined ? '' : ` (skipped: ${why})`}`,
    async () => {
      const grade = first.get(name)
      if (grade === undefined) throw new Error('it was not graded')
      const file = join(corpus, name, 'transcript.txt')
      const now = renderTranscript(grade)
      if (record) await writeFile(file, now)
      expect(now).toBe(await readFile(file, 'utf8'))
    },
  )
})

test.each(again)('%s gets the same grade beside more neighbours', (name) => {
  const [one, other] = [first.get(name), second.get(name)]
  if (one === undefined || other === undefined) throw new Error('it was not graded')
  expect(withoutTimes(other)).toEqual(withoutTimes(one))
})

test.skipIf(wanted !== undefined)('the corpus is as large as promised', () => {
  const count = (prefix: string) => cases.filter((name) => name.startsWith(prefix)).length
  expect(count('right-')).toBeGreaterThanOrEqual(15)
  expect(count('wrong-') + count('partial-')).toBeGreaterThanOrEqual(15)
  expect(count('stops-') + count('rejected-')).toBeGreaterThanOrEqual(10)
  expect(again.length).toBeGreaterThanOrEqual(15)
})

async function expectedOf(name: string): Promise<Expected> {
  return expectedSchema.parse(parse(await readFile(join(corpus, name, 'expected.yml'), 'utf8')))
}

/** Grades copies of the submissions through the command line, as a TA would. */
async function gradeCases(names: string[], jobs: number): Promise<Map<string, Grade>> {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-corpus-'))
  folders.push(folder)
  for (const name of names) {
    const submission = join(folder, 'inbox', name)
    await cp(join(corpus, name, 'submission'), submission, { recursive: true, verbatimSymlinks: true }).catch(
      async () => execa('mkdir', ['-p', submission]),
    )
    const make = join(corpus, name, 'make.sh')
    if (await stat(make).catch(() => undefined)) await execa(make, [submission])
  }
  const reports = join(folder, 'run')
  const args = ['graders/cli.ts', 'batch', join(folder, 'inbox'), '--out', reports, '--jobs', String(jobs)]
  const ended = await execa(process.execPath, args, { cwd: root, reject: false })
  if (ended.exitCode !== 0 && ended.exitCode !== 3) throw new Error(`exit code ${ended.exitCode}:\n${ended.stderr}`)
  const file: GradesFile = gradesFileSchema.parse(JSON.parse(await readFile(join(reports, 'grades.json'), 'utf8')))
  return new Map(file.grades.map((grade) => [grade.submission.id, grade]))
}

function summaryOf(grade: Grade, expected: Expected) {
  const checks = Object.fromEntries(
    grade.exercises.flatMap((exercise) => exercise.checks).map((check) => [check.id, short(check, expected)]),
  )
  const found = grade.exercises[0]?.found
  return {
    status: grade.status,
    score: grade.status === 'ungraded' ? undefined : grade.score,
    rejection: grade.status === 'rejected' ? grade.rejection.code : undefined,
    error: grade.status === 'ungraded' ? grade.error.code : undefined,
    checks,
    found: expected.found && {
      ...(expected.found.dockerfile && { dockerfile: found?.dockerfile }),
      ...(expected.found.context && { context: found?.context }),
    },
  }
}

function summaryOfExpected(expected: Expected) {
  const checks = Object.fromEntries(
    Object.entries(expected.checks ?? {}).map(([id, wanted]) => [
      id,
      typeof wanted === 'string' ? { outcome: wanted } : wanted,
    ]),
  )
  const { status, score, rejection, error, found } = expected
  return { status, score, rejection, error, checks, found }
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

function withoutTimes(grade: Grade) {
  return {
    status: grade.status,
    score: grade.status === 'ungraded' ? undefined : grade.score,
    digest: grade.submission.digest,
    checks: grade.exercises.flatMap(({ checks }) =>
      checks.map(({ id, outcome, points, reason }) => ({ id, outcome, points, reason })),
    ),
  }
}
