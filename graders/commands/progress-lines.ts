import type { TerminalText } from '../model/encoded.ts'
import type { CheckRecord, Grade } from '../model/grade.ts'
import type { Progress, StageName } from '../model/progress.ts'
import { forTerminal, joinTerminal, terminal } from '../reporters/escape.ts'
import { countOf, formatDuration, formatScore } from '../reporters/numbers.ts'
import { checksOf, isUncounted, markOf, marks } from '../reporters/outcome-marks.ts'
import { makePaint, type Paint } from '../reporters/paint.ts'
import { cutToWidth } from '../reporters/text-layout.ts'
import type { Io } from './io.ts'

export interface ProgressLines extends Progress {
  /** Takes the status line away; nothing is written after it. */
  end(): void
}

interface UnderWay {
  stage: StageName
  detail: string | undefined
  sinceMs: number
}

const clearLine = terminal`\r\u001b[2K`
const tickMs = 1_000

/**
 * Lines on standard error while a run goes on: `submissions` has one as each submission ends, `checks` one per check. On a
 * terminal a status line stands below them and is rewritten in place.
 */
export function startProgress(
  io: Io,
  options: { total: number; quiet: boolean; each: 'submissions' | 'checks' },
): ProgressLines {
  const paint = makePaint(io.color && io.tty)
  const underWay = new Map<string, UnderWay>()
  let finished = 0
  let ended = options.quiet
  let said = false

  const line = (text: TerminalText) => {
    if (ended) return
    said = true
    io.err(io.tty ? terminal`${clearLine}${text}\n` : terminal`${text}\n`)
    rewriteStatus()
  }
  const rewriteStatus = () => {
    if (ended || !io.tty) return
    const status = statusLine([...underWay], finished, options.total)
    io.err(terminal`${clearLine}${paint('dim', cutToWidth(status, Math.max(10, io.columns - 1)))}`)
  }
  // A build says nothing for minutes: the seconds show that it is alive.
  const ticking = io.tty && !ended ? setInterval(rewriteStatus, tickMs).unref() : undefined

  return {
    began: async () => {},
    stage(submissionId, stage, detail) {
      // Scoring takes no time; what stays after it waits for its turn to be repeated alone.
      if (stage === 'score') underWay.delete(submissionId)
      else underWay.set(submissionId, { stage, detail, sinceMs: Date.now() })
      rewriteStatus()
    },
    check(_submissionId, check) {
      // Hidden checks are for staff; the student's own report leaves them out, too.
      // What does not count is told in the report, with its reason.
      if (options.each !== 'checks' || check.visibility === 'hidden' || isUncounted(check)) return
      line(checkLine(check, paint))
    },
    graded(grade, done, total) {
      underWay.delete(grade.submission.id)
      finished = done
      if (options.each === 'submissions') line(gradedLine(grade, done, total, paint))
    },
    message: (text) => line(forTerminal(text)),
    end() {
      clearInterval(ticking)
      // A blank line keeps the report that follows apart, where both are on one screen.
      if (!ended && io.tty) io.err(said ? terminal`${clearLine}\n` : clearLine)
      ended = true
    },
  }
}

function statusLine(underWay: [string, UnderWay][], finished: number, total: number): TerminalText {
  const now = Date.now()
  const parts = underWay.map(([id, { stage, detail, sinceMs }]) => {
    const seconds = Math.floor((now - sinceMs) / 1000)
    const what = [stage, detail, seconds > 0 ? `${seconds} s` : undefined].filter((part) => part !== undefined)
    return terminal`${forTerminal(id)}: ${forTerminal(what.join(' '))}`
  })
  return joinTerminal([...(total > 1 ? [terminal`${finished}/${total} graded`] : []), ...parts], terminal` · `)
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
