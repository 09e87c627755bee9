import type { TerminalText } from '../model/encoded.ts'
import type { Grade } from '../model/grade.ts'
import { forTerminal, joinTerminal, terminal } from './escape.ts'
import { type FailureGroup, groupFailures } from './failure-groups.ts'
import { countOf, formatDuration } from './numbers.ts'
import { type Colour, makePaint, type Paint } from './paint.ts'
import { measurePhases, type PhaseTimes } from './slowest-phases.ts'
import { boundedLine, cutToWidth, padEnd, padStart, widthOf } from './text-layout.ts'

const mostGroups = 8
const minColumns = 60
const outcomeColours = { failed: 'red', partial: 'yellow', rejected: 'red' } as const satisfies Record<
  FailureGroup['outcome'],
  Colour
>

/** What many submissions have in common, and where the time went: paragraphs that follow the table, each line within `columns`. */
export function renderFindings(grades: Iterable<Grade>, view: { columns: number; color: boolean }): TerminalText[][] {
  const columns = Math.max(minColumns, view.columns)
  const paint = makePaint(view.color)
  return [
    renderGroups(groupFailures(grades), columns, paint),
    renderPhases(measurePhases(grades), columns, paint),
  ].filter((paragraph) => paragraph.length > 0)
}

/** `31 students: httpserver.log-client-ip: The log is on standard error.` Who fails alone stands in the table. */
function renderGroups(groups: FailureGroup[], columns: number, paint: Paint): TerminalText[] {
  const shared = groups.filter(({ submissionIds }) => submissionIds.length > 1)
  if (shared.length === 0) return []
  const shown = shared.slice(0, mostGroups)
  const digits = String(shown[0]?.submissionIds.length ?? 0).length
  const lines = shown.map(({ id, outcome, message, submissionIds }) => {
    const count = padStart(countOf(submissionIds.length, 'student'), digits + ' students'.length)
    const start = terminal`  ${count}: `
    const name = cutToWidth(forTerminal(`\`${id}\``), columns / 2)
    const sentence = cutToWidth(boundedLine(message), columns - widthOf(start) - widthOf(name) - 2)
    return terminal`${start}${paint(outcomeColours[outcome], name)}: ${sentence}`
  })
  const [more, alone] = [shared.length - shown.length, groups.length - shared.length]
  const rest = [
    ...(more > 0 ? [countOf(more, 'more group')] : []),
    ...(alone > 0 ? [terminal`${countOf(alone, 'failure')} that nobody else has`] : []),
  ]
  return [
    paint('bold', terminal`Failed alike`),
    ...lines,
    ...(rest.length === 0 ? [] : [paint('dim', terminal`  and ${joinTerminal(rest, terminal`, `)}`)]),
  ]
}

/** `build  p50 3.2 s, p95 48.0 s, max 2 min 3 s: wang (httpserver)`, who took longest. */
function renderPhases(times: PhaseTimes[], columns: number, paint: Paint): TerminalText[] {
  if (times.length === 0) return []
  const lines = times.map(({ phase, p50Ms, p95Ms, maxMs, slowest }) => {
    const spread = terminal`p50 ${formatDuration(p50Ms)}, p95 ${formatDuration(p95Ms)}, max ${formatDuration(maxMs)}`
    const who = forTerminal(`${slowest.submissionId} (${slowest.exerciseId})`)
    const line = terminal`  ${padEnd(forTerminal(phase), 5)}  ${spread}: ${who}`
    return cutToWidth(line, columns)
  })
  return [paint('bold', terminal`Where the time went`), ...lines]
}
