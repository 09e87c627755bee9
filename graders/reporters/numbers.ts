import type { TerminalText } from '../model/encoded.ts'
import { roundPoints } from '../model/points.ts'
import { forTerminal, terminal } from './escape.ts'

/** At most two decimals, none that say nothing: `6`, `85.5`. */
export function formatPoints(points: number): TerminalText {
  return terminal`${roundPoints(points)}`
}

/** `51/58`; a dash for what has no points. */
export function formatScore(points: number | undefined, maxPoints: number): TerminalText {
  return terminal`${points === undefined ? terminal`-` : formatPoints(points)}/${formatPoints(maxPoints)}`
}

/** Undefined where there is nothing to be a part of. */
export function percentOf(points: number, maxPoints: number): number | undefined {
  return maxPoints > 0 ? roundPoints((points / maxPoints) * 100) : undefined
}

export function formatDuration(durationMs: number): TerminalText {
  if (durationMs < 999.5) return terminal`${Math.round(durationMs)} ms`
  if (durationMs < 59_950) return terminal`${decimal(durationMs / 1000)} s`
  const seconds = Math.round(durationMs / 1000)
  return terminal`${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** Seconds as JUnit wants them: always there, at most three decimals. */
export function formatSeconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3)
}

/** `1 check`, `2 checks`. */
export function countOf(count: number, noun: string): TerminalText {
  return forTerminal(`${count} ${noun}${count === 1 ? '' : 's'}`)
}

/** `alice, bob and 3 more`. */
export function nameSome(names: string[], most = 8): string {
  const more = names.length - most
  return names.slice(0, most).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

export function medianOf(values: number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1)
  return middle.length === 0 ? undefined : middle.reduce((sum, value) => sum + value, 0) / middle.length
}

/** Millions of bytes, as the kernel's limits are told in this course: `105.0 MB` is 104960000. */
export function formatBytes(bytes: number): TerminalText {
  return terminal`${decimal(bytes / 1e6)} MB`
}

function decimal(value: number): TerminalText {
  return forTerminal(value.toFixed(1))
}
