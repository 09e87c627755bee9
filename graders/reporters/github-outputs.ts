import type { TerminalText } from '../model/encoded.ts'
import type { GradesFile } from '../model/grade.ts'
import { roundPoints } from '../model/points.ts'
import { pointsOf } from './classroom.ts'
import { terminal } from './escape.ts'

/**
 * Outputs of a step, a line each: `status` (`graded`, `ungraded`, `nothing`), `score`, `max-score`; the points of several
 * submissions are added up. Words and numbers of ours only, and no number where one submission could not be graded.
 */
export function renderOutputs({ grades }: GradesFile): TerminalText {
  if (grades.length === 0) return terminal`status=nothing\nscore=\nmax-score=\n`
  if (grades.some(({ status }) => status === 'ungraded')) return terminal`status=ungraded\nscore=\nmax-score=\n`
  const points = grades.map(pointsOf)
  const score = roundPoints(points.reduce((sum, one) => sum + one.score, 0))
  const maxScore = roundPoints(points.reduce((sum, one) => sum + one.maxScore, 0))
  return terminal`status=graded\nscore=${score}\nmax-score=${maxScore}\n`
}
