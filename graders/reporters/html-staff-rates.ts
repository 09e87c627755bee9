import { element, fragment, type Html, prose } from './html.ts'
import { say } from './html-staff-words.ts'
import { formatPoints } from './numbers.ts'
import { marks } from './outcome-marks.ts'
import { type ShownOutcome, type StaffCheck, shownOutcomes } from './staff-rows.ts'
import { staffWords as words } from './staff-words.ts'

/** How many passed each check: a bar beside the numbers, so that the table is its own text alternative. */
export function renderRates(checks: StaffCheck[]): Html | undefined {
  if (checks.length === 0) return undefined
  const head = [words.check, words.points, words.passRate, words.all]
  return element(
    'section',
    { class: 'wide' },
    element('h2', { id: 'checks' }, say(words.rates)),
    element('p', { class: 'small' }, say(words.ratesTold)),
    element(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-labelledby': 'checks' },
      element(
        'table',
        { class: 'plain rates' },
        element('thead', {}, element('tr', {}, ...head.map((word) => element('th', { scope: 'col' }, say(word))))),
        element('tbody', {}, ...checks.map(renderRate)),
      ),
    ),
    renderMeanings(),
  )
}

function renderRate({ id, title, maxPoints, isHidden, counts }: StaffCheck): Html {
  const counted = counts.passed + counts.partial + counts.failed + counts.skipped
  const rate = counted === 0 ? '–' : `${Math.floor((counts.passed / counted) * 100)} %`
  return element(
    'tr',
    {},
    element(
      'th',
      { scope: 'row' },
      element('code', {}, id),
      isHidden ? hiddenBadge() : undefined,
      element('span', { class: 'small block' }, prose(title)),
    ),
    element('td', { class: 'n' }, formatPoints(maxPoints)),
    element('td', { class: 'n' }, rate, drawShares(counts)),
    element(
      'td',
      { class: 'counts' },
      ...shownOutcomes.filter((one) => counts[one] > 0).map((one) => renderCount(one, counts[one])),
    ),
  )
}

export function hiddenBadge(): Html {
  return fragment(' ', element('span', { class: 'badge' }, say(words.hidden)))
}

function renderCount(outcome: ShownOutcome, count: number): Html {
  return element('span', { class: outcome }, mark(outcome), ' ', String(count), ' ')
}

/** A glyph, with its word for who does not see it. */
function mark(outcome: ShownOutcome): Html {
  return fragment(
    element('span', { class: 'glyph', 'aria-hidden': 'true' }, marks[outcome].glyph),
    element('span', { class: 'unseen' }, say(words.outcomes[outcome])),
  )
}

/** What stands for what, here, in the heat map and in the table. */
export function renderMeanings(): Html {
  return element(
    'p',
    { class: 'small meanings' },
    ...shownOutcomes.map((outcome) =>
      element(
        'span',
        { class: outcome },
        element('span', { class: `swatch ${outcome}`, 'aria-hidden': 'true' }, marks[outcome].glyph),
        ' ',
        say(words.outcomes[outcome]),
        ' ',
      ),
    ),
  )
}

/** All submissions as one bar, a stretch for each outcome. */
function drawShares(counts: StaffCheck['counts']): Html {
  const total = shownOutcomes.reduce((sum, outcome) => sum + counts[outcome], 0)
  let from = 0
  const stretches = shownOutcomes.map((outcome) => {
    const left = from
    from += (counts[outcome] / Math.max(1, total)) * 200
    return { outcome, left, width: from - left }
  })
  return element(
    'svg',
    { class: 'shares', viewBox: '0 0 200 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...stretches
      .filter(({ width }) => width > 0)
      .map(({ outcome, left, width }) =>
        element('rect', { class: `cell ${outcome}`, x: hundredths(left), width: hundredths(width), height: 10 }),
      ),
  )
}

function hundredths(place: number): number {
  return Math.round(place * 100) / 100
}
