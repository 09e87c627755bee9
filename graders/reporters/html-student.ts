import type { HtmlText } from '../model/encoded.ts'
import type { CheckRecord, ExerciseRecord, Grade, GradesFile } from '../model/grade.ts'
import { element, fragment, type Html, prose } from './html.ts'
import { anchorOf, renderCheck } from './html-check.ts'
import { renderPage } from './html-page.ts'
import { countOf, formatDuration, formatScore } from './numbers.ts'
import { isUncounted, markOf, marks, needsExplanation } from './outcome-marks.ts'
import { type ToldScore, tellFound, tellScore, tellStatus, whyNotJudged, withoutHidden } from './student-view.ts'

/** What a student reads in a browser: the score, what to do, and every check with what was seen. */
export function renderStudentPage(grade: Grade, { run }: Pick<GradesFile, 'run'>): HtmlText {
  const exercises = grade.exercises.map(withoutHidden)
  const checks = exercises.flatMap((exercise) => exercise.checks)
  const told = tellScore(grade)
  const when = run.finishedAt.slice(0, 16).replace('T', ' ')
  return renderPage(
    `${grade.submission.id} · ${run.assignment}`,
    element(
      'header',
      {},
      element('p', { class: 'about' }, `${run.assignment} · graded ${when} UTC by cgrade ${run.graderVersion}`),
      element('h1', {}, grade.submission.id),
      element('p', { class: 'score' }, told.score),
      told.late === undefined ? undefined : element('p', {}, told.late),
      told.rest === undefined ? undefined : element('p', {}, told.rest),
      renderBar(told),
    ),
    renderStatus(grade),
    renderToDo(checks.filter(needsExplanation)),
    ...exercises.map(renderExercise),
  )
}

function renderBar({ points }: ToldScore): Html | undefined {
  if (points === undefined || points.of <= 0) return undefined
  const got = Math.round(Math.min(1, points.got / points.of) * 1000) / 10
  return element(
    'svg',
    { class: 'bar', viewBox: '0 0 100 1', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    element('rect', { class: 'all', width: 100, height: 1 }),
    element('rect', { class: 'got', width: got, height: 1 }),
  )
}

function renderStatus(grade: Grade): Html {
  if (grade.status === 'graded') return fragment()
  const { mark, title, code, message, advice } = tellStatus(grade)
  return element(
    'div',
    { class: `notice ${mark === marks.failed ? 'failed' : 'errored'}` },
    element('h2', {}, element('span', { class: 'mark', 'aria-hidden': 'true' }, mark.glyph), title),
    element('p', {}, prose(message), ' ', element('code', {}, code)),
    advice === undefined ? undefined : element('p', { class: 'todo' }, element('strong', {}, 'To do: '), prose(advice)),
  )
}

function renderToDo(lost: CheckRecord[]): Html {
  if (lost.length === 0) return fragment()
  return element(
    'section',
    {},
    element('h2', {}, `${countOf(lost.length, 'check')} to look at`),
    element(
      'ul',
      { class: 'list' },
      ...lost.map((check) =>
        element(
          'li',
          { class: `head ${check.outcome}` },
          element(
            'span',
            {},
            element('span', { class: 'mark', 'aria-hidden': 'true' }, markOf(check).glyph),
            element('a', { href: `#${anchorOf(check)}` }, prose(check.title)),
          ),
          element('span', { class: 'points' }, formatScore(check.points, check.maxPoints)),
        ),
      ),
    ),
  )
}

function renderExercise(exercise: ExerciseRecord): Html {
  const { title, checks } = exercise
  const head = element('h2', {}, prose(title))
  if (checks.length > 0 && checks.every(isUncounted)) {
    const reasons = [...new Set(checks.map(whyNotJudged))]
    return element('section', {}, head, ...reasons.map((reason) => element('p', { class: 'small' }, prose(reason))))
  }
  const counted = checks.filter((check) => !isUncounted(check))
  const sum = (pick: (check: CheckRecord) => number) => counted.reduce((total, check) => total + pick(check), 0)
  const points = formatScore(
    sum((check) => check.points ?? 0),
    sum((check) => check.maxPoints),
  )
  return element(
    'section',
    {},
    element('div', { class: 'head' }, head, element('span', { class: 'points' }, points)),
    renderFound(exercise),
    element('ul', { class: 'list' }, ...checks.map(renderCheck)),
  )
}

function renderFound({ found, phases }: ExerciseRecord): Html | undefined {
  const took = phases.map(({ name, outcome, durationMs }) => {
    return `${name}${outcome === 'passed' ? '' : ` ${marks[outcome].glyph}`} ${formatDuration(durationMs)}`
  })
  const facts = [...tellFound(found), ...(took.length === 0 ? [] : [['took', took.join(', ')] as const])]
  if (facts.length === 0) return undefined
  return element(
    'dl',
    { class: 'found' },
    ...facts.map(([name, fact]) => fragment(element('dt', {}, name), element('dd', {}, prose(fact)))),
  )
}
