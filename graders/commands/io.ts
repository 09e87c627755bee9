import type { PrintedText, TerminalText } from '../model/encoded.ts'

/** What a command may do with the outside; only cli.ts holds the real process behind it. */
export interface Io {
  /** Standard output: the document or the report. Text ends with its own newline. */
  out(text: PrintedText): void
  /** Standard error: progress and messages to people. */
  err(text: TerminalText): void
  columns: number
  color: boolean
  /** Standard error is a terminal: progress may rewrite its line. */
  tty: boolean
  /** Aborts on the first Ctrl-C or SIGTERM. */
  signal: AbortSignal
}

/** DESIGN section 6. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, ungraded: 3, interrupted: 130 } as const
