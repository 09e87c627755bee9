import type { Feedback } from './feedback.ts'

const fieldChars = 4 * 1024
const evidenceChars = 16 * 1024
const evidenceCount = 8

/**
 * Feedback within bounds, whatever a spec has put into it: a server may have sent 10 MB, and every report holds it several
 * times. Texts are cut in their middle, and say so.
 */
export function boundFeedback<T extends Feedback>(feedback: T): T {
  const bounded: T = { ...feedback }
  for (const field of ['message', 'hint', 'expected', 'actual', 'reproduce'] as const) {
    const text = feedback[field]
    if (text !== undefined) bounded[field] = cutMiddle(text, fieldChars)
  }
  if (feedback.evidence !== undefined) {
    const kept = feedback.evidence.slice(0, evidenceCount)
    bounded.evidence = kept.map((one) => ({ ...one, text: cutMiddle(one.text, evidenceChars) }))
  }
  if (feedback.location !== undefined) {
    bounded.location = { ...feedback.location, file: cutMiddle(feedback.location.file, fieldChars) }
  }
  return bounded
}

/** The beginning and the end of a text that is longer, and how much is missing between them. */
export function cutMiddle(text: string, mostChars: number): string {
  if (text.length <= mostChars) return text
  const half = mostChars / 2
  return `${text.slice(0, half)}\n[... ${text.length - mostChars} characters left out ...]\n${text.slice(-half)}`
}
