import { AsyncLocalStorage } from 'node:async_hooks'
import type { Evidence, Fault, Reason } from '../model/feedback.ts'
import type { Verdict } from '../model/verdict.ts'

/** What the matchers of one check have found so far. */
export interface Judgement {
  verdict: Verdict | undefined
  /** Matchers that were called and have not come to an end. */
  pending: number
}

/** Follows a check through its awaits, so that a matcher can never settle another check's verdict. */
const judgements = new AsyncLocalStorage<Judgement>()

export function withJudgement<T>(judgement: Judgement, body: () => T): T {
  return judgements.run(judgement, body)
}

/** Records what a matcher found; of several in one check the lowest credit stands. */
export function settle(verdict: Verdict): void {
  const judgement = judgements.getStore()
  if (judgement === undefined) throw new Error('a matcher of the spec kit was called outside a check')
  const { verdict: before } = judgement
  if (before === undefined || verdict.credit < before.credit) judgement.verdict = verdict
}

/** Counts a matcher that takes time as pending until it has settled: a forgotten `await` must not pass. */
export async function settleLater(coming: Promise<Verdict>): Promise<Verdict> {
  const judgement = judgements.getStore()
  if (judgement !== undefined) judgement.pending += 1
  const verdict = await coming
  settle(verdict)
  if (judgement !== undefined) judgement.pending -= 1
  return verdict
}

export function passed(message: string, evidence?: Evidence[], actual?: string): Verdict {
  return { outcome: 'passed', credit: 1, message, ...(evidence ? { evidence } : {}), ...(actual ? { actual } : {}) }
}

/** Full, part or no credit for something that was seen. */
export function judged(credit: number, reason: Reason, feedback: Omit<Fault, 'reason'>): Verdict {
  const outcome = credit >= 1 ? 'passed' : credit > 0 ? 'partial' : 'failed'
  return { outcome, credit, reason, ...feedback }
}

export function failedBy(fault: Fault): Verdict {
  return { outcome: 'failed', credit: 0, ...fault }
}

export function unavailable(why: string, evidence?: Evidence[]): Verdict {
  const message = `Not judged here: ${why}.`
  return { outcome: 'skipped', credit: 0, message, unavailable: why, ...(evidence ? { evidence } : {}) }
}
