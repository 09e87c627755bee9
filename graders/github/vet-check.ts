import type { CheckRule } from '../model/assignment.ts'
import { boundFeedback } from '../model/bound-feedback.ts'
import type { Location } from '../model/feedback.ts'
import type { CheckRecord } from '../model/grade.ts'
import { roundPoints } from '../model/points.ts'

const mostSentenceChars = 1000
const mostPathChars = 1024
const mostDurationMs = 24 * 60 * 60 * 1000

/**
 * The check of our rubric, with what the artifact says of it as far as that can be: its name, worth and visibility are ours,
 * its points lie within them and follow from the outcome.
 */
export function vetCheck(
  rule: CheckRule,
  claimed: CheckRecord,
  ours: { title: string; isCheck(id: string): boolean },
): CheckRecord {
  const { evidence, location, because, unavailable, message } = boundFeedback(claimed)
  const kept = plainLocation(location)
  const isAside = claimed.outcome === 'skipped' && unavailable !== undefined
  const points = claimed.outcome === 'errored' || isAside ? undefined : pointsOf(rule, claimed)
  return {
    id: rule.id,
    title: ours.title,
    outcome: claimed.outcome === 'passed' && (points ?? 0) < rule.points ? 'partial' : claimed.outcome,
    ...(points === undefined ? {} : { points }),
    maxPoints: rule.points,
    visibility: rule.visibility,
    message,
    ...textsOf(boundFeedback(claimed)),
    // Without its memory curve, which no report on GitHub draws.
    ...(evidence === undefined ? {} : { evidence: evidence.map(({ kind, text }) => ({ kind, text })) }),
    ...(kept === undefined ? {} : { location: kept }),
    ...(claimed.outcome === 'skipped' && because !== undefined && ours.isCheck(because) ? { because } : {}),
    ...(isAside ? { unavailable: unavailable.slice(0, mostSentenceChars) } : {}),
    durationMs: Math.min(claimed.durationMs, mostDurationMs),
  }
}

/** A check of the rubric that the artifact leaves out of an exercise that it has: no points, and they stay in the maximum. */
export function missingCheck(rule: CheckRule, title: string): CheckRecord {
  const message = 'The run that graded said nothing about this check.'
  const { id, points: maxPoints, visibility } = rule
  return { id, title, outcome: 'skipped', points: 0, maxPoints, visibility, message, durationMs: 0 }
}

function pointsOf(rule: CheckRule, { outcome, points = 0 }: CheckRecord): number {
  const counts = outcome === 'passed' || outcome === 'partial'
  return counts ? roundPoints(Math.min(Math.max(points, 0), rule.points)) : 0
}

function textsOf(claimed: CheckRecord): Pick<CheckRecord, 'reason' | 'hint' | 'expected' | 'actual' | 'reproduce'> {
  const { reason, hint, expected, actual, reproduce } = claimed
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(hint === undefined ? {} : { hint }),
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
    ...(reproduce === undefined ? {} : { reproduce }),
  }
}

/** A file inside the submission by a plain path, or nothing: GitHub would show the annotation elsewhere. */
function plainLocation(location: Location | undefined): Location | undefined {
  if (location === undefined || location.file.length > mostPathChars) return undefined
  const isPlain = location.file.split('/').every((part) => !['', '.', '..'].includes(part))
  const isSeen = !/[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(location.file)
  if (!isPlain || !isSeen) return undefined
  const line = location.line !== undefined && location.line <= 1_000_000 ? { line: location.line } : {}
  return { file: location.file, ...line }
}
