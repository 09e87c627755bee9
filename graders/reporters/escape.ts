import { stripVTControlCharacters } from 'node:util'
import type { CsvText, HtmlText, JsonText, TerminalText, XmlText } from '../model/encoded.ts'

// One function per sink, and the only way into it: they make the types that what writes takes. Text of a submission is
// capped before any pattern sees it.
export const maxChars = 65_536

/** Whatever some terminal, editor or log reader takes for the end of a line. */
const lineEnds = /\r\n|[\n\r\v\f\u{85}\u{2028}\u{2029}]/u

/** Controls, bidi marks, zero-width and other unseen characters; emoji keep their variation selectors. */
const unseen =
  /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]--[\u{FE0E}\u{FE0F}]]/gv

/** Characters that every sink shows as they are. */
const plainLine = /^[\x20-\x7e]*$/

/** How commands of the runner begin: it compares by culture, to which a variation selector weighs nothing. */
const brackets = /#\p{Variation_Selector}*#\p{Variation_Selector}*\[/gu
const colons = /^(?:[^\S\n]|\p{Variation_Selector})*:\p{Variation_Selector}*:/u
const colonsOfLine = new RegExp(colons, 'gmu')

/** Marks stacked upon one letter past what any script needs. */
const stackedMarks = /(\p{M}{4})\p{M}+/gu

