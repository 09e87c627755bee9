import { element, type Html } from './html.ts'
import { bothTexts, say } from './html-staff-words.ts'
import { marks } from './outcome-marks.ts'
import { outcomeLetters, type ShownOutcome, type StaffCheck, type StaffRow, shownOutcomes } from './staff-rows.ts'
import { type Phrase, staffWords as words } from './staff-words.ts'

/** What searches, filters and saves the table; how many are shown is said aloud. */
export function renderControls(rows: StaffRow[], checks: StaffCheck[]): Html {
  const has = (status: StaffRow['status']) => rows.some((row) => row.status === status)
  const statuses = (['graded', 'rejected', 'ungraded'] as const).filter(has)
  const shown: Phrase = [
    words.shown[0].replaceAll('{all}', String(rows.length)),
    words.shown[1].replaceAll('{all}', String(rows.length)),
  ]
  return element(
    'div',
    { class: 'controls', role: 'search', 'aria-labelledby': 'students-head' },
    element(
      'div',
      {},
      element('label', { for: 'search' }, say(words.search)),
      element('input', { id: 'search', type: 'search', autocomplete: 'off', 'aria-describedby': 'search-how' }),
      element('span', { id: 'search-how', class: 'unseen' }, say(words.searchHow)),
    ),
    choice('status', words.status, [
      ['', words.any],
      ...statuses.map((status): [string, Phrase] => [status, words.statuses[status]]),
      ['flagged', words.flagged],
      ['late', words.late],
      ['similar', words.similar],
    ]),
    choice('check', words.chooseCheck, [
      ['', words.anyCheck],
      ...checks.map(({ id }): [string, Phrase] => [id, [id, id]]),
    ]),
    choice('outcome', words.outcome, [
      ['', words.any],
      ...shownOutcomes.map((outcome): [string, Phrase] => [outcomeLetters[outcome], markedOutcome(outcome)]),
    ]),
    element('button', { type: 'button', id: 'reset' }, say(words.reset)),
    element('button', { type: 'button', id: 'download' }, say(words.download)),
    element(
      'p',
      { id: 'shown', role: 'status', 'aria-live': 'polite', ...bothTexts(shown) },
      shownAtFirst(rows.length),
    ),
    element('p', { id: 'only-group', class: 'small hidden' }, say(words.onlyGroup)),
  )
}

function shownAtFirst(all: number): string {
  return words.shown[0].replaceAll(/\{\w+\}/g, String(all))
}

function markedOutcome(outcome: ShownOutcome): Phrase {
  const [english, chinese] = words.outcomes[outcome]
  return [`${marks[outcome].glyph} ${english}`, `${marks[outcome].glyph} ${chinese}`]
}

function choice(id: string, word: Phrase, options: [value: string, word: Phrase][]): Html {
  return element(
    'div',
    {},
    element('label', { for: id }, say(word)),
    element(
      'select',
      { id },
      ...options.map(([value, phrase]) => element('option', { value, ...bothTexts(phrase) }, phrase[0])),
    ),
  )
}
