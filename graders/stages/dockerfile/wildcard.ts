/**
 * Docker's patterns (`*`, `?`, `[a-z]`, `\x`, `**`), matched without backtracking: the patterns come from submissions, and
 * as regular expressions some of them would never end.
 */
export type Wildcard = Token[]

type Token =
  | { kind: 'char'; char: string }
  | { kind: 'any' }
  | { kind: 'class'; negated: boolean; ranges: [string, string][] }
  /** Any characters but `/`. */
  | { kind: 'star' }
  /** Any number of folders: nothing, or what `within` takes. */
  | { kind: 'folders' }
  /** Any characters, until a `/`. */
  | { kind: 'within' }
  | { kind: 'rest' }

/** Longer than any path of a submission. */
const maxPatternLength = 1100

/** Undefined when the pattern is malformed, as Go's `filepath.Match` says. */
export function compileWildcard(pattern: string): Wildcard | undefined {
  if (pattern.length > maxPatternLength) return undefined
  const chars = [...pattern]
  const tokens: Wildcard = []
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] as string
    if (char === '*' && chars[at + 1] === '*') {
      at += chars[at + 2] === '/' ? 2 : 1
      if (at + 1 >= chars.length) tokens.push({ kind: 'rest' })
      else tokens.push({ kind: 'folders' }, { kind: 'within' })
    } else if (char === '*') {
      tokens.push({ kind: 'star' })
    } else if (char === '?') {
      tokens.push({ kind: 'any' })
    } else if (char === '[') {
      const read = readClass(chars, at)
      if (read === undefined) return undefined
      tokens.push(read.token)
      at = read.end
    } else if (char === '\\') {
      if (at + 1 >= chars.length) return undefined
      tokens.push({ kind: 'char', char: chars[++at] as string })
    } else {
      tokens.push({ kind: 'char', char })
    }
  }
  return tokens
}

function readClass(chars: string[], start: number): { token: Token; end: number } | undefined {
  const negated = chars[start + 1] === '^'
  const ranges: [string, string][] = []
  for (let at = start + (negated ? 2 : 1); at < chars.length; at++) {
    if (chars[at] === ']') {
      return ranges.length === 0 ? undefined : { token: { kind: 'class', negated, ranges }, end: at }
    }
    if (chars[at] === '\\') at++
    const low = chars[at]
    if (low === undefined || low === '/') return undefined
    const isRange = chars[at + 1] === '-' && chars[at + 2] !== undefined && chars[at + 2] !== ']'
    if (isRange) at += 2
    if (isRange && chars[at] === '\\') at++
    ranges.push([low, chars[at] ?? low])
  }
  return undefined
}

/** Counts the work; when it is used up, nothing matches any more. */
export interface Budget {
  steps: number
}

export type Match = 'path' | 'parent' | undefined

/** Whether the pattern matches the path, or one of the folders that it lies in. */
export function matchWildcard(wildcard: Wildcard, path: string, budget: Budget): Match {
  // Positions in the pattern that the characters so far can have led to; `seen` keeps each of them single.
  let active: number[] = []
  let next: number[] = []
  const seen = new Int32Array(wildcard.length + 1)
  let round = 1
  // Short patterns are not free either, when there are thousands of them.
  budget.steps -= 8 + (wildcard.length >> 3)
  reach(wildcard, 0, active, seen, round)
  for (const char of path) {
    budget.steps -= active.length
    if (budget.steps < 0) return undefined
    if (char === '/' && active.includes(wildcard.length)) return 'parent'
    round++
    next.length = 0
    for (const position of active) {
      const token = wildcard[position]
      if (token === undefined) continue
      if (stays(token, char)) reach(wildcard, position, next, seen, round)
      if (goesOn(token, char)) reach(wildcard, position + 1, next, seen, round)
    }
    if (next.length === 0) return undefined
    const spare = active
    active = next
    next = spare
  }
  return active.includes(wildcard.length) ? 'path' : undefined
}

/** Adds a position, and those behind tokens that may stand for nothing. */
function reach(wildcard: Wildcard, position: number, into: number[], seen: Int32Array, round: number): void {
  for (let at = position; seen[at] !== round; at++) {
    seen[at] = round
    into.push(at)
    const kind = wildcard[at]?.kind
    if (kind === 'folders') reach(wildcard, at + 2, into, seen, round)
    else if (kind !== 'star' && kind !== 'rest') return
  }
}

function stays(token: Token, char: string): boolean {
  return token.kind === 'rest' || token.kind === 'within' || (token.kind === 'star' && char !== '/')
}

function goesOn(token: Token, char: string): boolean {
  if (token.kind === 'within') return char === '/'
  if (token.kind === 'char') return token.char === char
  if (token.kind === 'any') return char !== '/'
  if (token.kind !== 'class') return false
  return char !== '/' && token.ranges.some(([low, high]) => low <= char && char <= high) !== token.negated
}
