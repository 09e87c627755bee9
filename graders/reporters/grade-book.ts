import type { CsvText } from '../model/encoded.ts'
import { checksOf, type Grade, type GradesFile } from '../model/grade.ts'
import { roundPoints } from '../model/points.ts'

/** A file that a learning platform has exported and takes back with points in it. */
export interface BookTemplate {
  /** As it was read: UTF-8, with its byte order mark. */
  text: string
  /** Its name, for messages. */
  path: string
}

export interface BookWish {
  template?: BookTemplate | undefined
  /** Which column takes the points, where that is not plain. */
  column?: string | undefined
}

export interface FilledBook {
  text: CsvText
  /** Sentences for whoever uploads it: what was left as it was, and why. */
  told: string[]
}

/** What counts in the end: after the late policy. None for an ungraded submission, which is never a zero. */
export function finalScoreOf(grade: Grade): number | undefined {
  if (grade.status === 'ungraded') return undefined
  return grade.status === 'graded' && grade.late !== undefined ? grade.late.score : grade.score
}

/** Points of the whole assignment: what could not be judged on some machine, or was not handed in, counts here. */
export function wholeMaximumOf({ grades }: GradesFile): number {
  const maxima = grades.map((grade) => {
    const asked = checksOf(grade).reduce((sum, { maxPoints }) => sum + maxPoints, 0)
    return Math.max(asked, grade.status === 'ungraded' ? 0 : grade.maxScore)
  })
  return roundPoints(Math.max(0, ...maxima))
}

/** Points for a grade book with a fixed maximum: a reduced one is scaled to it. Undefined where the cell stays blank. */
export function bookPointsOf(grade: Grade, maximum: number): number | undefined {
  const final = finalScoreOf(grade)
  if (final === undefined || grade.status === 'ungraded' || grade.maxScore === 0) return undefined
  return roundPoints((final / grade.maxScore) * maximum)
}

/** A number above zero, spelled as the country of the platform's user spells it. */
export function numberOf(text: string): number | undefined {
  const plain = text
    .trim()
    .replace(/[.,](?=\d{3}(?:[.,]|$))/g, '')
    .replace(',', '.')
  const value = /^\d+(?:\.\d+)?$/.test(plain) ? Number(plain) : 0
  return value > 0 ? value : undefined
}

/** Submissions by what they are called in a grade book; a key of two submissions is none. */
export function indexGrades(grades: Grade[], keyOf: (grade: Grade) => string | undefined): Map<string, Grade> {
  const index = new Map<string, Grade>()
  const ambiguous = new Set<string>()
  for (const grade of grades) {
    const key = keyOf(grade)
    if (key === undefined || key === '') continue
    if (index.has(key)) ambiguous.add(key)
    index.set(key, grade)
  }
  for (const key of ambiguous) index.delete(key)
  return index
}
