import type { LogLine } from '../model/verdict.ts'

/** Lines that show an IP address as a token of its own: `10.1.2.3`, `[::ffff:10.1.2.3]:4711`, never inside `210.1.2.34`. */
export function linesWithAddress(lines: LogLine[], address: string): LogLine[] {
  const pattern = new RegExp(`(?<![\\d.])${address.replaceAll('.', '\\.')}(?!\\d|\\.\\d)`)
  return lines.filter((line) => pattern.test(line.text))
}

/**
 * Lines that show an HTTP status as a number of its own. Not a status: part of a time (`06:15:55.200`), a duration (`200ms`),
 * an address, a larger number, or a source line (`main.go:200`).
 */
export function linesWithStatus(lines: LogLine[], status: number): LogLine[] {
  const before = '(?<![\\w.-])(?<!\\d[:,])(?<!\\.[a-z]{1,4}:)'
  const after = '(?!\\d|[.:]\\d|\\s?[nµμm]?s\\b|(?!OK)[A-Za-z_])'
  const pattern = new RegExp(`${before}${status}${after}`)
  return lines.filter((line) => pattern.test(line.text))
}

/** Addresses that the lines show, for the message: IPv4 with or without a port. */
export function addressesIn(lines: LogLine[]): string[] {
  const found = lines.flatMap((line) => line.text.match(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g) ?? [])
  return [...new Set(found)].slice(0, 5)
}
