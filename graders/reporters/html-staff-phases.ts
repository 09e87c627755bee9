import { quantileSorted } from 'd3-array'
import { scaleLog } from 'd3-scale'
import type { Grade } from '../model/grade.ts'
import { element, fragment, type Html } from './html.ts'
import { say } from './html-staff-words.ts'
import { formatDuration } from './numbers.ts'
import { measurePhases, type PhaseTimes } from './slowest-phases.ts'
import type { StaffRow } from './staff-rows.ts'
import { staffWords as words } from './staff-words.ts'

const width = 360
const frame = { left: 52, right: 14 }
const rowHeight = 34
/** Round durations; a plot shows those in its range. */
const tickMs = [10, 100, 1000, 10_000, 60_000, 600_000, 3_600_000]

/** How long each phase took, and who took longest. */
export function renderPhases(rows: StaffRow[], grades: Iterable<Grade>): Html | undefined {
  const measured = measurePhases(grades)
  if (measured.length === 0) return undefined
  return element(
    'section',
    {},
    element('h2', { id: 'time' }, say(words.phases)),
    element('p', { class: 'small', id: 'time-told' }, say(words.phasesTold)),
    element('figure', {}, drawPhases(rows, measured)),
    listPhases(measured, rows),
  )
}

function drawPhases(rows: StaffRow[], measured: PhaseTimes[]): Html {
  const phases = measured.map(({ phase }) => {
    const sorted = rows.flatMap(({ phasesMs }) => phasesMs[phase] ?? []).sort((a, b) => a - b)
    const at = (share: number) => Math.max(1, quantileSorted(sorted, share) ?? 1)
    return { phase, low: at(0.05), first: at(0.25), middle: at(0.5), third: at(0.75), high: at(0.95) }
  })
  const floor = phases.length * rowHeight + 6
  const fastest = Math.min(...phases.map(({ low }) => low))
  const slowest = Math.max(...phases.map(({ high }) => high), fastest * 2)
  const x = scaleLog([fastest * 0.8, slowest * 1.25], [frame.left, width - frame.right])
  const place = (durationMs: number) => Math.round(x(durationMs) * 10) / 10
  const ticks = tickMs.filter((durationMs) => durationMs >= fastest * 0.8 && durationMs <= slowest * 1.25)
  return element(
    'svg',
    { class: 'plot', viewBox: `0 0 ${width} ${floor + 22}`, role: 'img', 'aria-labelledby': 'time time-told' },
    ...ticks.map((durationMs) =>
      fragment(
        element('path', { class: 'axis', d: `M${place(durationMs)} 0V${floor}` }),
        element('text', { x: place(durationMs), y: floor + 15, 'text-anchor': 'middle' }, shortDuration(durationMs)),
      ),
    ),
    ...phases.map(({ phase, low, first, middle, third, high }, index) => {
      const y = index * rowHeight + rowHeight / 2 + 3
      return fragment(
        element('text', { x: frame.left - 8, y: y + 4, 'text-anchor': 'end' }, say(words.phase[phase], 'svg')),
        element('path', { class: 'range', d: `M${place(low)} ${y}H${place(high)}` }),
        element('rect', {
          class: 'box',
          x: place(first),
          y: y - 9,
          width: Math.max(1, Math.round((place(third) - place(first)) * 10) / 10),
          height: 18,
        }),
        element('path', { class: 'middle', d: `M${place(middle)} ${y - 9}v18` }),
      )
    }),
  )
}

function listPhases(measured: PhaseTimes[], rows: StaffRow[]): Html {
  const pages = new Map(rows.map(({ id, page }) => [id, page]))
  const head = [undefined, words.medianHead, words.ninetyFifth, words.slowest]
  return element(
    'table',
    { class: 'plain' },
    element(
      'thead',
      {},
      element('tr', {}, ...head.map((word) => (word ? element('th', { scope: 'col' }, say(word)) : element('td', {})))),
    ),
    element(
      'tbody',
      {},
      ...measured.map(({ phase, p50Ms, p95Ms, maxMs, slowest: { submissionId } }) => {
        const page = pages.get(submissionId)
        return element(
          'tr',
          {},
          element('th', { scope: 'row' }, say(words.phase[phase])),
          element('td', { class: 'n' }, formatDuration(p50Ms)),
          element('td', { class: 'n' }, formatDuration(p95Ms)),
          element(
            'td',
            {},
            formatDuration(maxMs),
            ' ',
            element('a', { dir: 'auto', ...(page === undefined ? {} : { href: page }) }, submissionId),
          ),
        )
      }),
    ),
  )
}

function shortDuration(durationMs: number): string {
  if (durationMs < 1000) return `${durationMs} ms`
  return durationMs < 60_000 ? `${durationMs / 1000} s` : `${durationMs / 60_000} min`
}
