/** A flag such as `--from=build`, with its place in the joined text of the instruction. */
export interface Flag {
  name: string
  value: string
  start: number
  end: number
}

/** The flags after the keyword, and where the arguments begin; the trigger of ONBUILD has flags of its own. */
export function readFlags(text: string): { flags: Flag[]; argumentsAt: number } {
  const flags: Flag[] = []
  let at = skipBlanks(text, skipWord(text, skipBlanks(text, 0)))
  while (text.startsWith('--', at)) {
    const end = skipWord(text, at)
    const word = text.slice(at + 2, end)
    if (word === '') {
      at = skipBlanks(text, end)
      break
    }
    const equals = word.indexOf('=')
    const name = (equals === -1 ? word : word.slice(0, equals)).toLowerCase()
    flags.push({ name, value: equals === -1 ? '' : unquote(word.slice(equals + 1)), start: at, end })
    at = skipBlanks(text, end)
  }
  return { flags, argumentsAt: at }
}

export function argumentsOf(text: string): string {
  return text.slice(readFlags(text).argumentsAt).trim()
}

/** The JSON (exec) form, or undefined where the engine falls back to the shell form. */
export function readJsonForm(argument: string): string[] | undefined {
  if (!argument.startsWith('[')) return undefined
  try {
    const parsed: unknown = JSON.parse(argument)
    return Array.isArray(parsed) && parsed.every((word) => typeof word === 'string') ? parsed : undefined
  } catch {
    return undefined
  }
}

/** Words of COPY, ADD, EXPOSE and FROM: JSON form, else split at blanks, quotes or not. */
export function splitWords(argument: string): string[] {
  return readJsonForm(argument) ?? argument.split(/\s/).filter((word) => word !== '')
}

/** Words of ARG and ENV: quotes and escapes keep blanks together. */
export function splitQuotedWords(argument: string, escapeChar: string): string[] {
  const words: string[] = []
  let word = ''
  let quote = ''
  for (let at = 0; at < argument.length; at++) {
    const char = argument[at] as string
    if (char === escapeChar && quote !== "'" && at + 1 < argument.length) {
      word += char + argument[++at]
    } else if (quote === '' && isBlank(char)) {
      if (word !== '') words.push(word)
      word = ''
    } else {
      if (quote === char) quote = ''
      else if (quote === '' && (char === '"' || char === "'")) quote = char
      word += char
    }
  }
  return word === '' ? words : [...words, word]
}

/** Splits `NAME=value`; the value is undefined without `=`. */
export function splitAssignment(word: string): { name: string; value: string | undefined } {
  const equals = word.indexOf('=')
  return equals === -1
    ? { name: word, value: undefined }
    : { name: word.slice(0, equals), value: word.slice(equals + 1) }
}

function unquote(word: string): string {
  const quote = word[0]
  return (quote === '"' || quote === "'") && word.length > 1 && word.endsWith(quote) ? word.slice(1, -1) : word
}

function skipWord(text: string, from: number): number {
  let at = from
  let quote = ''
  for (; at < text.length; at++) {
    const char = text[at] as string
    if (quote === '' && isBlank(char)) break
    if (quote === char) quote = ''
    else if (quote === '' && at > from && (char === '"' || char === "'")) quote = char
  }
  return at
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && isBlank(text[at] as string)) at++
  return at
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\v' || char === '\f'
}
