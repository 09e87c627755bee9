import type { Evidence } from '../model/feedback.ts'
import { formatBytes, formatDuration } from './numbers.ts'

export type DrawnMemory = NonNullable<Evidence['memory']>

/** Memory over time as one line of a terminal, part by part, so that each can have its colour. */
export interface MemoryLine {
  parts: { kind: 'below' | 'above' | 'limit' | 'killed'; text: string }[]
  /** What the line says, in words and numbers. */
  caption: string
}

const blocks = [...'▁▂▃▄▅▆▇█']
const maxCells = 48

/** Undefined where there is nothing to draw. */
export function drawMemoryLine(memory: DrawnMemory, columns: number): MemoryLine | undefined {
  const { limitBytes, killed } = memory
  const samples = memory.samples.toSorted((a, b) => a.atMs - b.atMs)
  const endMs = samples.at(-1)?.atMs
  if (endMs === undefined) return undefined
  const peak = samples.reduce((most, { bytes }) => Math.max(most, bytes), 0)
  const cells = resample(samples, Math.min(maxCells, Math.max(8, columns - 2)))
  const top = Math.max(peak, limitBytes ?? 0, 1)
  // A group that is full has its limit and not a byte more.
  const crossing = killed || limitBytes === undefined ? -1 : cells.findIndex((bytes) => bytes > limitBytes)
  const bars = cells.map((bytes) => blocks[Math.min(7, Math.floor((bytes / top) * 8))] ?? '▁')
  const text = (from: number, to?: number) => bars.slice(from, to).join('')
  const fall = killed ? lastHigh(cells) + 1 : bars.length
  const parts: MemoryLine['parts'] =
    crossing === -1
      ? [
          { kind: 'below', text: text(0, fall) },
          { kind: 'killed', text: killed ? '✗' : '' },
          { kind: 'below', text: text(fall) },
        ]
      : [
          { kind: 'below', text: text(0, crossing) },
          { kind: 'limit', text: '┃' },
          { kind: 'above', text: text(crossing) },
        ]
  const { time, most, limit } = wordsOf(memory)
  const about = limit === undefined ? '' : crossing === -1 ? `; ${limit}: full height` : `; ┃ past the ${limit}`
  const caption = `${time}, ${most}${about}${killed ? '; ✗ killed' : ''}`
  return { parts: parts.filter((part) => part.text !== ''), caption }
}

/** Where memory stood before what was killed gave it back. */
export function lastHigh(bytes: number[]): number {
  const peak = bytes.reduce((most, one) => Math.max(most, one), 0)
  return Math.max(
    0,
    bytes.findLastIndex((one) => one >= peak / 2),
  )
}

/** The same in words alone. */
export function sayMemory(memory: DrawnMemory): string {
  const { time, most, limit, past } = wordsOf(memory)
  const about = limit === undefined ? '' : past && !memory.killed ? `, past the ${limit}` : `, against the ${limit}`
  return `${time}, ${most}${about}${memory.killed ? '; killed by the kernel' : ''}`
}

function wordsOf({ limitBytes, isInForce, samples }: DrawnMemory) {
  const peak = samples.reduce((most, { bytes }) => Math.max(most, bytes), 0)
  const endMs = samples.reduce((most, { atMs }) => Math.max(most, atMs), 0)
  return {
    time: `0 to ${formatDuration(endMs)}`,
    most: `up to ${formatBytes(peak)}`,
    limit:
      limitBytes === undefined
        ? undefined
        : isInForce === false
          ? `${limitBytes} bytes that are asked for`
          : `limit of ${limitBytes} bytes`,
    past: limitBytes !== undefined && peak > limitBytes,
  }
}

/** The most of each stretch of time; where nothing was measured, what was measured last. */
function resample(samples: DrawnMemory['samples'], wanted: number): number[] {
  const endMs = samples.at(-1)?.atMs ?? 0
  const count = endMs === 0 ? 1 : wanted
  const cells: (number | undefined)[] = Array.from({ length: count })
  for (const { atMs, bytes } of samples) {
    const cell = endMs === 0 ? 0 : Math.min(count - 1, Math.floor((atMs / endMs) * count))
    cells[cell] = Math.max(cells[cell] ?? 0, bytes)
  }
  let last = samples[0]?.bytes ?? 0
  return cells.map((bytes) => {
    last = bytes ?? last
    return last
  })
}
