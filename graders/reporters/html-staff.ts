import type { HtmlText } from '../model/encoded.ts'
import type { RunGrades, RunRecord } from '../model/grade.ts'
import type { Similarity } from '../model/similarity.ts'
import { element, fragment, type Html } from './html.ts'
import { renderPageOf } from './html-page.ts'
import { numberGroups, renderFlags, renderGroups, renderUngraded } from './html-staff-groups.ts'
import { renderHeatMap } from './html-staff-heat-map.ts'
import { renderPhases } from './html-staff-phases.ts'
import { renderRates } from './html-staff-rates.ts'
import { renderScores } from './html-staff-scores.ts'
import { staffScript } from './html-staff-script.ts'
import { renderSimilarity } from './html-staff-similarity.ts'
import { staffStyle } from './html-staff-style.ts'
import { renderTable } from './html-staff-table.ts'
import { say } from './html-staff-words.ts'
import { medianOf } from './numbers.ts'
import { nameStandIns } from './run-summary.ts'
import { gatherRows, type StaffRow, type StaffRows } from './staff-rows.ts'
import { staffWords as words } from './staff-words.ts'

/**
 * The whole class on one page, for staff: what needs a person first, then where points went, then everybody. The grades are gone
 * through three times, and not kept.
 */
export function renderStaffPage({ run, grades }: RunGrades, similarity?: Similarity): HtmlText {
  const gathered = gatherRows(grades)
  const { rows, checks } = gathered
  const failures = numberGroups(grades)
  const parts = [
    renderUngraded(rows),
    renderGroups(failures, rows),
    renderScores(rows),
    renderPhases(rows, grades),
    renderRates(checks),
    renderHeatMap(rows, checks),
    renderSimilarity(similarity, rows),
    renderFlags(rows),
    renderTable(gathered, { failures, similar: similarity?.groups ?? [] }),
  ]
  return renderPageOf(
    { style: staffStyle, script: staffScript },
    `${run.assignment} · ${run.id}`,
    element('a', { class: 'skip', href: '#students-head' }, say(words.skip)),
    renderHeader(run, gathered),
    element('div', { class: 'grid' }, ...parts.filter((part) => part !== undefined)),
  )
}

function renderHeader(run: RunRecord, { rows, checks }: StaffRows): Html {
  const when = run.finishedAt.slice(0, 16).replace('T', ' ')
  return element(
    'header',
    {},
    element(
      'div',
      { class: 'head' },
      element('p', { class: 'about' }, `${run.assignment} · `, say(words.graded(when, run.graderVersion))),
      renderLanguageButton(),
    ),
    element('h1', {}, say(words.submissions(rows.length))),
    element('p', { class: 'score' }, ...headline(rows)),
    element('p', { class: 'small' }, say(words.forStaff)),
    ...remarks(run).map((remark) => element('p', { class: 'small' }, remark)),
    renderContents(checks.length > 0 && rows.length > 0),
  )
}

/** Named in the language that it leads to. */
function renderLanguageButton(): Html {
  const [chinese, english] = words.otherLanguage
  return element(
    'button',
    { type: 'button', id: 'language' },
    element('span', { lang: 'en' }, element('span', { lang: 'zh' }, chinese)),
    element('span', { lang: 'zh-CN' }, element('span', { lang: 'en-GB' }, english)),
  )
}

function headline(rows: StaffRow[]): Html[] {
  const counts = (['graded', 'rejected', 'ungraded'] as const).flatMap((status) => {
    const count = rows.filter((row) => row.status === status).length
    return count === 0 ? [] : [say(words.countOfStatus[status](count))]
  })
  const median = medianOf(rows.flatMap(({ status, percent }) => (status === 'graded' ? (percent ?? []) : [])))
  const parts = [...counts, ...(median === undefined ? [] : [say(words.median(String(Math.round(median * 10) / 10)))])]
  return parts.map((part, index) => fragment(index === 0 ? '' : ' · ', part))
}

function remarks(run: RunRecord): Html[] {
  const named = nameStandIns(run)
  return [
    ...(run.interrupted ? [say(words.interrupted)] : []),
    ...(run.exercises === undefined ? [] : [say(words.onlyExercises(run.exercises.join(', ')))]),
    ...(named === '' ? [] : [say(words.standIns(named))]),
  ]
}

function renderContents(hasChecks: boolean): Html {
  const places = [
    ['failures', words.failures],
    ['scores', words.scores],
    ...(hasChecks
      ? ([
          ['checks', words.rates],
          ['heat-map', words.heatMap],
        ] as const)
      : []),
    ['students-head', words.table],
  ] as const
  return element(
    'nav',
    { 'aria-labelledby': 'contents' },
    element('span', { id: 'contents', class: 'unseen' }, say(words.contents)),
    ...places.map(([id, word]) => fragment(element('a', { href: `#${id}` }, say(word)), ' ')),
  )
}
