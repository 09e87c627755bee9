import type { CsvText } from '../model/encoded.ts'
import { checksOf, type Grade, type RunGrades } from '../model/grade.ts'
import { roundPoints } from '../model/points.ts'
import { csvRow, forCsv, joinCsv, joinParts } from './escape.ts'
import { finalScoreOf } from './grade-book.ts'
import { percentOf } from './numbers.ts'

type Cell = string | number | undefined

/** One row per submission for a spreadsheet; blank, not 0, where there is no number. */
export function renderCsv({ grades }: RunGrades): CsvText {
  return joinParts(csvParts({ grades }))
}

/** The same in parts, a row at a time. The grades are gone through twice: they tell which columns there are. */
export function* csvParts({ grades }: Pick<RunGrades, 'grades'>): Iterable<CsvText> {
  const ids = new Set<string>()
  let isAnyLate = false
  for (const grade of grades) {
    for (const { id } of checksOf(grade)) ids.add(id)
    isAnyLate ||= grade.status === 'graded' && grade.late !== undefined
  }
  const checkIds = [...ids]
  const lateColumns = isAnyLate ? ['late_percent', 'final_score'] : []
  const header = [
    'submission',
    'status',
    'score',
    'max_score',
    'percent',
    ...checkIds,
    ...lateColumns,
    'flags',
    'problem',
  ]
  yield joinCsv([header.map(forCsv)])
  for (const grade of grades) yield csvRow(rowOf(grade, checkIds, isAnyLate).map(forCsv))
}

function rowOf(grade: Grade, checkIds: string[], isAnyLate: boolean): Cell[] {
  const points = pointsByCheck(grade)
  return [
    grade.submission.id,
    grade.status,
    ...scoreCells(grade),
    ...checkIds.map((id) => points.get(id)),
    ...(isAnyLate ? lateCells(grade) : []),
    grade.flags.map((flag) => flag.code).join(' '),
    problemOf(grade),
  ]
}

function scoreCells(grade: Grade): Cell[] {
  if (grade.status === 'ungraded') return [undefined, undefined, undefined]
  return [roundPoints(grade.score), roundPoints(grade.maxScore), percentOf(grade.score, grade.maxScore)]
}

/** The score after the late policy is there for those in time, too: one column to add up. */
function lateCells(grade: Grade): Cell[] {
  const percent = grade.status === 'graded' ? (grade.late?.percent ?? 0) : undefined
  return [percent, finalScoreOf(grade)]
}

/** None for an ungraded submission: whoever adds up its columns would make a score of our failure. */
function pointsByCheck(grade: Grade): Map<string, number> {
  if (grade.status === 'ungraded') return new Map()
  const scored = checksOf(grade).filter((check) => check.points !== undefined)
  return new Map(scored.map((check) => [check.id, roundPoints(check.points ?? 0)]))
}

function problemOf(grade: Grade): string | undefined {
  if (grade.status === 'rejected') return `${grade.rejection.code}: ${grade.rejection.message}`
  return grade.status === 'ungraded' ? `${grade.error.code}: ${grade.error.message}` : undefined
}
