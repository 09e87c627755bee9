import { checksOf, type Grade } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import { suggestNearest } from '../model/nearest.ts'
import type { Asked, Candidate } from '../store/choose-regrade.ts'

const kinds = ['failed', 'ungraded', 'changed'] as const
const checkPrefix = 'check:'

/** Who is graded again by `--only`: whoever any of the words means; undefined without a word. */
export function selectAsked(
  words: string[] | undefined,
  known: { ids: string[]; checkIds: string[] },
): Asked | undefined {
  if (words === undefined) return undefined
  const tests = words.map((word) => testFor(word, known))
  return {
    isMeant: (candidate) => tests.some((isMeant) => isMeant(candidate)),
    withChanged: words.includes('changed'),
  }
}

function testFor(
  word: string,
  { ids, checkIds }: { ids: string[]; checkIds: string[] },
): (candidate: Candidate) => boolean {
  const kind = kinds.find((one) => one === word)
  if (kind !== undefined) return meanings[kind]
  if (word.startsWith(checkPrefix)) {
    const checkId = word.slice(checkPrefix.length)
    if (!checkIds.includes(checkId)) throw unknownWord(word, 'check', prefixed(checkIds))
    return ({ old }) => old !== undefined && hasNotPassed(old, checkId)
  }
  const id = word.normalize('NFC')
  if (!ids.includes(id)) throw unknownWord(word, 'submission', [...kinds, ...ids, ...prefixed(checkIds)])
  return (candidate) => candidate.id === id
}

const meanings: Record<(typeof kinds)[number], (candidate: Candidate) => boolean> = {
  failed: ({ old }) => old !== undefined && (old.status === 'rejected' || checksOf(old).some(isLost)),
  ungraded: ({ old }) => old?.status === 'ungraded',
  changed: ({ changes }) => changes.length > 0,
}

function isLost({ outcome }: { outcome: string }): boolean {
  return outcome === 'failed' || outcome === 'partial'
}

/** Whatever kept it from passing: failed, skipped, not counted here, or ungraded as a whole. Intake asks no spec. */
function hasNotPassed(old: Grade, checkId: string): boolean {
  if (old.status === 'rejected') return false
  return checksOf(old).find(({ id }) => id === checkId)?.outcome !== 'passed'
}

function prefixed(checkIds: string[]): string[] {
  return checkIds.map((id) => `${checkPrefix}${id}`)
}

function unknownWord(word: string, what: string, candidates: string[]): UsageError {
  const suggestion = suggestNearest(word, candidates)
  return new UsageError(
    `\`--only\` expects \`failed\`, \`ungraded\`, \`changed\`, the name of a submission, or \`check:<id>\`. There is no ${what} \`${word}\`.${suggestion}`,
  )
}
