import { element, fragment, type Html } from './html.ts'
import { type DrawnMemory, lastHigh, sayMemory } from './memory-line.ts'
import { formatBytes } from './numbers.ts'

const size = { width: 480, height: 210 }
const frame = { left: 52, right: 14, top: 22, bottom: 36 }

/** Memory over time: the curve, the limit as a line, and where the kernel ended it. */
export function renderMemoryPlot(memory: DrawnMemory): Html | undefined {
  const samples = memory.samples.toSorted((a, b) => a.atMs - b.atMs)
  const last = samples.at(-1)
  if (last === undefined) return undefined
  const limitBytes = memory.limitBytes ?? 0
  const peak = samples.reduce((most, { bytes }) => Math.max(most, bytes), 0)
  const end = Math.max(last.atMs, 1)
  const top = Math.max(peak, limitBytes, 1) * 1.1
  const floor = size.height - frame.bottom
  const x = (atMs: number) => round(frame.left + (atMs / end) * (size.width - frame.left - frame.right))
  const y = (bytes: number) => round(floor - (bytes / top) * (floor - frame.top))
  const curve = samples.map(({ atMs, bytes }, index) => `${index === 0 ? 'M' : 'L'}${x(atMs)} ${y(bytes)}`).join(' ')
  const [first] = samples
  const high = samples[lastHigh(samples.map(({ bytes }) => bytes))]
  const area = `${curve} L${x(last.atMs)} ${floor} L${x(first?.atMs ?? 0)} ${floor} Z`
  const right = size.width - frame.right
  return element(
    'svg',
    { class: 'plot', viewBox: `0 0 ${size.width} ${size.height}`, role: 'img', 'aria-label': sayMemory(memory) },
    ...ticksTo(top / 1e6, 4).map((megabytes) => horizontal(y(megabytes * 1e6), right, String(megabytes))),
    ...ticksTo(end / 1000, 5).map((seconds) =>
      element('text', { x: x(seconds * 1000), y: floor + 16, 'text-anchor': 'middle' }, String(seconds)),
    ),
    element('text', { x: right, y: floor + 31, 'text-anchor': 'end' }, 'seconds'),
    element('text', { x: 4, y: 12 }, 'MB'),
    element('path', { class: 'area', d: area }),
    element('path', { class: 'curve', d: curve }),
    memory.limitBytes === undefined
      ? undefined
      : limitLine(y(limitBytes), right, `${memory.isInForce === false ? '' : 'limit '}${formatBytes(limitBytes)}`),
    memory.killed && high !== undefined ? killMark(x(high.atMs), y(high.bytes)) : undefined,
  )
}

function horizontal(y: number, right: number, name: string): Html {
  return fragment(
    element('path', { class: 'axis', d: `M${frame.left} ${y} H${right}` }),
    element('text', { x: frame.left - 6, y: y + 4, 'text-anchor': 'end' }, name),
  )
}

function limitLine(y: number, right: number, name: string): Html {
  return fragment(
    element('path', { class: 'limit', d: `M${frame.left} ${y} H${right}` }),
    element('text', { class: 'limit-name', x: frame.left + 4, y: y - 5 }, name),
  )
}

function killMark(x: number, y: number): Html {
  const left = x < size.width / 2
  return fragment(
    element('path', { class: 'kill', d: `M${x - 5} ${y - 5} l10 10 m0 -10 l-10 10` }),
    element(
      'text',
      { class: 'kill-name', x: left ? x - 6 : x + 6, y: y - 9, 'text-anchor': left ? 'start' : 'end' },
      'killed by the kernel',
    ),
  )
}

/** Round numbers from 0, at most so many steps. */
function ticksTo(end: number, most: number): number[] {
  if (!Number.isFinite(end) || end <= 0) return [0]
  const power = 10 ** Math.floor(Math.log10(end / most))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((width) => end / width <= most) ?? 10 * power
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => Number((index * step).toPrecision(6)))
}

function round(place: number): number {
  return Number.isFinite(place) ? Math.round(place * 10) / 10 : 0
}
