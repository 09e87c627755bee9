import type { TerminalText } from '../model/encoded.ts'
import { GraderError, UsageError } from '../model/grader-error.ts'
import { forTerminal, joinTerminal, terminal } from '../reporters/escape.ts'
import { makePaint } from '../reporters/paint.ts'
import { exitCodes } from './io.ts'

export interface Explained {
  /** For standard error, with its newline. */
  text: TerminalText
  exitCode: number
}

/** What a person reads when a command could not do its work. */
export function explainError(thrown: unknown, options: { color: boolean; debug: boolean }): Explained {
  const label = makePaint(options.color)('red', terminal`error:`)
  const stack = options.debug ? stackOf(thrown) : terminal``
  if (thrown instanceof UsageError) {
    return { text: terminal`${label} ${linesOf(thrown.message)}\n${stack}`, exitCode: exitCodes.usage }
  }
  if (thrown instanceof GraderError) {
    const remedy = thrown.remedy === undefined ? terminal`` : terminal`  ${forTerminal(thrown.remedy)}\n`
    const exitCode = thrown.code === 'interrupted' ? exitCodes.interrupted : exitCodes.ungraded
    return { text: terminal`${label} ${forTerminal(thrown.message)}\n${remedy}${stack}`, exitCode }
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const ask = options.debug ? terminal`` : terminal`  This is a fault of cgrade; CGRADE_DEBUG=1 shows where.\n`
  return {
    text: terminal`${label} cgrade failed unexpectedly: ${forTerminal(message)}\n${ask}${stack}`,
    exitCode: exitCodes.ungraded,
  }
}

/** A file that is not valid is told in several lines; each is inert by itself. */
function linesOf(message: string): TerminalText {
  return joinTerminal(message.split('\n').map(forTerminal), terminal`\n  `)
}

/** The stack of the error and of its causes, escaped: messages of the engine may quote a submission. */
function stackOf(thrown: unknown): TerminalText {
  const lines: TerminalText[] = []
  for (let error = thrown, depth = 0; error instanceof Error && depth < 8; error = error.cause, depth += 1) {
    const head = depth === 0 ? '' : 'caused by '
    lines.push(...`${head}${error.stack ?? error.message}`.split('\n').map(forTerminal))
  }
  return joinTerminal([...lines, terminal``], terminal`\n`)
}
