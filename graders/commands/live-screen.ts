import type { TerminalText } from '../model/encoded.ts'
import { joinTerminal, splitTerminal, terminal } from '../reporters/escape.ts'
import { widthOf } from '../reporters/text-layout.ts'

/** A terminal with lines that stay below everything else and are rewritten in place. */
export interface LiveScreen {
  /** Whole lines, which stand above the live ones and scroll away. */
  print(text: TerminalText): void
  /** Replaces the live lines, each narrower than the terminal; none take them away. */
  show(lines: TerminalText[]): void
}

export interface Tty {
  write(text: TerminalText): void
  columns(): number
}

const clearToLineEnd = terminal`\u001b[K`
const clearBelow = terminal`\u001b[J`

/**
 * Each change is one write, which blanks nothing before it is written over: no flicker. The cursor waits behind the last live
 * line, so that nothing scrolls for it and whatever else is printed by then stands in its place.
 */
export function openLiveScreen(tty: Tty): LiveScreen {
  let live: TerminalText[] = []

  /** A terminal that has become narrower has wrapped the lines that it shows. */
  const backToFirst = (): TerminalText => {
    const columns = Math.max(1, tty.columns())
    const rows = live.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0)
    return rows > 1 ? terminal`\r\u001b[${rows - 1}A` : terminal`\r`
  }
  const endEach = (lines: TerminalText[]) =>
    joinTerminal(
      lines.map((line) => terminal`${line}${clearToLineEnd}`),
      terminal`\n`,
    )
  return {
    print(text) {
      if (live.length === 0) return tty.write(text)
      const lines = splitTerminal(text)
      const above = endEach(lines.at(-1) === '' ? lines.slice(0, -1) : lines)
      tty.write(terminal`${backToFirst()}${above}\n${endEach(live)}${clearBelow}`)
    },
    show(lines) {
      if (lines.length === live.length && lines.every((line, index) => line === live[index])) return
      const start = live.length === 0 ? terminal`` : backToFirst()
      live = lines
      tty.write(terminal`${start}${endEach(lines)}${clearBelow}`)
    },
  }
}
