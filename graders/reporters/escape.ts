import { stripVTControlCharacters } from 'node:util'

// One function per sink. Text of a submission is capped before any pattern sees it.
const maxChars = 65_536

/** Whatever some terminal, editor or log reader takes for the end of a line. */
const lineEnds = /\r\n|[\n\r\v\f\u{85}\u{2028}\u{2029}]/u

/** Controls, bidi marks, zero-width and other unseen characters; emoji keep their variation selectors. */
const unseen =
  /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]--[\u{FE0E}\u{FE0F}]]/gv

/** Marks stacked upon one letter past what any script needs. */
const stackedMarks = /(\p{M}{4})\p{M}+/gu

/** Stands before every line that a submission wrote. */
export const quotePrefix = '│ '

/** One line for a terminal or a CI log: no escape sequence, no line end, no unseen character, no workflow command. */
export function forTerminal(text: string): string {
  return guardLine(linesOf(text).map(showUnseen).join(' ').trimEnd())
}

/** Several lines for the same places, each one marked as quoted. */
export function forTerminalLines(text: string, prefix: string = quotePrefix): string {
  return terminalLines(text)
    .map((line) => guardLine(prefix + line))
    .join('\n')
}

/** The cleaned lines of a text, for a caller that wraps and then prefixes them itself. */
export function terminalLines(text: string): string[] {
  return linesOf(text.replace(/\s+$/u, '')).map((line) => showUnseen(line.replaceAll('\t', '    ')))
}

/**
 * The last step before a terminal: wherever wrapping has put its line ends, no line is a command of GitHub's runner.
 * The runner trims a line and looks for `::` at its start, and for `##[` anywhere.
 */
export function guardLines(rendered: string): string {
  return rendered.split('\n').map(guardLine).join('\n')
}

/** Content of an XML 1.0 element. */
export function forXml(text: string): string {
  return shownLines(text).replace(/[&<>"']/g, (character) => xmlEntities[character] ?? '')
}

/** Content of an HTML element that is no script and no style, or a quoted attribute; line ends stay. */
export function forHtml(text: string): string {
  return shownLines(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
}

function shownLines(text: string): string {
  return linesOf(text)
    .map((line) => line.split('\t').map(showUnseen).join('\t'))
    .join('\n')
}

/** Value of an XML attribute: line ends and tabs survive the parser's normalisation. */
export function forXmlAttribute(text: string): string {
  return forXml(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
}

const xmlEntities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** A cell of RFC 4180. A number of ours stays one; a text never becomes a formula, with `;` as separator neither. */
export function forCsv(cell: string | number | undefined): string {
  if (cell === undefined) return ''
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : ''
  const text = linesOf(cell).map(showUnseen).join(' ').trim()
  const inert = text
    .replace(/^["'\s]*[=+\-@＝＋－＠]/u, (start) => `'${start}`)
    .replace(/;(["'\s]*)(?=[=+\-@＝＋－＠])/gu, ";$1'")
  return /[",;\s]/u.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

/** A JSON document: same values, but nothing in it that a terminal or GitHub's runner obeys. */
export function forJson(document: string): string {
  return document
    .replace(unseen, (character) => (character === '\n' ? character : jsonEscape(character)))
    .replaceAll('##[', '#\\u0023[')
}

function jsonEscape(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}

function guardLine(line: string): string {
  const inert = line.replaceAll('##[', '## [')
  return inert.trimStart().startsWith('::') ? quotePrefix + inert : inert
}

function linesOf(text: string): string[] {
  const capped = text.length > maxChars ? `${text.slice(0, maxChars)}…` : text
  return stripVTControlCharacters(capped.toWellFormed()).split(lineEnds)
}

/** A tab becomes a blank; every other unseen character is shown by its picture or its number. */
function showUnseen(line: string): string {
  return line
    .replace(unseen, (character) => {
      const code = character.codePointAt(0) ?? 0
      if (code === 9) return ' '
      if (code < 0x20) return String.fromCodePoint(0x2400 + code)
      return code === 0x7f ? '␡' : `\\u{${code.toString(16).toUpperCase()}}`
    })
    .replace(stackedMarks, '$1')
}