/** What a spreadsheet takes for a formula, quoted or not, and where its separator is a semicolon. */
export const formulaAtStart = /^["'\s]*[=+\-@＝＋－＠]/u
export const formulaAfterSemicolon = /;(["'\s]*)(?=[=+\-@＝＋－＠])/gu

/** Stands before every line that a submission wrote. */
export const quotePrefix = terminal`│ `

/** Words of ours for a terminal or a log, escape sequences and all; what stands in their holes is encoded already. */
export function terminal(words: TemplateStringsArray, ...holes: (TerminalText | number)[]): TerminalText {
  return String.raw({ raw: words }, ...holes) as TerminalText
}

export function joinTerminal(parts: TerminalText[], separator: TerminalText): TerminalText {
  return parts.join(separator) as TerminalText
}

/** Whole lines of what has been encoded already. */
export function splitTerminal(rendered: TerminalText): TerminalText[] {
  return rendered.split('\n') as TerminalText[]
}

/** Parts of one document, which the encoder of its kind has made. */
export function joinParts<Text extends JsonText | CsvText | XmlText>(parts: Iterable<Text>): Text {
  return [...parts].join('') as Text
}

/** One line for a terminal or a CI log: no escape sequence, no line end, no unseen character, no workflow command. */
export function forTerminal(text: string): TerminalText {
  return guardLine(linesOf(text).map(showUnseen).join(' ').trimEnd())
}

/** Several lines for the same places, each one marked as quoted. */
export function forTerminalLines(text: string, prefix: TerminalText = quotePrefix): TerminalText {
  return joinTerminal(
    terminalLines(text).map((line) => guardLine(prefix + line)),
    terminal`\n`,
  )
}

/** The cleaned lines of a text, for a caller that wraps and then prefixes them itself. */
export function terminalLines(text: string): TerminalText[] {
  return linesOf(text.trimEnd()).map((line) => showUnseen(line.replaceAll('\t', '    ')) as TerminalText)
}

/** A page of plain text, such as a help; only its line ends stay what they were. */
export function forTerminalPage(text: string): TerminalText {
  return guardLines(joinTerminal([...terminalLines(text), terminal``], terminal`\n`))
}

/**
 * The last step before a terminal: wherever wrapping has put its line ends, no line is a command of GitHub's runner.
 * The runner trims a line and looks for `::` at its start, and for `##[` anywhere.
 */
export function guardLines(rendered: TerminalText): TerminalText {
  return joinTerminal(rendered.split('\n').map(guardLine), terminal`\n`)
}

/**
 * An annotation of ours, which GitHub's runner is to obey: the only way to one. Written as the runner decodes it, so that no text in
 * it ends it, adds a property or begins another.
 */
export function workflowCommand(
  kind: 'error' | 'warning' | 'notice',
  properties: { title?: string; file?: string; line?: number },
  message: string,
): TerminalText {
  const given = Object.entries(properties)
    .map(([name, value]) => [name, forCommandProperty(String(value ?? ''))])
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${value}`)
  return `::${[kind, given.join(',')].join(' ').trimEnd()}::${forCommand(message)}` as TerminalText
}

function forCommand(text: string): string {
  const inert = linesOf(text.trimEnd()).map(showUnseen).join('\n').replace(brackets, '## [')
  return inert.replaceAll('%', '%25').replaceAll('\n', '%0A')
}

function forCommandProperty(text: string): string {
  return forCommand(linesOf(text).join(' ')).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

/** A line for the outputs of a step: a name of ours, and a document in base64, of which nothing can end a line or be obeyed. */
export function base64Output(name: 'result', document: unknown): TerminalText {
  return `${name}=${Buffer.from(JSON.stringify(document)).toString('base64')}\n` as TerminalText
}

/** Content of an XML 1.0 element. */
export function forXml(text: string): XmlText {
  return byReference(shownLines(text).replace(/[&<>"']/g, (character) => xmlEntities[character] ?? '')) as XmlText
}

/** Content of an HTML element that is no script and no style, or a quoted attribute; line ends stay. */
export function forHtml(text: string): HtmlText {
  return byReference(shownLines(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)) as HtmlText
}

/** Whoever prints the file in a step of a workflow commands nothing; a reader sees the same characters. */
function byReference(markup: string): string {
  return markup
    .replace(brackets, (found) => found.replace('[', '&#91;'))
    .replace(colonsOfLine, (found) => found.replace(':', '&#58;'))
}

function shownLines(text: string): string {
  return linesOf(text)
    .map((line) => line.split('\t').map(showUnseen).join('\t'))
    .join('\n')
}

/** Value of an XML attribute: line ends and tabs survive the parser's normalisation. */
export function forXmlAttribute(text: string): XmlText {
  return forXml(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;') as XmlText
}

const xmlEntities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** A cell of RFC 4180. A number of ours stays one; a text never becomes a formula, with `;` as separator neither. */
export function forCsv(cell: string | number | undefined): CsvText {
  return cellOf(cell) as CsvText
}

/**
 * The caller's own file with some cells replaced by numbers of ours; every other byte stays, as the platform that wrote the file wants
 * it back. `cells` in the order of the file.
 */
export function refillCsv(file: string, cells: { start: number; end: number; value: number }[]): CsvText {
  let filled = ''
  let at = 0
  for (const { start, end, value } of cells) {
    filled += file.slice(at, start) + forCsv(value)
    at = end
  }
  return `${filled}${file.slice(at)}` as CsvText
}

/** Rows of cells; without the byte order mark Excel reads UTF-8 as the code page of its machine and spoils Chinese names. */
export function joinCsv(rows: CsvText[][]): CsvText {
  return `\u{FEFF}${rows.map(csvRow).join('')}` as CsvText
}

/** What comes behind the first rows. */
export function csvRow(cells: CsvText[]): CsvText {
  return `${cells.join(',')}\r\n` as CsvText
}

function cellOf(cell: string | number | undefined): string {
  if (cell === undefined) return ''
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : ''
  const text = forTerminal(cell).trim()
  const inert = text.replace(formulaAtStart, (start) => `'${start}`).replace(formulaAfterSemicolon, ";$1'")
  return /[",;\s]/u.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

/** A JSON document with its line end: the same values, but nothing in it that a terminal or GitHub's runner obeys. */
export function forJson(value: unknown): JsonText {
  return `${indentedJson(value)}\n` as JsonText
}

/** Parts of the document that `forJson` makes of an object whose last key holds a list, an item of it at a time. */
export function* forJsonList(start: object, key: string, items: Iterable<unknown>): Iterable<JsonText> {
  yield `${indentedJson(start).slice(0, -2)},\n  ${JSON.stringify(key)}: [` as JsonText
  let separator = '\n'
  for (const item of items) {
    yield `${separator}    ${indentedJson(item).replaceAll('\n', '\n    ')}` as JsonText
    separator = ',\n'
  }
  yield `${separator === '\n' ? '' : '\n  '}]\n}\n` as JsonText
}

function indentedJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replace(unseen, (character) => (character === '\n' ? character : jsonEscape(character)))
    .replace(brackets, (found) => found.replace('[', '\\u005b'))
}

function jsonEscape(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}

function guardLine(line: string): TerminalText {
  const inert = line.replace(brackets, '## [')
  return (colons.test(inert) ? quotePrefix + inert : inert) as TerminalText
}

export function linesOf(text: string): string[] {
  const capped = text.length > maxChars ? `${text.slice(0, maxChars)}…` : text
  return stripVTControlCharacters(capped.toWellFormed()).split(lineEnds)
}

/** A tab becomes a blank; every other unseen character is shown by its picture or its number. */
export function showUnseen(line: string): string {
  // Most lines have nothing to look for, and logs have many.
  if (plainLine.test(line)) return line
  return line
    .replace(unseen, (character) => {
      const code = character.codePointAt(0) ?? 0
      if (code === 9) return ' '
      if (code < 0x20) return String.fromCodePoint(0x2400 + code)
      return code === 0x7f ? '␡' : `\\u{${code.toString(16).toUpperCase()}}`
    })
    .replace(stackedMarks, '$1')
}
