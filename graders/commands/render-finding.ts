import type { TerminalText } from '../model/encoded.ts'
import { forTerminal, guardLines, joinTerminal, terminal } from '../reporters/escape.ts'
import { makePaint } from '../reporters/paint.ts'
import { blanks, hangText, padEnd } from '../reporters/text-layout.ts'
import type { Finding } from './finding.ts'
import type { Io } from './io.ts'

const glyphs = { ok: terminal`✓`, warning: terminal`!`, missing: terminal`✗` } as const
const colours = { ok: 'green', warning: 'yellow', missing: 'red' } as const
const titleColumns = 22

/** Each finding with what was seen, what it means and how to fix it, then a verdict. */
export function renderFindings(findings: Finding[], verdict: string, io: Pick<Io, 'color' | 'columns'>): TerminalText {
  const paint = makePaint(io.color)
  const lines = findings.flatMap((finding) => renderFinding(finding, io))
  const last = paint('bold', forTerminal(verdict))
  return guardLines(joinTerminal([...lines, terminal``, last, terminal``], terminal`\n`))
}

function renderFinding(
  { state, label = state, title, seen, means, fix }: Finding,
  { color, columns }: Pick<Io, 'color' | 'columns'>,
): TerminalText[] {
  const paint = makePaint(color)
  const indent = blanks(titleColumns + 2)
  const words = state === 'ok' ? seen : `${label}: ${seen}`
  const head = padEnd(forTerminal(title), titleColumns)
  const [first = terminal``, ...rest] = hangText(head, forTerminal(words), columns - 2)
  return [
    terminal`${paint(colours[state], glyphs[state])} ${first}`,
    ...rest.map((line) => terminal`  ${line}`),
    ...(means === undefined ? [] : hangText(indent, forTerminal(means), columns).map((line) => paint('dim', line))),
    ...(fix === undefined ? [] : hangText(terminal`${indent}-> `, forTerminal(fix), columns)),
  ]
}
