/** One instruction, with the way back from its joined text to the characters of the file. */
export interface Instruction {
  /** 1-based line of its first character. */
  line: number
  /** Upper case. */
  keyword: string
  /** Continuation lines joined and comments left out, as the engine reads it. */
  text: string
  /** Offset in the file of each character of `text`. */
  offsets: number[]
  /** Half-open range in the file; the line end after it is not part of it. */
  start: number
  end: number
  /** Names of the here-documents that it opens. */
  heredocs: string[]
}

/** Where each line stands for the last time: a here-document that ends nowhere must not be looked for. */
interface LastLines {
  exact: ReadonlyMap<string, number>
  /** Without the tabs that it begins with. */
  untabbed: ReadonlyMap<string, number>
}

interface Line {
  start: number
  /** Without its line end. */
  text: string
}

// The blanks of Go's unicode.IsSpace, which are not those of JavaScript.
const blanks = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const leadingBlanks = new RegExp(`^${blanks}*`)
/** Looked for behind what is none, or a long row of them would take a square of its length. */
const trailingBlanks = new RegExp(`(?<!${blanks})${blanks}+$`)
const directive = /^#[ \t]*([a-zA-Z][a-zA-Z0-9]*)[ \t]*=[ \t]*(\S.*)$/

/**
 * Splits a Dockerfile exactly as the engine does, without judging it. dockerfile-ast and others differ from the
 * engine in continuation lines, and an instruction that we do not see is one that we do not check.
 */
export function readInstructions(text: string): { escapeChar: string; instructions: Instruction[] } {
  const lines = splitLines(text)
  const escapeChar = directivesOf(lines).find(({ name }) => name === 'escape')?.value === '`' ? '`' : '\\'
  const instructions: Instruction[] = []
  const lastLines: LastLines = {
    exact: new Map(lines.map(({ text }, index) => [text, index] as const)),
    untabbed: new Map(lines.map(({ text }, index) => [untabbed(text), index] as const)),
  }
  for (let index = 0; index < lines.length; ) {
    const read = readInstruction(lines, index, escapeChar, lastLines)
    if (read.instruction !== undefined) instructions.push(read.instruction)
    index = read.next
  }
  return { escapeChar, instructions }
}

function splitLines(text: string): Line[] {
  const lines: Line[] = []
  let start = text.startsWith('\uFEFF') ? 1 : 0
  while (start < text.length) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    lines.push({ start, text: text.slice(start, text[end - 1] === '\r' && end > start ? end - 1 : end) })
    start = end + 1
  }
  return lines
}

export interface Directive {
  /** Lower case. */
  name: string
  value: string
  /** Half-open range of the line without its end. */
  start: number
  end: number
  text: string
}

/** `# name=value` lines at the very top; the first line that is none ends them. */
export function readDirectives(text: string): Directive[] {
  return directivesOf(splitLines(text))
}

function directivesOf(lines: Line[]): Directive[] {
  const directives: Directive[] = []
  for (const { start, text } of lines) {
    const found = directive.exec(text.replace(leadingBlanks, ''))
    if (found === null) break
    const [, name = '', value = ''] = found
    directives.push({ name: name.toLowerCase(), value: value.trim(), start, end: start + text.length, text })
  }
  return directives
}

function readInstruction(lines: Line[], first: number, escapeChar: string, lastLines: LastLines) {
  const joined: string[] = []
  const offsets: number[] = []
  let index = first
  let continued = true
  for (; continued && index < lines.length; index++) {
    const line = lines[index] as Line
    const content = line.text.replace(leadingBlanks, '')
    const isFirst = index === first
    if (content === '' || content.startsWith('#')) {
      if (isFirst) return { next: index + 1 }
      continue
    }
    const from = isFirst ? line.text.length - content.length : 0
    const to = continuationAt(line.text, escapeChar, from)
    continued = to !== undefined
    for (let at = from; at < (to ?? line.text.length); at++) {
      joined.push(line.text[at] as string)
      offsets.push(line.start + at)
    }
  }
  const text = joined.join('')
  const keyword = (
    text
      .replace(leadingBlanks, '')
      .replace(trailingBlanks, '')
      .split(/[\t\v\f\r ]/, 1)[0] ?? ''
  ).toUpperCase()
  const mayOpen = ['RUN', 'COPY', 'ADD'].includes(keyword) && text.includes('<<')
  const heredocs = mayOpen ? readHeredocs(text, lines, index, lastLines) : { names: [], next: index }
  const { start } = lines[first] as Line
  const last = lines[heredocs.next - 1] as Line
  const end = last.start + last.text.length
  const instruction: Instruction = { line: first + 1, keyword, text, offsets, start, end, heredocs: heredocs.names }
  return { instruction, next: heredocs.next }
}

/** Where the escape character ends a line in a continuation; a doubled one does not. */
function continuationAt(line: string, escapeChar: string, from: number): number | undefined {
  let at = line.length - 1
  while (at >= from && (line[at] === ' ' || line[at] === '\t')) at--
  if (at < from || line[at] !== escapeChar) return undefined
  return at > from && line[at - 1] === escapeChar ? undefined : at
}

/** Here-documents, as BuildKit reads them; without its end mark a `<<` is left to the shell. */
function readHeredocs(text: string, lines: Line[], next: number, lastLines: LastLines) {
  const names: string[] = []
  let after = next
  for (const word of text.split(/[\t ]+/)) {
    const opened = /^\d{0,9}<<(-?)(["']?)([^<>"'\s]+)\2$/.exec(word)
    const name = opened?.[3] ?? ''
    const strips = opened?.[1] === '-'
    if (opened === null || ((strips ? lastLines.untabbed : lastLines.exact).get(name) ?? -1) < after) continue
    const strip = strips ? untabbed : (line: string) => line
    let end = after
    while (end < lines.length && strip(lines[end]?.text ?? '') !== name) end++
    if (end === lines.length) continue
    names.push(name)
    after = end + 1
  }
  return { names, next: after }
}

function untabbed(line: string): string {
  return line.replace(/^\t+/, '')
}
