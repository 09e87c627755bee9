import type { TerminalText } from '../model/encoded.ts'
import { type CheckRecord, checksOf, type Grade } from '../model/grade.ts'
import { terminal } from './escape.ts'
import type { Colour } from './paint.ts'

/** How an outcome looks: told apart by shape first, so that it reads without colour. */
export interface Mark {
  glyph: TerminalText
  colour: Colour
  label: TerminalText
}

export const marks = {
  passed: { glyph: terminal`✓`, colour: 'green', label: terminal`passed` },
  partial: { glyph: terminal`½`, colour: 'yellow', label: terminal`partial` },
  failed: { glyph: terminal`✗`, colour: 'red', label: terminal`failed` },
  skipped: { glyph: terminal`-`, colour: 'dim', label: terminal`skipped` },
  uncounted: { glyph: terminal`·`, colour: 'dim', label: terminal`not counted` },
  errored: { glyph: terminal`!`, colour: 'magenta', label: terminal`not judged` },
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

/** Every check id of a run, in the order in which the assignment has them. */
export function checkIdsOf(grades: Grade[]): string[] {
  return [...new Set(grades.flatMap((grade) => checksOf(grade).map((check) => check.id)))]
}
