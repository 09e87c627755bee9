import type { CheckRecord, Grade } from '../model/grade.ts'
import type { Colour } from './paint.ts'

/** How an outcome looks: told apart by shape first, so that it reads without colour. */
export interface Mark {
  glyph: string
  colour: Colour
  label: string
}

export const marks = {
  passed: { glyph: '✓', colour: 'green', label: 'passed' },
  partial: { glyph: '½', colour: 'yellow', label: 'partial' },
  failed: { glyph: '✗', colour: 'red', label: 'failed' },
  skipped: { glyph: '-', colour: 'dim', label: 'skipped' },
  uncounted: { glyph: '·', colour: 'dim', label: 'not counted' },
  errored: { glyph: '!', colour: 'magenta', label: 'not judged' },
} as const satisfies Record<string, Mark>

export function markOf(check: CheckRecord): Mark {
  return isUncounted(check) ? marks.uncounted : marks[check.outcome]
}

/** Could not be judged here, or was not handed in: its points have left the maximum. */
export function isUncounted(check: CheckRecord): boolean {
  return check.outcome === 'skipped' && check.unavailable !== undefined
}

/** Took points away, or could not be judged: what a person wants explained. */
export function needsExplanation(check: CheckRecord): boolean {
  return check.outcome === 'failed' || check.outcome === 'partial' || check.outcome === 'errored'
}

export function checksOf(grade: Grade): CheckRecord[] {
  return grade.exercises.flatMap((exercise) => exercise.checks)
}

/** Every check id of a run, in the order in which the assignment has them. */
export function checkIdsOf(grades: Grade[]): string[] {
  return [...new Set(grades.flatMap((grade) => checksOf(grade).map((check) => check.id)))]
}
