import xterm from '@xterm/headless'

/** Test support: a real terminal's screen. `lines` has what has scrolled away, too. */
export interface TestScreen {
  write(output: string): Promise<void>
  resize(columns: number, rows: number): Promise<void>
  lines(): string[]
  /** What is in sight. */
  visible(): string[]
}

/** `isRaw`: the output comes from a pseudo-terminal, which has put `\r` before each `\n`. */
export function openTestScreen(columns: number, rows: number, isRaw = false): TestScreen {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    scrollback: 5_000,
    allowProposedApi: true,
    convertEol: !isRaw,
  })
  const write = (output: string) => new Promise<void>((resolve) => terminal.write(output, resolve))
  const read = (from: number) => {
    const { active } = terminal.buffer
    const count = Math.max(0, active.length - from)
    return Array.from({ length: count }, (_, row) => active.getLine(from + row)?.translateToString(true) ?? '')
  }
  return {
    write,
    async resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows)
      await write('')
    },
    lines: () => read(0),
    visible: () => read(terminal.buffer.active.baseY),
  }
}
