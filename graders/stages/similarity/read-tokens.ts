export interface Token {
  kind: 'word' | 'number' | 'string' | 'sign'
  text: string
}

/** Languages whose comments begin with `#`; in all others they are C's. */
const hashed = new Set(['py', 'rb', 'sh'])

/**
 * The tokens of a program in any language that looks like C, Python or a shell, without comments and white space. It reads each
 * character once, and takes whatever comes: an unfinished string or comment ends with the text.
 */
export function readTokens(text: string, language: string): Token[] {
  const tokens: Token[] = []
  const isHashed = hashed.has(language)
  let at = 0
  while (at < text.length) {
    const start = at
    const character = text[at] ?? ''
    if (isSpace(character)) at += 1
    else if (isHashed ? character === '#' : text.startsWith('//', at)) at = endOf('\n', text, at)
    else if (!isHashed && text.startsWith('/*', at)) at = endOf('*/', text, at + 2)
    else if (character === '"' || character === "'" || character === '`') {
      at = endOfString(text, at, character)
      tokens.push({ kind: 'string', text: text.slice(start, at) })
    } else if (isWordPart(character)) {
      while (at < text.length && isWordPart(text[at] ?? '')) at += 1
      tokens.push({ kind: isDigit(character) ? 'number' : 'word', text: text.slice(start, at) })
    } else {
      at += 1
      tokens.push({ kind: 'sign', text: character })
    }
  }
  return tokens
}

function endOf(end: string, text: string, from: number): number {
  const found = text.indexOf(end, from)
  return found === -1 ? text.length : found + end.length
}

/** Behind the closing quote. Only strings between backticks or three quotes go over the end of a line. */
function endOfString(text: string, from: number, quote: string): number {
  const triple = quote.repeat(3)
  if (quote !== '`' && text.startsWith(triple, from)) return endOf(triple, text, from + 3)
  for (let at = from + 1; at < text.length; at += 1) {
    const character = text[at]
    if (character === quote) return at + 1
    if (character === '\n' && quote !== '`') return at
    if (character === '\\' && quote !== '`') at += 1
  }
  return text.length
}

function isSpace(character: string): boolean {
  return character <= ' ' || character === '\u{A0}' || character === '\u{FEFF}' || character === '\u{3000}'
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9'
}

/** Every letter of another script is one, too. */
function isWordPart(character: string): boolean {
  const isLatin = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
  return isLatin || isDigit(character) || character === '_' || character > '\u{7F}'
}
