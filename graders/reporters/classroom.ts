import * as z from 'zod'
import type { TerminalText } from '../model/encoded.ts'
import type { Grade, GradesFile } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import { roundPoints } from '../model/points.ts'
import { base64Output, terminal, workflowCommand } from './escape.ts'
import { plainLine, plainLines } from './plain-text.ts'
import { type ScoredLine, scoredLinesOf, totalOf } from './scored-lines.ts'

// GitHub Classroom was retired in August 2026; its actions still run. What they read: docs/classroom50.md.

const status = z.enum(['pass', 'fail', 'error'])
const testSchema = z.strictObject({
  name: z.string().min(1),
  status,
  /** Always there: without one, Classroom's reporter adds up to NaN. */
  score: z.number().nonnegative(),
  message: z.string(),
  test_code: z.string(),
  filename: z.string(),
  line_no: z.int().nonnegative(),
  /** Milliseconds. */
  duration: z.int().nonnegative(),
})
type ClassroomTest = z.infer<typeof testSchema>

/** What a step hands to Classroom's reporter, as base64. Points are whole or have two decimals. */
const classroomSchema = z.strictObject({
  version: z.literal(1),
  status,
  max_score: z.number().nonnegative(),
  tests: z.array(testSchema),
})
export type ClassroomResult = z.infer<typeof classroomSchema>

const nameChars = 200
const messageChars = 500
const codeChars = 1000

/** Public checks that count, with their points. An ungraded submission has an error, and no points to add up. */
export function renderClassroom(grade: Grade): ClassroomResult {
  if (grade.status === 'ungraded')
    return classroomSchema.parse({ version: 1, status: 'error', max_score: 0, tests: [] })
  const lines = scoredLinesOf(grade)
  const tests = lines.map(testOf)
  const worst = (['fail', 'error'] as const).find((one) => tests.some((test) => test.status === one)) ?? 'pass'
  return classroomSchema.parse({ version: 1, status: worst, max_score: totalOf(lines).maxScore, tests })
}

/** One line for the outputs of a step: `result=<base64>`. */
export function renderClassroomOutput(file: GradesFile): TerminalText {
  return base64Output('result', renderClassroom(onlyGradeOf(file)))
}

/** The two notices from which Classroom reads points: numbers, and words of ours. None where there is nothing to count. */
export function renderClassroomNotices(file: GradesFile): TerminalText {
  const grade = onlyGradeOf(file)
  if (grade.status === 'ungraded') {
    const words =
      'cgrade could not grade this submission. That is not the fault of the student, and no points are lost.'
    return terminal`${workflowCommand('warning', { title: 'Autograding incomplete' }, words)}\n`
  }
  const { score: totalPoints, maxScore: maxPoints } = pointsOf(grade)
  if (maxPoints === 0) return terminal``
  const complete = workflowCommand('notice', { title: 'Autograding complete' }, `Points ${totalPoints}/${maxPoints}`)
  const report = JSON.stringify({ totalPoints, maxPoints })
  return terminal`${complete}\n${workflowCommand('notice', { title: 'Autograding report' }, report)}\n`
}

/** Points that may be shown of a grade; none where it has none. */
export function pointsOf(grade: Grade): { score: number; maxScore: number } {
  return totalOf(grade.status === 'ungraded' ? [] : scoredLinesOf(grade))
}

/** The one submission that a format of Classroom's is about. */
export function onlyGradeOf({ grades }: GradesFile): Grade {
  const [only, ...others] = grades
  if (only !== undefined && others.length === 0) return only
  const seen = only === undefined ? 'has none' : `has ${grades.length}`
  throw new UsageError(
    `Classroom expects a single submission; this run ${seen}. Choose one with \`--only <submission>\`.`,
  )
}

function testOf(line: ScoredLine): ClassroomTest {
  return {
    name: plainLine(line.title, nameChars) || 'check',
    status: line.outcome === 'passed' ? 'pass' : line.outcome === 'errored' ? 'error' : 'fail',
    score: roundPoints(line.points),
    message: plainLine(line.message, messageChars),
    test_code: plainLines(line.reproduce ?? '', codeChars),
    filename: plainLine(line.location?.file ?? '', nameChars),
    line_no: line.location?.line ?? 0,
    duration: Math.round(line.durationMs),
  }
}
