import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Grade, type GradesFile, gradesFileSchema } from './model/grade.ts'
import { pointsOf, renderClassroom } from './reporters/classroom.ts'
import { renderClassroom50 } from './reporters/classroom50.ts'
import type { Classroom50Identity } from './reporters/classroom50-identity.ts'
import { renderTranscript } from './reporters/transcript.ts'
import {
  assignments,
  attacksOf,
  copySubmission,
  corpusOf,
  type Expected,
  isJudgedNow,
  readCases,
  summaryOf,
  summaryOfExpected,
  wantedCases,
} from './test-expected-grades.ts'

/** Records the transcripts anew instead of comparing them: `CGRADE_RECORD=1 npx vitest run graders/corpus.test.ts`. */
const record = process.env.CGRADE_RECORD === '1'

const root = fileURLToPath(new URL('../', import.meta.url))

/** Those of the exercises that need root are graded in several ways: `root-corpus.test.ts`. */
const expectedByAssignment = await Promise.all(
  assignments.map(async (assignment) => ({ assignment, expectedByCase: await readCases({ root: false }, assignment) })),
)
const allCases = expectedByAssignment.flatMap(({ assignment, expectedByCase }) =>
  [...expectedByCase].map(([name, expected]): Case => ({ assignment, name, expected })),
)
/** What is refused takes no time. */
const cases = allCases.filter(
  ({ name, expected }, index) => name.startsWith('rejected-') || isJudgedNow(expected, index),
)
/** Graded a second time, at another number of jobs: some of each kind. */
const again = cases.filter(
  ({ name, expected }, index) => index % 8 === 0 && !name.startsWith('ours-') && expected.varies === undefined,
)

interface Case {
  assignment: string
  name: string
  expected: Expected
}

const folders: string[] = []
let first: Map<Case, Grade>
let second: Map<Case, Grade>

beforeAll(async () => {
  first = await gradeAll(cases, 2)
  second = await gradeAll(again, 5)
}, 60 * 60_000)
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

describe.each(cases)('$assignment/$name', (one) => {
  const { assignment, name, expected } = one
  test(`${attacksOf(expected)}gets its outcome`, () => {
    const grade = gradeOf(one, first)
    expect(summaryOf(grade, expected)).toEqual(summaryOfExpected(expected))
  })

  const { varies: why } = expected
  test.skipIf(why !== undefined)(
    `tells the student the same as ever${why === undefined ? '' : ` (skipped: ${why})`}`,
    async () => {
      const file = join(corpusOf(assignment), name, 'transcript.txt')
      const now = renderTranscript(gradeOf(one, first))
      if (record) await writeFile(file, now)
      expect(now).toBe(await readFile(file, 'utf8'))
    },
  )
})

test.each(again)('$assignment/$name gets the same grade beside more neighbours', (one) => {
  expect(withoutTimes(gradeOf(one, second))).toEqual(withoutTimes(gradeOf(one, first)))
})

describe('what a classroom reads of every submission', () => {
  const contract = new URL('./reporters/fixtures/classroom50-result-v1.schema.json', import.meta.url)
  const identity: Classroom50Identity = {
    classroom: 'cloud-native',
    assignment: 'module3',
    assignmentType: 'individual',
    owner: 'alice',
    submission: 'submit/2026-06-01T14-32-05Z-a1b2c3d',
    commit: 'https://github.com/course/alice/commit/a1b2c3d',
    release: 'https://github.com/course/alice/releases/tag/1',
    review: 'https://github.com/course/alice/compare/1...2',
  }

  test.each(cases)(
    '$assignment/$name: result.json and the points of the notices are those of its grade',
    async (one) => {
      const grade = gradeOf(one, first)
      const written = renderClassroom50(grade, identity)
      if (grade.status === 'ungraded') {
        expect([written, renderClassroom(grade).status]).toEqual([undefined, 'error'])
        return
      }
      const validate = new Ajv2020({ strict: false }).compile(JSON.parse(await readFile(contract, 'utf8')))
      expect(validate(written) || validate.errors).toBe(true)
      expect([written?.score, written?.['max-score']]).toEqual(
        [grade.score, grade.maxScore].map((points) => Math.round(points * 100)),
      )
      expect(pointsOf(grade)).toEqual({ score: grade.score, maxScore: grade.maxScore })
    },
  )
})

const left = allCases.length - cases.length
test.skipIf(left > 0)(
  `no case is left out${left === 0 ? '' : ` (skipped: nightly, ${left} of ${allCases.length})`}`,
  () => {
    expect(cases).toEqual(allCases)
  },
)

test.skipIf(wantedCases !== undefined)('the corpus is as large as promised', () => {
  const count = (assignment: string, ...prefixes: string[]) =>
    allCases.filter((one) => one.assignment === assignment && prefixes.some((prefix) => one.name.startsWith(prefix)))
      .length
  expect(count('cncamp-module3', 'right-')).toBeGreaterThanOrEqual(15)
  expect(count('cncamp-module3', 'wrong-', 'partial-')).toBeGreaterThanOrEqual(15)
  expect(count('cncamp-module3', 'stops-', 'rejected-')).toBeGreaterThanOrEqual(10)
  for (const assignment of assignments) {
    expect(count(assignment, 'right-'), assignment).toBeGreaterThanOrEqual(2)
    expect(count(assignment, 'wrong-', 'partial-', 'stops-'), assignment).toBeGreaterThanOrEqual(8)
  }
  expect(again.length).toBeGreaterThanOrEqual(8)
})

function gradeOf(one: Case, grades: Map<Case, Grade>): Grade {
  const grade = grades.get(one)
  if (grade === undefined) throw new Error('it was not graded')
  return grade
}

/** One run for each assignment. */
async function gradeAll(wanted: Case[], jobs: number): Promise<Map<Case, Grade>> {
  const grades = new Map<Case, Grade>()
  for (const assignment of assignments) {
    const own = wanted.filter((one) => one.assignment === assignment)
    if (own.length === 0) continue
    const names = own.map(({ name }) => name)
    const byName = await gradeCases(assignment, names, jobs)
    for (const one of own) {
      const grade = byName.get(one.name)
      if (grade !== undefined) grades.set(one, grade)
    }
  }
  return grades
}

/** Grades copies of the submissions through the command line, as a TA would. */
async function gradeCases(assignment: string, names: string[], jobs: number): Promise<Map<string, Grade>> {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-corpus-'))
  folders.push(folder)
  for (const name of names) await copySubmission(name, join(folder, 'inbox', name), assignment)
  const reports = join(folder, 'run')
  const options = ['--assignment', assignment, '--out', reports, '--jobs', String(jobs)]
  const args = ['graders/cli.ts', 'batch', join(folder, 'inbox'), ...options]
  const ended = await execa(process.execPath, args, { cwd: root, reject: false })
  if (ended.exitCode !== 0 && ended.exitCode !== 3) throw new Error(`exit code ${ended.exitCode}:\n${ended.stderr}`)
  const file: GradesFile = gradesFileSchema.parse(JSON.parse(await readFile(join(reports, 'grades.json'), 'utf8')))
  return new Map(file.grades.map((grade) => [grade.submission.id, grade]))
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
