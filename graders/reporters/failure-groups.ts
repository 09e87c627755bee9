import type { Reason } from '../model/feedback.ts'
import { type CheckRecord, checksOf, type Grade } from '../model/grade.ts'

/** Submissions that lost points, or were rejected, for the same reason: what a TA reads instead of each of them. */
export interface FailureGroup {
  /** Of the check; `intake` where the submissions were rejected. */
  id: string
  title: string
  outcome: 'failed' | 'partial' | 'rejected'
  reason: Reason | undefined
  /** Hidden checks are for staff. */
  visibility: CheckRecord['visibility']
  /** What one of them was told: the shortest. */
  message: string
  /** Of the submissions, in the order of the run. */
  submissionIds: string[]
}

/** More of a message says nothing about which kind of failure it is. */
const comparedChars = 1_000
const plainWord = /^[a-z]*$|^.$/i

/**
 * Groups of identical failures, largest first: the same check, reason and message, whatever numbers, names and paths stand in it.
 * What was skipped because of another check is no failure of its own.
 */
export function groupFailures(grades: Iterable<Grade>): FailureGroup[] {
  const groups = new Map<string, FailureGroup>()
  for (const grade of grades) {
    for (const failure of failuresOf(grade)) {
      const { id, outcome, reason, message } = failure
      const key = JSON.stringify([id, outcome, reason, likeness(message, grade.submission.id)])
      const group = groups.get(key)
      if (group === undefined) groups.set(key, failure)
      else {
        group.submissionIds.push(grade.submission.id)
        if (isBetter(message, group.message)) group.message = message
      }
    }
  }
  return [...groups.values()].sort(
    (a, b) =>
      b.submissionIds.length - a.submissionIds.length ||
      compareTexts(a.id, b.id) ||
      compareTexts(a.reason ?? '', b.reason ?? '') ||
      compareTexts(a.message, b.message),
  )
}

function failuresOf(grade: Grade): FailureGroup[] {
  const submissionIds = () => [grade.submission.id]
  if (grade.status === 'rejected') {
    const { code: reason, message } = grade.rejection
    const told = { reason, message, visibility: 'public', submissionIds: submissionIds() } as const
    return [{ id: 'intake', title: 'can be taken in', outcome: 'rejected', ...told }]
  }
  return checksOf(grade).flatMap(({ id, title, outcome, reason, visibility, message }) =>
    outcome === 'failed' || outcome === 'partial'
      ? [{ id, title, outcome, reason, visibility, message, submissionIds: submissionIds() }]
      : [],
  )
}

/**
 * A message without what differs from student to student: quotations (names, paths, addresses, output), the student's own id, and words
 * with a digit, a slash or a dot inside; several of them in a row count as one, so that two missing files are like three.
 */
export function likeness(message: string, submissionId: string): string {
  const told = message.slice(0, comparedChars)
  // Somebody called `server` would have its own word for what everybody's server does.
  const anonymous = plainWord.test(submissionId) ? told : told.replaceAll(submissionId, ' # ')
  const unquoted = withoutQuotations(withoutQuotations(anonymous, '`'), '"')
  const words: string[] = []
  for (const word of unquoted.split(/\s+/).filter((one) => one !== '')) {
    const [last, before] = [words.at(-1), words.at(-2)]
    if (differs(word)) {
      if (last === '#') continue
      if ((last === 'and' || last === 'or') && before === '#') words.pop()
      else words.push('#')
    } else words.push(last === '#' ? word.replace(/s([,.;:]?)$/, '$1') : word)
  }
  return words.join(' ')
}

/** Every second part stands between quotes; an odd quote quotes nothing. */
function withoutQuotations(text: string, quote: string): string {
  const parts = text.split(quote)
  return parts.map((part, index) => (index % 2 === 1 && index < parts.length - 1 ? ' # ' : part)).join('')
}

function differs(word: string): boolean {
  return word.includes('#') || /[\d/\\]/.test(word) || /[^.][.:@_=][^.]/.test(word) || !/[\p{L}]/u.test(word)
}

/** The shorter says the same with less; then by letters, so that the order of submissions decides nothing. */
function isBetter(message: string, than: string): boolean {
  return message.length < than.length || (message.length === than.length && message < than)
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
