import type { LogCapture } from '../../sandbox/log-capture.ts'

export const reproduceRun = 'docker run --rm IMAGE'

/** What a program printed last, for those whose start failed. */
export function lastLines(log: LogCapture, count = 20): { kind: 'log'; text: string } {
  const lines = log.since(0).slice(-count)
  const text = lines.map((line) => `${line.stream}: ${line.text.slice(0, 300)}`).join('\n')
  return { kind: 'log', text: text === '' ? '(it printed nothing)' : text }
}
