// Test support: what a command wrote, without a terminal.
import type { Io } from './io.ts'
import { openLiveScreen } from './live-screen.ts'

export interface RecordedIo extends Io {
  stdout(): string
  stderr(): string
}

export function recordIo(view: { tty?: boolean; color?: boolean; columns?: number; rows?: number } = {}): RecordedIo {
  const written = { out: '', err: '' }
  const columns = view.columns ?? 80
  const write = (text: string) => {
    written.err += text
  }
  const screen = openLiveScreen({ write, columns: () => columns })
  return {
    out: (text) => {
      written.out += text
    },
    err: screen.print,
    live: view.tty ? screen.show : () => {},
    columns,
    rows: view.rows ?? 24,
    color: view.color ?? false,
    tty: view.tty ?? false,
    signal: new AbortController().signal,
    stdout: () => written.out,
    stderr: () => written.err,
  }
}
