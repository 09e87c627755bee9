import type { TerminalText } from '../model/encoded.ts'
import type { StageName } from '../model/progress.ts'
import { forTerminal, joinTerminal, terminal } from '../reporters/escape.ts'
import { countOf } from '../reporters/numbers.ts'
import type { Colour, Paint } from '../reporters/paint.ts'
import { cutToWidth, padEnd, padStart, widthOf } from '../reporters/text-layout.ts'
import { paceOf, type RunState, type UnderWay, waitingAlone } from './run-state.ts'
import { estimateTimeLeft, sayTimeLeft } from './time-left.ts'

/** Those in which a submission stays for a while. */
const stages = ['intake', 'build', 'boot', 'specs'] as const satisfies readonly StageName[]
const statusColours = { graded: 'green', rejected: 'red', ungraded: 'magenta' } as const satisfies Record<
  string,
  Colour
>
const widestBar = 40
/** Some terminals draw `…` two columns wide. */
const margin = 2
/** Beside the board there is room for what scrolls by. */
const shareOfRows = 0.5
const widestWorker = 24

/** A few lines about a run that goes on: all of it, then each stage, then each machine. At most half of the terminal. */
export function renderBoard(
  state: RunState,
  nowMs: number,
  view: { columns: number; rows: number; paint: Paint },
): TerminalText[] {
  const columns = Math.max(10, view.columns - margin)
  const mostLines = Math.max(2, Math.floor(view.rows * shareOfRows))
  const alone = waitingAlone(state, nowMs)
  const lines = [
    renderTotal(state, nowMs, columns, view.paint),
    renderCounts(state, columns, view.paint),
    ...stages.map((stage) => renderStage(stage, state, nowMs, columns, view.paint)),
    ...(alone.length === 0
      ? []
      : [cutToWidth(terminal`  alone  ${count(alone.length)}  to be repeated with nothing beside them`, columns)]),
  ].slice(0, mostLines)
  return [...lines, ...renderWorkers(state, columns, mostLines - lines.length)]
}

/** The same in one line, where nothing can be rewritten. */
export function summariseState(state: RunState, nowMs: number): TerminalText {
  const busy = stages.flatMap((stage) => {
    const within = inStage(stage, state)
    return within.length === 0 ? [] : [terminal`${forTerminal(stage)} ${within.length} (${sayLongest(within, nowMs)})`]
  })
  const alone = waitingAlone(state, nowMs).length
  if (alone > 0) busy.push(terminal`${alone} to be repeated alone`)
  const start = joinTerminal(
    [terminal`${state.finished}/${state.total} done`, ...tellTimeLeft(state, nowMs)],
    terminal`, `,
  )
  return busy.length === 0 ? start : terminal`${start}; ${joinTerminal(busy, terminal`, `)}`
}

/** `[#######.............] 123/300, 12 to 15 min left`; of plain characters, which are as wide on every terminal. */
function renderTotal(state: RunState, nowMs: number, columns: number, paint: Paint): TerminalText {
  const { finished, total } = state
  const width = Math.min(widestBar, Math.floor(columns / 3))
  const filled = total === 0 ? 0 : Math.floor((finished / total) * width)
  const [full, empty] = [forTerminal('#'.repeat(filled)), forTerminal('.'.repeat(width - filled))]
  const told = joinTerminal([terminal`${finished}/${total}`, ...tellTimeLeft(state, nowMs)], terminal`, `)
  return paintOrCut(
    terminal`[${full}${empty}] ${told}`,
    terminal`[${paint('green', full)}${empty}] ${paint('bold', told)}`,
    columns,
  )
}

function tellTimeLeft(state: RunState, nowMs: number): TerminalText[] {
  const left = estimateTimeLeft(paceOf(state, nowMs))
  return left === undefined ? [] : [forTerminal(sayTimeLeft(left))]
}

function renderCounts({ counts, repeated }: RunState, columns: number, paint: Paint): TerminalText {
  const statuses = (['graded', 'rejected', 'ungraded'] as const).filter(
    (status) => status === 'graded' || counts[status] > 0,
  )
  const parts = statuses.map((status) => ({
    text: forTerminal(`${counts[status]} ${status}`),
    colour: statusColours[status],
  }))
  const again = repeated.size === 0 ? [] : [terminal`${repeated.size} repeated`]
  const plain = joinTerminal([...parts.map(({ text }) => text), ...again], terminal`, `)
  const painted = joinTerminal([...parts.map(({ text, colour }) => paint(colour, text)), ...again], terminal`, `)
  return paintOrCut(plain, painted, columns)
}

function renderStage(stage: StageName, state: RunState, nowMs: number, columns: number, paint: Paint): TerminalText {
  const within = inStage(stage, state)
  const start = terminal`  ${padEnd(forTerminal(stage), 6)} ${count(within.length)}`
  if (within.length === 0) return paint('dim', cutToWidth(start, columns))
  return cutToWidth(terminal`${start}  ${sayLongest(within, nowMs)}`, columns)
}

/** A line for each machine, those with most under way first. */
function renderWorkers({ workers, underWay }: RunState, columns: number, mostLines: number): TerminalText[] {
  if (workers.size === 0 || mostLines < 1) return []
  const all = [...workers].map(([name, done]) => ({
    name: cutToWidth(forTerminal(name), widestWorker),
    done,
    busy: [...underWay.values()].filter(({ worker }) => worker === name).length,
  }))
  all.sort((a, b) => b.busy - a.busy || b.done - a.done)
  const shown = all.length <= mostLines ? all : all.slice(0, mostLines - 1)
  const width = Math.max(...shown.map(({ name }) => widthOf(name)), 0)
  const lines = shown.map(
    ({ name, busy, done }) => terminal`  ${padEnd(name, width)} ${count(busy)}  under way, ${done} done`,
  )
  const more = all.length - shown.length
  if (more > 0) lines.push(terminal`  and ${countOf(more, shown.length === 0 ? 'worker' : 'more worker')}`)
  return lines.map((line) => cutToWidth(line, columns))
}

type Entry = [id: string, underWay: UnderWay]

function inStage(stage: StageName, { underWay }: RunState): Entry[] {
  return [...underWay].filter(([, one]) => one.stage === stage)
}

function sayLongest(within: Entry[], nowMs: number): TerminalText {
  const [id, { detail, sinceMs }] = within.reduce((longest, one) =>
    one[1].sinceMs < longest[1].sinceMs ? one : longest,
  )
  const what = detail === undefined ? '' : ` ${detail}`
  return terminal`longest ${saySeconds(nowMs - sinceMs)}: ${forTerminal(id + what)}`
}

function saySeconds(durationMs: number): TerminalText {
  const seconds = Math.max(0, Math.floor(durationMs / 1000))
  return seconds < 60 ? terminal`${seconds} s` : terminal`${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

function count(value: number): TerminalText {
  return padStart(terminal`${value}`, 4)
}

/** Colours are no columns: what must be cut loses them. */
function paintOrCut(plain: TerminalText, painted: TerminalText, columns: number): TerminalText {
  return widthOf(plain) <= columns ? painted : cutToWidth(plain, columns)
}
