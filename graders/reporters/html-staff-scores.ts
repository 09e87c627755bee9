import { bin, quantileSorted } from 'd3-array'
import { scaleLinear } from 'd3-scale'
import { element, type Html } from './html.ts'
import { say } from './html-staff-words.ts'
import type { StaffRow } from './staff-rows.ts'
import { staffWords as words } from './staff-words.ts'

const size = { width: 360, height: 200 }
const frame = { left: 30, right: 8, top: 20, bottom: 34 }

/** How the scores are spread, in tens of per cent; full marks stand in the last bar. */
export function renderScores(rows: StaffRow[]): Html {
  const percents = rows.flatMap(({ percent }) => percent ?? []).sort((a, b) => a - b)
  const head = element('h2', { id: 'scores' }, say(words.scores))
  if (percents.length === 0) return element('section', {}, head, element('p', {}, say(words.noScores)))
  const at = (share: number) => String(Math.round(quantileSorted(percents, share) ?? 0))
  const told = { scored: percents.length, low: at(0.25), median: at(0.5), high: at(0.75) }
  const tens = Array.from({ length: 9 }, (_, index) => (index + 1) * 10)
  const bars = bin().domain([0, 100]).thresholds(tens)(percents)
  const counted = bars.map((bar) => ({ from: bar.x0 ?? 0, to: bar.x1 ?? 0, count: bar.length }))
  return element(
    'section',
    {},
    head,
    element('p', { class: 'small', id: 'scores-told' }, say(words.scoresTold(told))),
    element('figure', {}, drawBars(counted, quantileSorted(percents, 0.5) ?? 0), listBars(counted)),
  )
}

interface Bar {
  from: number
  to: number
  count: number
}

function drawBars(bars: Bar[], medianPercent: number): Html {
  const floor = size.height - frame.bottom
  const x = scaleLinear([0, 100], [frame.left, size.width - frame.right])
  const y = scaleLinear([0, Math.max(1, ...bars.map(({ count }) => count))], [floor, frame.top]).nice(4)
  const lines = y.ticks(4).filter(Number.isInteger)
  const middle = round(x(medianPercent))
  return element(
    'svg',
    {
      class: 'plot',
      viewBox: `0 0 ${size.width} ${size.height}`,
      role: 'img',
      'aria-labelledby': 'scores scores-told',
    },
    ...lines.map((count) =>
      element('path', { class: 'axis', d: `M${frame.left} ${round(y(count))}H${size.width - frame.right}` }),
    ),
    ...lines.map((count) =>
      element('text', { x: frame.left - 5, y: round(y(count)) + 4, 'text-anchor': 'end' }, String(count)),
    ),
    ...bars
      .filter(({ count }) => count > 0)
      .flatMap(({ from, to, count }) => {
        const [left, right, top] = [round(x(from)) + 1, round(x(to)) - 1, round(y(count))]
        return [
          element('path', { class: 'column', d: `M${left} ${floor}V${top}H${right}V${floor}z` }),
          element(
            'text',
            { class: 'count', x: (left + right) / 2, y: top - 4, 'text-anchor': 'middle' },
            String(count),
          ),
        ]
      }),
    element('path', { class: 'median', d: `M${middle} ${frame.top - 6}V${floor}` }),
    ...x
      .ticks(5)
      .map((percent) =>
        element('text', { x: round(x(percent)), y: floor + 15, 'text-anchor': 'middle' }, String(percent)),
      ),
    element('text', { x: size.width - frame.right, y: floor + 30, 'text-anchor': 'end' }, '%'),
  )
}

function listBars(bars: Bar[]): Html {
  return element(
    'details',
    {},
    element('summary', {}, say(words.asTable)),
    element(
      'table',
      { class: 'plain' },
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'col' }, say(words.percentRange)),
          element('th', { scope: 'col' }, say(words.studentsAxis)),
        ),
      ),
      element(
        'tbody',
        {},
        ...bars.map(({ from, to, count }) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, `${from}–${to}`),
            element('td', { class: 'n' }, String(count)),
          ),
        ),
      ),
    ),
  )
}

function round(place: number): number {
  return Math.round(place * 10) / 10
}
