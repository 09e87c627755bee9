import { distance } from 'fastest-levenshtein'

/** Longer words are compared by their beginning only: a hostile word must not cost time. */
const comparedLength = 256

/** The candidate that the writer of `word` probably meant; undefined when nothing is close. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const meant = fold(word)
  if (meant === '') return undefined
  let best: { candidate: string; cost: number } | undefined
  for (const candidate of candidates) {
    const cost = costOf(meant, fold(candidate))
    if (cost !== undefined && (best === undefined || cost < best.cost)) best = { candidate, cost }
  }
  return best?.candidate
}

/** A sentence about it, with a blank before it, for the end of a message; '' when nothing is close. */
export function suggestNearest(word: string, candidates: Iterable<string>): string {
  const meant = nearest(word, candidates)
  return meant === undefined ? '' : ` Did you mean \`${meant}\`?`
}

function fold(word: string): string {
  return word.slice(0, comparedLength).normalize('NFC').toLowerCase().replaceAll('_', '-')
}

function costOf(meant: string, candidate: string): number | undefined {
  const edits = distance(meant, candidate)
  if (edits <= editsAllowed(Math.min(meant.length, candidate.length))) return edits
  // `docker` for `dockerfile`: cut short, or more than was asked for.
  const [short, long] = meant.length < candidate.length ? [meant, candidate] : [candidate, meant]
  return short.length >= 4 && long.startsWith(short) ? edits : undefined
}

/** Two letters that changed places are two edits, so `prot` must reach `port`. */
function editsAllowed(length: number): number {
  if (length < 3) return 0
  if (length === 3) return 1
  return Math.max(2, Math.floor(length / 3))
}
