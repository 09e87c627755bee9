import { scaleBand } from 'd3-scale'
import { nameOf } from './check-strip.ts'
import { element, fragment, type Html } from './html.ts'
import { renderMeanings } from './html-staff-rates.ts'
import { say } from './html-staff-words.ts'
import { marks } from './outcome-marks.ts'
import { type ShownOutcome, type StaffCheck, type StaffRow, shownOutcomes } from './staff-rows.ts'
import { staffWords as words } from './staff-words.ts'

/** Up to so many students a cell has room for its glyph, and a row for its name. */
const mostWithGlyphs = 60
const cellWidth = 26
const headHeight = 104
const nameWidth = 112

/** A row per student, a column per check. Cells of one outcome below each other are one stretch, so a thousand rows stay small. */
export function renderHeatMap(rows: StaffRow[], checks: StaffCheck[]): Html | undefined {
  if (checks.length === 0 || rows.length === 0) return undefined
  const isLarge = rows.length > mostWithGlyphs
  const rowHeight = isLarge ? 4 : 18
  const left = isLarge ? 4 : nameWidth
  const right = left + checks.length * cellWidth
  const x = scaleBand<string>(
    checks.map(({ id }) => id),
    [left, right],
  ).paddingInner(0.06)
  const height = headHeight + rows.length * rowHeight
  // Names are written at a slant: the last one leans out to the right.
  const width = right + 70
  return element(
    'section',
    { class: 'wide' },
    element('h2', { id: 'heat-map' }, say(words.heatMap)),
    element('p', { class: 'small', id: 'heat-map-told' }, say(words.heatMapTold(rows.length))),
    element('p', { class: 'small', id: 'pointed-at', 'aria-hidden': 'true' }, say(words.pointAt)),
    element(
      'div',
      { class: 'scroll map', tabindex: 0, role: 'region', 'aria-labelledby': 'heat-map' },
      element(
        'svg',
        {
          id: 'map',
          class: 'heat',
          viewBox: `0 0 ${width} ${height}`,
          width,
          height,
          role: 'img',
          'aria-labelledby': 'heat-map',
          'aria-describedby': 'heat-map-told',
          'data-left': left,
          'data-top': headHeight,
          'data-column': cellWidth,
          'data-row': rowHeight,
        },
        element('defs', {}, ...patterns()),
        ...checks.map(({ id }) => columnName(nameOf(id), (x(id) ?? 0) + x.bandwidth() / 2)),
        ...shownOutcomes.flatMap((outcome) => {
          const stretches = checks.map(({ id }) => stretchesOf(rows, id, outcome, x(id) ?? 0, x.bandwidth(), rowHeight))
          const d = stretches.join('')
          return d === '' ? [] : [element('path', { class: `cell ${outcome}`, d })]
        }),
        isLarge ? undefined : writeCells(rows, checks, (id) => (x(id) ?? 0) + x.bandwidth() / 2, rowHeight),
      ),
    ),
    renderMeanings(),
  )
}

function columnName(name: string, middle: number): Html {
  const [at, floor] = [Math.round(middle), headHeight - 6]
  return element('text', { x: at, y: floor, transform: `rotate(-50 ${at} ${floor})` }, name)
}

/** Rows from top to bottom that have this outcome, as rectangles. */
function stretchesOf(
  rows: StaffRow[],
  id: string,
  outcome: ShownOutcome,
  x: number,
  width: number,
  rowHeight: number,
): string {
  let d = ''
  for (let from = 0; from < rows.length; from += 1) {
    if (rows[from]?.outcomes.get(id) !== outcome) continue
    let to = from + 1
    while (rows[to]?.outcomes.get(id) === outcome) to += 1
    const wide = Math.round(width)
    d += `M${Math.round(x)} ${headHeight + from * rowHeight}h${wide}v${(to - from) * rowHeight}h-${wide}z`
    from = to
  }
  return d
}

function writeCells(rows: StaffRow[], checks: StaffCheck[], middleOf: (id: string) => number, rowHeight: number): Html {
  return fragment(
    ...rows.map(({ id, outcomes }, index) => {
      const y = headHeight + index * rowHeight + 13
      return fragment(
        element('text', { x: nameWidth - 6, y, 'text-anchor': 'end' }, shorten(id)),
        ...checks.flatMap((check) => {
          const outcome = outcomes.get(check.id)
          if (outcome === undefined) return []
          const x = Math.round(middleOf(check.id))
          return [element('text', { class: `on ${outcome}`, x, y, 'text-anchor': 'middle' }, marks[outcome].glyph)]
        }),
      )
    }),
  )
}

function shorten(id: string): string {
  const letters = [...id]
  return letters.length <= 14 ? id : `${letters.slice(0, 13).join('')}…`
}

/** Outcomes are told apart without colour, too: by how dark, hatched or dotted they are. */
function patterns(): Html[] {
  const tile = (id: string, side: number, d: string) =>
    element(
      'pattern',
      { id, width: side, height: side, patternUnits: 'userSpaceOnUse' },
      element('rect', { class: 'ground', width: side, height: side }),
      element('path', { class: 'ink', d }),
    )
  return [
    tile('hatch-partial', 6, 'M-1 7L7 -1M-1 1L1 -1M5 7L7 5'),
    tile('hatch-skipped', 5, 'M2 2h1v1h-1z'),
    tile('hatch-errored', 6, 'M0 0L6 6M6 0L0 6'),
  ]
}
