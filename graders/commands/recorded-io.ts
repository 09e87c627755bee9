// Test support: what a command wrote, without a terminal.
import type { Io } from './io.ts'

export interface RecordedIo extends Io {
  stdout(): string
  stderr(): string
}

export function recordIo(view: { tty?: boolean; color?: boolean; columns?: number } = {}): RecordedIo {
  const written = { out: '', err: '' }
  return {
    out: (text) => {
      written.out += text
    },
    err: (text) => {
      written.err += text
    },
    columns: view.columns ?? 80,
    color: view.color ?? false,
    tty: view.tty ?? false,
    signal: new AbortController().signal,
    stdout: () => written.out,
    stderr: () => written.err,
  }
}
