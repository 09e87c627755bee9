import { cutMiddle } from '../model/bound-feedback.ts'
import type { TerminalText } from '../model/encoded.ts'
import { forTerminal, guardLines, joinTerminal, terminal, terminalLines } from './escape.ts'

// For fields that other programs show, or print, as they are: Classroom's tests, annotations of a check.

/** One clean line of at most so many characters, and a note on what was left out. */
export function plainLine(text: string, mostChars: number): TerminalText {
  return forTerminal(cutMiddle(text, mostChars).trim())
}

/** Several clean lines; whoever prints them in a step of a workflow commands nothing. */
export function plainLines(text: string, mostChars: number): TerminalText {
  return guardLines(joinTerminal(terminalLines(cutMiddle(text, mostChars)), terminal`\n`))
}
