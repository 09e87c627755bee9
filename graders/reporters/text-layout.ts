import stringWidth from 'string-width'
import { forTerminal } from './escape.ts'

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** More than the longest emoji needs; what is longer is cut before it is measured. */
const charactersPerColumn = 16
const maxSentenceColumns = 1000

/** Columns that a text takes on a terminal; Chinese characters and emoji take two. */
export function widthOf(text: string): number {
  return stringWidth(text)
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)))
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - widthOf(text))) + text
}

/** At most so many columns, with `…` where something was cut off. */
export function cutToWidth(text: string, columns: number): string {
  if (text.length < columns * charactersPerColumn && widthOf(text) <= columns) return text
  const [first = ''] = foldLine(text.slice(0, columns * charactersPerColumn), Math.max(1, columns - 1))
  return `${first.trimEnd()}…`
}

/** Text of a submission as one line of bounded length, ready to be wrapped. */
export function boundedLine(text: string): string {
  return cutToWidth(forTerminal(text), maxSentenceColumns)
}

/** Cuts a line into pieces of at most so many columns; every blank is kept. */
export function foldLine(line: string, columns: number): string[] {
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
  return [...pieces, piece]
}

/** Breaks prose between words; a word that no line can hold, and text without blanks, breaks anywhere. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (widthOf(joined) <= columns) {
      line = joined
    } else if (widthOf(word) <= columns) {
      lines.push(line)
      line = word
    } else {
      const pieces = foldLine(joined, columns)
      lines.push(...pieces.slice(0, -1))
      line = pieces.at(-1) ?? ''
    }
  }
  return line === '' ? lines : [...lines, line]
}

/** Prose behind a label, its further lines set in below the first. */
export function hangText(label: string, text: string, columns: number): string[] {
  const indent = widthOf(label)
  const wrapped = wrapText(text, Math.max(20, columns - indent))
  return (wrapped.length === 0 ? [''] : wrapped).map((line, index) =>
    `${index === 0 ? label : ' '.repeat(indent)}${line}`.trimEnd(),
  )
}
