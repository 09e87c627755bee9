import * as z from 'zod'
import type { FileName, FileText } from '../model/encoded.ts'
import type { Grade, GradesFile } from '../model/grade.ts'
import { fileName } from '../model/identity.ts'
import { roundPoints } from '../model/points.ts'
import { onlyGradeOf } from './classroom.ts'
import { type Classroom50Identity, readIdentity } from './classroom50-identity.ts'
import { forJson } from './escape.ts'
import { renderSummary } from './github-summary.ts'
import { plainLine } from './plain-text.ts'
import { type ScoredLine, scoredLinesOf } from './scored-lines.ts'

/**
 * Classroom 50 takes whole points only, and cgrade gives halves and less: every number is in hundredths of a point, for every
 * submission alike. Nothing is rounded, so that the tests add up, shares stay what they are, and columns of a class compare.
 */
const unitsPerPoint = 100

const text = z.string().min(1)
const units = z.int().nonnegative()
const moment = z.string().regex(/^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/)

const testSchema = z
  .strictObject({
    'test-name': text,
    passed: z.boolean(),
    score: units,
    'max-score': units,
    // Classroom 50 keeps what it does not know.
    points: z.number().nonnegative(),
    'max-points': z.number().nonnegative(),
    outcome: text,
    message: z.string(),
  })
  .refine((test) => test.score <= test['max-score'], 'a test cannot earn more than its maximum')

/** `result.json` of Classroom 50, schema `classroom50/result/v1`. */
export const classroom50Schema = z
  .strictObject({
    schema: z.literal('classroom50/result/v1'),
    classroom: text,
    assignment: text,
    assignment_type: z.enum(['individual', 'group', 'team']),
    owner: text,
    submission: z.string().startsWith('submit/'),
    commit: text,
    release: text,
    review: text,
    datetime: moment,
    graded_at: moment,
    score: units,
    'max-score': units,
    tests: z.array(testSchema),
  })
  .refine((one) => one.score <= one['max-score'], 'a score cannot exceed its maximum')
export type Classroom50Result = z.infer<typeof classroom50Schema>

const dayMs = 24 * 60 * 60 * 1000
const nameChars = 200
const messageChars = 500
/** GitHub takes 125,000 characters for the text of a release. */
const bodyBytes = 100_000

/** Undefined for an ungraded submission: it has no score, and Classroom 50 records an error where no file is. */
export function renderClassroom50(grade: Grade, identity: Classroom50Identity): Classroom50Result | undefined {
  if (grade.status === 'ungraded') return undefined
  const { assignmentType, ...told } = identity
  const tests = scoredLinesOf(grade).map(testOf)
  return classroom50Schema.parse({
    schema: 'classroom50/result/v1',
    ...told,
    assignment_type: assignmentType,
    datetime: submittedAt(identity.submission) ?? toSeconds(new Date(grade.startedAt)),
    graded_at: toSeconds(new Date(Date.parse(grade.startedAt) + Math.min(grade.durationMs, dayMs))),
    score: tests.reduce((sum, test) => sum + test.score, 0),
    'max-score': tests.reduce((sum, test) => sum + test['max-score'], 0),
    tests,
  })
}

/** `result.json` and `release-body.md`; neither for an ungraded submission. */
export function renderClassroom50Files(
  file: GradesFile,
  env: Record<string, string | undefined>,
): [FileName, FileText][] | undefined {
  const grade = onlyGradeOf(file)
  const result = renderClassroom50(grade, readIdentity(env))
  if (result === undefined) return undefined
  return [
    [fileName`release-body.md`, renderSummary(file, bodyBytes)],
    [fileName`result.json`, forJson(result)],
  ]
}

function testOf(line: ScoredLine): Classroom50Result['tests'][number] {
  return {
    'test-name': plainLine(line.title, nameChars) || 'check',
    passed: line.outcome === 'passed',
    score: Math.round(line.points * unitsPerPoint),
    'max-score': Math.round(line.maxPoints * unitsPerPoint),
    points: roundPoints(line.points),
    'max-points': roundPoints(line.maxPoints),
    outcome: line.outcome,
    message: plainLine(line.message, messageChars),
  }
}

/** The tag holds when it was handed in, which must not move when it is graded again: `submit/2026-06-01T14-32-05Z-a1b2c3d`. */
function submittedAt(tag: string): string | undefined {
  const [, day, hours, minutes, seconds] = /^submit\/(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})Z/.exec(tag) ?? []
  const moment = new Date(`${day}T${hours}:${minutes}:${seconds}Z`)
  return Number.isNaN(moment.getTime()) ? undefined : toSeconds(moment)
}

function toSeconds(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`
}
