import type { Token } from './read-tokens.ts'

/** So many tokens in a row are compared at once: fewer are common to all programs of a kind. */
const gramTokens = 18
/** Of so many grams in a row, one is kept: whatever two programs share over 18 + 12 tokens is found. */
const windowGrams = 12

/** Words that a language has, not the student. */
const keywords = new Set(
  (
    'and as async await bool break byte case catch chan char class const continue def default defer del do double elif else enum except ' +
    'extern false final finally float fn for from func function go goto if impl import in int interface is lambda let long loop map match ' +
    'mod mut new nil none not null or package pass pub raise range return select self short signed sizeof static string struct switch ' +
    'this throw true try type typedef union unsigned use var void volatile where while with yield'
  ).split(' '),
)

/**
 * Winnowing (Schleimer, Wilkerson, Aiken, 2003): hashes of stretches of a program, whatever its own names, numbers and texts are. Names behind
 * a dot stay what they are: they are mostly the library's.
 */
export function winnow(tokens: Token[]): number[] {
  const codes = tokens.map((token, index) => hashText(shapeOf(token, tokens[index - 1])))
  const grams: number[] = []
  for (let from = 0; from + gramTokens <= codes.length; from += 1) {
    let hash = 7
    for (let at = from; at < from + gramTokens; at += 1) hash = (Math.imul(hash, 31) + (codes[at] ?? 0)) | 0
    grams.push(mix(hash))
  }
  const kept = new Set<number>()
  for (let from = 0; from === 0 || from + windowGrams <= grams.length; from += 1) {
    const window = grams.slice(from, from + windowGrams)
    if (window.length > 0) kept.add(Math.min(...window))
  }
  return [...kept]
}

function shapeOf({ kind, text }: Token, before: Token | undefined): string {
  if (kind === 'sign') return text
  if (kind !== 'word') return kind
  const word = text.toLowerCase()
  return keywords.has(word) || before?.text === '.' ? word : 'name'
}

/** FNV-1a. */
function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < Math.min(text.length, 64); at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash | 0
}

/** Spreads neighbours apart, so that the smallest of a window is any of them. */
function mix(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  return (once ^ (once >>> 16)) >>> 0
}
