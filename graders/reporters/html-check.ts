import type { Evidence } from '../model/feedback.ts'
import type { CheckRecord } from '../model/grade.ts'
import { fileNameOf } from '../model/identity.ts'
import { ownWords, voices } from './evidence-voices.ts'
import { element, fragment, type Html, prose } from './html.ts'
import { renderMemoryPlot } from './html-memory-plot.ts'
import { sayMemory } from './memory-line.ts'
import { formatScore } from './numbers.ts'
import { isUncounted, markOf, needsExplanation } from './outcome-marks.ts'
import { whyNotJudged } from './student-view.ts'

/** A name in the page to which a link may lead. */
export function anchorOf(check: CheckRecord): string {
  return `check-${fileNameOf(check.id)}`
}

/** One check: what was lost is explained in full, what was not has its evidence folded away. */
export function renderCheck(check: CheckRecord): Html {
  const { glyph, label } = markOf(check)
  const told = check.outcome === 'skipped' ? whyNotJudged(check) : check.message
  const explained = needsExplanation(check)
  const evidence = (check.evidence ?? []).map(renderEvidence)
  const drawn = (check.evidence ?? []).map(({ memory }) => memory !== undefined)
  return element(
    'li',
    { class: `check ${check.outcome}`, id: anchorOf(check) },
    element(
      'div',
      { class: 'head' },
      element('h3', {}, element('span', { class: 'mark', 'aria-hidden': 'true' }, glyph), prose(check.title)),
      element('span', { class: 'points' }, formatScore(isUncounted(check) ? undefined : check.points, check.maxPoints)),
    ),
    element(
      'div',
      { class: 'body' },
      element('p', { class: 'small' }, element('span', { class: 'word' }, label), ' · ', element('code', {}, check.id)),
      check.outcome === 'errored'
        ? element('p', {}, 'cgrade could not judge this check. That is not your fault.')
        : undefined,
      element('p', { class: 'told' }, prose(told)),
      explained ? renderFacts(check) : undefined,
      check.hint === undefined
        ? undefined
        : element(
            'p',
            { class: 'todo' },
            element('strong', {}, explained ? 'What to do: ' : 'Hint: '),
            prose(check.hint),
          ),
      ...(explained ? evidence : evidence.filter((_, index) => drawn[index])),
      explained ? renderReproduce(check) : undefined,
      explained ? undefined : foldAway(evidence.filter((_, index) => !drawn[index])),
    ),
  )
}

function renderFacts(check: CheckRecord): Html | undefined {
  const { location } = check
  const where = location && (location.line === undefined ? location.file : `${location.file}:${location.line}`)
  const facts = [
    ['expected', check.expected],
    ['actual', check.actual],
    ['where', where],
  ].filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '')
  if (facts.length === 0) return undefined
  return element(
    'dl',
    { class: 'facts' },
    ...facts.map(([name, value]) => fragment(element('dt', {}, name), element('dd', {}, element('pre', {}, value)))),
  )
}

function renderEvidence({ kind, text, memory }: Evidence): Html {
  const plot = memory === undefined ? undefined : renderMemoryPlot(memory)
  if (memory !== undefined && plot !== undefined) {
    return element('figure', {}, element('figcaption', {}, `${voices[kind]}: ${sayMemory(memory)}`), plot)
  }
  const own = ownWords.has(kind)
  return element(
    'figure',
    own ? { class: 'own' } : {},
    element('figcaption', {}, voices[kind]),
    element('pre', { dir: 'auto' }, text),
  )
}

function renderReproduce({ reproduce }: CheckRecord): Html | undefined {
  if (reproduce === undefined) return undefined
  return element('figure', {}, element('figcaption', {}, 'see it yourself'), element('pre', {}, reproduce))
}

function foldAway(evidence: Html[]): Html | undefined {
  if (evidence.length === 0) return undefined
  return element('details', {}, element('summary', {}, 'what was seen'), ...evidence)
}
