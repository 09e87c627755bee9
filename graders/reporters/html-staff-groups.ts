import type { Grade } from '../model/grade.ts'
import { type FailureGroup, groupFailures } from './failure-groups.ts'
import { element, fragment, type Html, prose } from './html.ts'
import { hiddenBadge } from './html-staff-rates.ts'
import { say } from './html-staff-words.ts'
import { marks } from './outcome-marks.ts'
import type { StaffRow } from './staff-rows.ts'
import { staffWords as words } from './staff-words.ts'

const mostNames = 12
/** Groups past these are folded away. */
const mostGroups = 10

/** A group of failures, and the number under which the table knows it. */
export interface NumberedGroup extends FailureGroup {
  number: number
}

export function numberGroups(grades: Iterable<Grade>): NumberedGroup[] {
  return groupFailures(grades).map((group, number) => ({ ...group, number }))
}

/** First of all: what the grader itself has failed to do, by reason, with what to do about it. */
export function renderUngraded(rows: StaffRow[]): Html | undefined {
  const ungraded = rows.filter(({ status }) => status === 'ungraded')
  if (ungraded.length === 0) return undefined
  const byReason = Map.groupBy(ungraded, ({ problem }) => `${problem?.code}\n${problem?.message}\n${problem?.advice}`)
  return element(
    'section',
    { class: 'wide errored' },
    element(
      'h2',
      { id: 'ungraded' },
      element('span', { class: 'mark', 'aria-hidden': 'true' }, marks.errored.glyph),
      say(words.notGraded(ungraded.length)),
    ),
    element('p', {}, say(words.notGradedWhy)),
    element(
      'ul',
      { class: 'list' },
      ...[...byReason.values()].map((group) => {
        const problem = group[0]?.problem
        return element(
          'li',
          { class: 'group' },
          element('p', {}, prose(problem?.message ?? ''), ' ', element('code', {}, problem?.code)),
          problem?.advice === undefined
            ? undefined
            : element('p', { class: 'todo' }, element('strong', {}, say(words.toDo)), prose(problem.advice)),
          nameStudents(group),
        )
      }),
    ),
  )
}

/** What went wrong for the same reason. */
export function renderGroups(groups: NumberedGroup[], rows: StaffRow[]): Html {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const items = groups.map((group) => renderGroup(group, byId))
  const rest = items.slice(mostGroups)
  return element(
    'section',
    { class: 'wide' },
    element('h2', { id: 'failures' }, say(words.failures)),
    element('p', { class: 'small' }, say(groups.length === 0 ? words.noFailures : words.failuresWhy)),
    element('ol', { class: 'list' }, ...items.slice(0, mostGroups)),
    rest.length === 0
      ? undefined
      : element(
          'details',
          {},
          element('summary', {}, say(words.moreGroups(rest.length))),
          element('ol', { class: 'list' }, ...rest),
        ),
  )
}

function renderGroup(group: NumberedGroup, byId: Map<string, StaffRow>): Html {
  const { id, outcome, reason, message, submissionIds, number, visibility } = group
  const shown = outcome === 'partial' ? 'partial' : 'failed'
  return element(
    'li',
    { class: `group ${shown}` },
    element(
      'div',
      { class: 'head' },
      element(
        'p',
        {},
        element('span', { class: 'mark', 'aria-hidden': 'true' }, marks[shown].glyph),
        element('strong', {}, say(words.students(submissionIds.length))),
        ' · ',
        outcome === 'rejected' ? say(words.refused) : element('code', {}, id),
        visibility === 'hidden' ? hiddenBadge() : undefined,
        reason === undefined ? undefined : fragment(' · ', element('span', { class: 'small' }, reason)),
      ),
      element(
        'button',
        { type: 'button', 'data-group': number, 'aria-describedby': `group-${number}` },
        say(words.showThese),
      ),
    ),
    element('p', { id: `group-${number}` }, prose(message)),
    nameStudents(submissionIds.flatMap((one) => byId.get(one) ?? [])),
  )
}

/** Links to the first of them; all are in the table. */
export function nameStudents(rows: Pick<StaffRow, 'id' | 'page'>[]): Html {
  const more = rows.length - mostNames
  return element(
    'p',
    { class: 'small names' },
    ...rows
      .slice(0, mostNames)
      .map(({ id, page }, index) => fragment(index === 0 ? '' : ', ', element('a', { href: page, dir: 'auto' }, id))),
    more > 0 ? say(words.andMore(more)) : undefined,
  )
}

/** For a second look by a person: each flag once, with who has it. */
export function renderFlags(rows: StaffRow[]): Html | undefined {
  const flagged = rows.flatMap((row) => row.flags.map(({ code, message }) => ({ code, message, row })))
  if (flagged.length === 0) return undefined
  return element(
    'section',
    {},
    element('h2', { id: 'flags' }, say(words.flags)),
    element('p', { class: 'small' }, say(words.flagsWhy)),
    element(
      'ul',
      { class: 'list' },
      ...[...Map.groupBy(flagged, ({ code }) => code)].map(([code, group]) =>
        element(
          'li',
          { class: 'group' },
          element(
            'p',
            {},
            element('code', {}, code),
            ' · ',
            say(words.students(new Set(group.map(({ row }) => row)).size)),
          ),
          element('p', {}, prose(group[0]?.message ?? '')),
          nameStudents([...new Set(group.map(({ row }) => row))]),
        ),
      ),
    ),
  )
}
