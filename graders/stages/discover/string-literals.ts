/** A string in source code, with the code around it. */
export interface Literal {
  value: string
  /** Offsets of the quotes in the text. */
  start: number
  end: number
  line: number
}

export interface ScannedSource {
  literals: Literal[]
  /** The text with comments and the contents of strings blanked; offsets are those of the text. */
  code: string
}

const maxLiterals = 5000
const maxLiteralLength = 300
/** Languages in which `'` stands around one character. */
const charQuotes = new Set(['go', 'java', 'kt', 'rs', 'c', 'cc', 'cpp', 'cs', 'scala', 'swift'])

/** Finds the strings of a source file in one pass; good enough for all languages with C's or the shell's comments. */
export function scanSource(text: string, language: string): ScannedSource {
  const hashComments = ['py', 'rb', 'php'].includes(language)
  const slashComments = !['py', 'rb'].includes(language)
  const literals: Literal[] = []
  const pieces: string[] = []
  let kept = 0
  let line = 1
  let at = 0
  const skipTo = (end: number) => {
    for (let i = at; i < end; i++) if (text[i] === '\n') line++
    at = end
  }
  const blank = (from: number, to: number) => {
    pieces.push(text.slice(kept, from), ' '.repeat(to - from))
    kept = to
  }
  while (at < text.length && literals.length < maxLiterals) {
    const char = text[at] as string
    const lineComment = (slashComments && char === '/' && text[at + 1] === '/') || (hashComments && char === '#')
    if (lineComment || (slashComments && char === '/' && text[at + 1] === '*')) {
      const end = lineComment ? indexOrEnd(text, '\n', at) : Math.min(text.length, indexOrEnd(text, '*/', at + 2) + 2)
      blank(at, end)
      skipTo(end)
    } else if (char === '"' || char === '`' || char === "'") {
      const quoted = readQuoted(text, at, char, language)
      const { contentStart, contentEnd, end } = quoted
      if (contentStart === contentEnd && !quoted.isString) {
        skipTo(end)
        continue
      }
      const value = decodeEscapes(text.slice(contentStart, Math.min(contentEnd, contentStart + maxLiteralLength)))
      if (quoted.isString) literals.push({ value, start: at, end, line })
      blank(contentStart, contentEnd)
      skipTo(end)
    } else {
      if (char === '\n') line++
      at++
    }
  }
  pieces.push(text.slice(kept))
  return { literals, code: pieces.join('') }
}

interface Quoted {
  contentStart: number
  contentEnd: number
  end: number
  isString: boolean
}

function readQuoted(text: string, at: number, quote: string, language: string): Quoted {
  const triple = quote.repeat(3)
  if (quote !== '`' && ['py', 'java', 'kt', 'scala', 'swift'].includes(language) && text.startsWith(triple, at)) {
    const close = indexOrEnd(text, triple, at + 3)
    return { contentStart: at + 3, contentEnd: close, end: Math.min(text.length, close + 3), isString: true }
  }
  const isChar = quote === "'" && charQuotes.has(language)
  // A string that does not end on its line is an apostrophe or a regular expression.
  const limit = quote === '`' ? text.length : isChar ? Math.min(text.length, at + 12) : indexOrEnd(text, '\n', at)
  const escapes = !(quote === '`' && language === 'go')
  for (let end = at + 1; end < limit; end++) {
    if (escapes && text[end] === '\\') end++
    else if (text[end] === quote) return { contentStart: at + 1, contentEnd: end, end: end + 1, isString: !isChar }
  }
  // Going on right behind it could read the same line again and again.
  const end = isChar ? at + 1 : limit
  return { contentStart: end, contentEnd: end, end, isString: false }
}

function indexOrEnd(text: string, wanted: string, from: number): number {
  const found = text.indexOf(wanted, from)
  return found === -1 ? text.length : found
}

/** Only what may stand in a path; other escapes become a character that no path has. */
function decodeEscapes(content: string): string {
  return content.replace(/\\(.?)/gs, (_, char: string) => (/[/"'`\\.]/.test(char) ? char : '\0'))
}
