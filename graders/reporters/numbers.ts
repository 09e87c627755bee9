/** At most two decimals, none that say nothing: `6`, `85.5`. */
export function formatPoints(points: number): string {
  return String(roundPoints(points))
}

export function roundPoints(points: number): number {
  return Math.round(points * 100) / 100
}

/** `51/58`; a dash for what has no points. */
export function formatScore(points: number | undefined, maxPoints: number): string {
  return `${points === undefined ? '-' : formatPoints(points)}/${formatPoints(maxPoints)}`
}

/** Undefined where there is nothing to be a part of. */
export function percentOf(points: number, maxPoints: number): number | undefined {
  return maxPoints > 0 ? roundPoints((points / maxPoints) * 100) : undefined
}

export function formatDuration(durationMs: number): string {
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`
  if (durationMs < 59_950) return `${(durationMs / 1000).toFixed(1)} s`
  const seconds = Math.round(durationMs / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** Seconds as JUnit wants them: always there, at most three decimals. */
export function formatSeconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3)
}

/** `1 check`, `2 checks`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

export function medianOf(values: number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1)
  return middle.length === 0 ? undefined : middle.reduce((sum, value) => sum + value, 0) / middle.length
}

/** Millions of bytes, as the kernel's limits are told in this course: `105.0 MB` is 104960000. */
export function formatBytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
