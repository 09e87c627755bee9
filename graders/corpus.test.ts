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
  attacksOf,
  copySubmission,
  corpus,
  type Expected,
  expectedOf,
  readCases,
  summaryOf,
  summaryOfExpected,
  wantedCases,
} from './test-expected-grades.ts'

/** Records the transcripts anew instead of comparing them: `CGRADE_RECORD=1 npx vitest run graders/corpus.test.ts`. */
const record = process.env.CGRADE_RECORD === '1'

const root = fileURLToPath(new URL('../', import.meta.url))

/** Those of the exercises that need root are graded in several ways: `root-corpus.test.ts`. */
const expectedByCase = await readCases({ root: false })
const cases = [...expectedByCase.keys()]
const varying = new Map(
  [...expectedByCase].flatMap(([name, { varies }]) => (varies === undefined ? [] : [[name, varies]])),
)
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
  test(`${attacksOf(expectedByCase.get(name) as Expected)}gets its outcome`, async () => {
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

  test.each(cases)('%s: result.json and the points of the notices are those of its grade', async (name) => {
    const grade = first.get(name)
    if (grade === undefined) throw new Error('it was not graded')
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
  })
})

test.skipIf(wantedCases !== undefined)('the corpus is as large as promised', () => {
  const count = (prefix: string) => cases.filter((name) => name.startsWith(prefix)).length
  expect(count('right-')).toBeGreaterThanOrEqual(15)
  expect(count('wrong-') + count('partial-')).toBeGreaterThanOrEqual(15)
  expect(count('stops-') + count('rejected-')).toBeGreaterThanOrEqual(10)
  expect(again.length).toBeGreaterThanOrEqual(15)
})

/** Grades copies of the submissions through the command line, as a TA would. */
async function gradeCases(names: string[], jobs: number): Promise<Map<string, Grade>> {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-corpus-'))
  folders.push(folder)
  for (const name of names) await copySubmission(name, join(folder, 'inbox', name))
  const reports = join(folder, 'run')
  const args = ['graders/cli.ts', 'batch', join(folder, 'inbox'), '--out', reports, '--jobs', String(jobs)]
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
