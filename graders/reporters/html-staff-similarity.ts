import type { Similarity, SimilarityGroup } from '../model/similarity.ts'
import { element, type Html, prose } from './html.ts'
import { nameStudents } from './html-staff-groups.ts'
import { say } from './html-staff-words.ts'
import type { StaffRow } from './staff-rows.ts'
import { staffWords as words } from './staff-words.ts'

/** Hints past these are in similarity.json alone. */
const mostShown = 50

/** Who may have copied whom: a hint for people, with the sentence why. */
export function renderSimilarity(similarity: Similarity | undefined, rows: StaffRow[]): Html | undefined {
  if (similarity === undefined) return undefined
  const { groups, compared, notes } = similarity
  const byId = new Map(rows.map((row) => [row.id, row]))
  const rest = groups.length - mostShown
  return element(
    'section',
    { class: 'wide' },
    element('h2', { id: 'similarity' }, say(words.similarity)),
    element('p', { class: 'small' }, say(words.similarityWhy)),
    element(
      'p',
      { class: 'small' },
      say(words.similarityOf(compared, rows.length)),
      ' ',
      ...notes.map((note) => prose(`${note} `)),
    ),
    groups.length === 0 ? element('p', {}, say(words.noSimilarity)) : undefined,
    element(
      'ul',
      { class: 'list' },
      ...groups.slice(0, mostShown).map((group, index) => renderHint(group, index, byId)),
    ),
    rest > 0 ? element('p', { class: 'small' }, say(words.moreGroups(rest)), ' (`similarity.json`)') : undefined,
  )
}

function renderHint(
  { kind, file = '', percent = 0, submissionIds }: SimilarityGroup,
  index: number,
  byId: Map<string, StaffRow>,
): Html {
  return element(
    'li',
    { class: 'group' },
    element(
      'div',
      { class: 'head' },
      element(
        'p',
        { id: `similar-${index}` },
        element('span', { class: 'mark', 'aria-hidden': 'true' }, '≈'),
        say(words.alike[kind](file, percent)),
      ),
      element(
        'button',
        { type: 'button', 'data-similar': index, 'aria-describedby': `similar-${index}` },
        say(words.showThese),
      ),
    ),
    nameStudents(submissionIds.flatMap((id) => byId.get(id) ?? [])),
  )
}
