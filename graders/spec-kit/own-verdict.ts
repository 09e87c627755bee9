import type { Feedback } from '../model/feedback.ts'
import { BootFailed, PrerequisiteMissing } from './check.ts'
import { settle } from './judgement.ts'

/** A verdict in words of the spec's own. */
export interface OwnVerdict extends Omit<Feedback, 'reason' | 'location'> {
  /** Share of the points, 0 to 1. */
  credit: number
  /** Something came too late: with others at work beside it, it is tried once more alone before it counts. */
  isLate?: boolean
}

/** Says what a check found, where no matcher knows it. Of several verdicts in one check the lowest credit stands. */
export function judge({ credit, isLate = false, ...feedback }: OwnVerdict): void {
  if (!(credit >= 0 && credit <= 1)) throw new Error(`\`credit\` is a share from 0 to 1, got ${credit}`)
  const outcome = credit === 1 ? 'passed' : credit > 0 ? 'partial' : 'failed'
  const reason = isLate ? 'expectation.too-late' : 'expectation.failed'
  settle({ outcome, credit, ...(credit === 1 ? {} : { reason }), ...feedback })
}

/**
 * Ends a check that could not be tried because that other one failed: skipped, and no second failure. `thrown`: what ended
 * the attempt; only a start that failed is that check's matter, and all else goes on as it is.
 */
export function notReached(checkId: string, thrown?: unknown): never {
  if (thrown !== undefined && !(thrown instanceof BootFailed)) throw thrown
  throw new PrerequisiteMissing(checkId)
}
