import stringWidth from 'string-width'
import type { TerminalText } from '../model/encoded.ts'
import { forTerminal, terminal } from './escape.ts'

// Moves encoded text about; a line that begins elsewhere now may be a command again, so `guardLines` comes last.

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** More than the longest emoji needs; what is longer is cut before it is measured. */
const charactersPerColumn = 16
const maxSentenceColumns = 1000

/** Columns that a text takes on a terminal; Chinese characters and emoji take two. */
export function widthOf(text: string): number {
  return stringWidth(text)
}

export function padEnd(text: TerminalText, columns: number): TerminalText {
  return terminal`${text}${blanks(columns - widthOf(text))}`
}

export function padStart(text: TerminalText, columns: number): TerminalText {
  return terminal`${blanks(columns - widthOf(text))}${text}`
}

export function blanks(count: number): TerminalText {
  return ' '.repeat(Math.max(0, count)) as TerminalText
}

/** At most so many columns, with `…` where something was cut off. */
export function cutToWidth(text: TerminalText, columns: number): TerminalText {
  if (text.length < columns * charactersPerColumn && widthOf(text) <= columns) return text
  const start = text.slice(0, columns * charactersPerColumn) as TerminalText
  const [first = terminal``] = foldLine(start, Math.max(1, columns - 1))
  return terminal`${trimEnd(first)}…`
}

/** Text of a submission as one line of bounded length, ready to be wrapped. */
export function boundedLine(text: string): TerminalText {
  return cutToWidth(forTerminal(text), maxSentenceColumns)
}

/** Cuts a line into pieces of at most so many columns; every blank is kept. */
export function foldLine(line: TerminalText, columns: number): TerminalText[] {
  if (widthOf(line) <= columns) return [line]
  const pieces: string[] = []
  let piece = ''
  let taken = 0
  for (const { segment } of graphemes.segment(line)) {
    const width = widthOf(segment)
    if (taken + width > columns && piece !== '') {
      pieces.push(piece)
      piece = ''
      taken = 0
    }
    piece += segment
    taken += width
  }
  return [...pieces, piece] as TerminalText[]
}

/** Breaks prose between words; a word that no line can hold, and text without blanks, breaks anywhere. */
export function wrapText(text: TerminalText, columns: number): TerminalText[] {
  const lines: TerminalText[] = []
  let line = terminal``
  for (const word of text.split(' ').filter((part) => part !== '') as TerminalText[]) {
    const joined = line === '' ? word : terminal`${line} ${word}`
    if (widthOf(joined) <= columns) {
      line = joined
    } else if (widthOf(word) <= columns) {
      lines.push(line)
      line = word
    } else {
      const pieces = foldLine(joined, columns)
      lines.push(...pieces.slice(0, -1))
      line = pieces.at(-1) ?? terminal``
    }
  }
  return line === '' ? lines : [...lines, line]
}

/** Prose behind a label, its further lines set in below the first. */
export function hangText(label: TerminalText, text: TerminalText, columns: number): TerminalText[] {
  const indent = widthOf(label)
  const wrapped = wrapText(text, Math.max(20, columns - indent))
  return (wrapped.length === 0 ? [terminal``] : wrapped).map((line, index) =>
    trimEnd(terminal`${index === 0 ? label : blanks(indent)}${line}`),
  )
}

export function trimEnd(text: TerminalText): TerminalText {
  return text.trimEnd() as TerminalText
}
