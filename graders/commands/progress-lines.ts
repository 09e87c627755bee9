import type { TerminalText } from '../model/encoded.ts'
import { type CheckRecord, checksOf, type Grade } from '../model/grade.ts'
import type { Progress } from '../model/progress.ts'
import { forTerminal, joinTerminal, terminal } from '../reporters/escape.ts'
import { countOf, formatDuration, formatScore } from '../reporters/numbers.ts'
import { isUncounted, markOf, marks } from '../reporters/outcome-marks.ts'
import { makePaint, type Paint } from '../reporters/paint.ts'
import { cutToWidth } from '../reporters/text-layout.ts'
import type { Io } from './io.ts'
import { renderBoard, summariseState } from './live-board.ts'
import { createRunState, noteGraded, noteStage, type UnderWay } from './run-state.ts'

export interface ProgressLines extends Progress {
  /** Takes the board away; nothing is written after it. */
  end(): void
}

/** A frame is written where something in it has changed: often enough to be alive, and no more than an eye can follow. */
const frameMs = 250
const beatMs = 1_000
/** Where nothing can be rewritten, a log that says nothing for longer looks dead. */
const heartbeatMs = 30_000

/**
 * What is told on standard error while a run goes on: `submissions` has a line as each submission ends, `checks` one per check. On a
 * terminal a board (one status line for `checks`) stands below them; elsewhere a line now and then says how far the run is.
 */
export function startProgress(
  io: Io,
  options: { total: number; quiet: boolean; each: 'submissions' | 'checks' },
): ProgressLines {
  const paint = makePaint(io.color && io.tty)
  const state = createRunState(options.total)
  let ended = options.quiet
  let said = false
  let saidAtMs = Date.now()

  const line = (text: TerminalText) => {
    if (ended) return
    said = true
    saidAtMs = Date.now()
    io.err(terminal`${text}\n`)
  }
  const draw = () => {
    const { columns, rows } = io
    if (options.each === 'submissions') io.live(renderBoard(state, Date.now(), { columns, rows, paint }))
    else io.live([paint('dim', cutToWidth(statusLine([...state.underWay]), Math.max(10, columns - 1)))])
  }
  const beat = () => {
    if (Date.now() - saidAtMs >= heartbeatMs) line(summariseState(state, Date.now()))
  }
  const isTold = !ended && (io.tty || options.each === 'submissions')
  const ticking = isTold ? setInterval(io.tty ? draw : beat, io.tty ? frameMs : beatMs).unref() : undefined

  return {
    began: async () => {},
    stage(submissionId, stage, detail, worker) {
      noteStage(state, submissionId, { stage, detail, worker }, Date.now())
    },
    check(_submissionId, check) {
      // Hidden checks are for staff; the student's own report leaves them out, too.
      // What does not count is told in the report, with its reason.
      if (options.each !== 'checks' || check.visibility === 'hidden' || isUncounted(check)) return
      line(checkLine(check, paint))
    },
    graded(grade, done, total) {
      noteGraded(state, grade, done, Date.now())
      if (options.each === 'submissions') line(gradedLine(grade, done, total, paint))
    },
    message: (text) => line(forTerminal(text)),
    end() {
      clearInterval(ticking)
      if (!ended) io.live([])
      // A blank line keeps the report that follows apart, where both are on one screen.
      if (!ended && io.tty && said) io.err(terminal`\n`)
      ended = true
    },
  }
}

/** What a student reads who waits. */
function statusLine(underWay: [string, UnderWay][]): TerminalText {
  const now = Date.now()
  const parts = underWay.map(([id, { stage, detail, sinceMs }]) => {
    const seconds = Math.floor((now - sinceMs) / 1000)
    const what = [stage, detail, seconds > 0 ? `${seconds} s` : undefined].filter((part) => part !== undefined)
    return terminal`${forTerminal(id)}: ${forTerminal(what.join(' '))}`
  })
  return joinTerminal(parts, terminal` · `)
}

function checkLine(check: CheckRecord, paint: Paint): TerminalText {
  const mark = markOf(check)
  const points = formatScore(check.points, check.maxPoints)
  const took = check.durationMs >= 100 ? terminal`  ${formatDuration(check.durationMs)}` : terminal``
  const title = forTerminal(check.title)
  return terminal`${paint(mark.colour, mark.glyph)} ${forTerminal(check.id)}  ${points}  ${title}${paint('dim', took)}`
}

/** `[3/9] li-wei  graded 46/58 (1 failed, 1 partial)` */
function gradedLine(grade: Grade, done: number, total: number, paint: Paint): TerminalText {
  const start = terminal`[${done}/${total}] ${forTerminal(grade.submission.id)}  `
  switch (grade.status) {
    case 'graded':
      return terminal`${start}graded ${formatScore(grade.score, grade.maxScore)}${lossesOf(grade, paint)}`
    case 'rejected':
      return terminal`${start}${paint('red', terminal`rejected`)}: ${forTerminal(grade.rejection.message)}`
    case 'ungraded':
      return terminal`${start}${paint('magenta', terminal`ungraded`)}: ${forTerminal(grade.error.message)}`
  }
}

function lossesOf(grade: Grade, paint: Paint): TerminalText {
  const counted = (['failed', 'partial'] as const).flatMap((outcome) => {
    const count = checksOf(grade).filter((check) => check.outcome === outcome).length
    return count === 0 ? [] : [paint(marks[outcome].colour, terminal`${count} ${forTerminal(outcome)}`)]
  })
  const skipped = checksOf(grade).filter((check) => check.outcome === 'skipped' && !isUncounted(check)).length
  if (skipped > 0) counted.push(terminal`${countOf(skipped, 'check')} skipped`)
  return counted.length === 0 ? terminal`` : terminal` (${joinTerminal(counted, terminal`, `)})`
}
