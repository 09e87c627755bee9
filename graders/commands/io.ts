import type { PrintedText, TerminalText } from '../model/encoded.ts'

/** What a command may do with the outside; only cli.ts holds the real process behind it. */
export interface Io {
  /** Standard output: the document or the report. Text ends with its own newline. */
  out(text: PrintedText): void
  /** Standard error: progress and messages to people. */
  err(text: TerminalText): void
  /** Lines that stay below all others on standard error, until they are replaced; none take them away. Without a terminal, nothing. */
  live(lines: TerminalText[]): void
  /** Of the terminal as it is now. */
  readonly columns: number
  readonly rows: number
  color: boolean
  /** Standard error is a terminal: progress may rewrite its lines. */
  tty: boolean
  /** Aborts on the first Ctrl-C or SIGTERM. */
  signal: AbortSignal
}

/** DESIGN section 6. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, ungraded: 3, interrupted: 130 } as const
