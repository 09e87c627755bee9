import type { Reason } from './model/feedback.ts'
import { checksOf, type Grade } from './model/grade.ts'
import { notInTime } from './spec-kit/exchange-text.ts'

/**
 * What a loaded machine can cause: repeated alone before it counts. Beside the limits in seconds these are what was not there
 * *yet*: a port behind one that was opened first, a line of a log, a process that a script moves in its last line.
 */
const timing: ReadonlySet<Reason> = new Set([
  'build.timeout',
  'boot.never-listened',
  'boot.loopback-only',
  'boot.other-port',
  'boot.not-http',
  'boot.no-answer',
  'echo.unreliable',
  'log.silent',
  'log.to-file',
  'memory.too-slow',
  'cgroup-script.no-process',
  'script.timeout',
  'stop.not-in-time',
  'stop.request-cut',
  'stop.still-serves',
  'expectation.too-late',
])

/** Whether load may be to blame for points that were lost. */
export function failedByTime(grade: Grade): boolean {
  return checksOf(grade).some((check) => {
    if (check.outcome !== 'failed' && check.outcome !== 'partial') return false
    const isLate = check.evidence?.some(({ kind, text }) => kind === 'http' && text.includes(notInTime))
    return isLate || (check.reason !== undefined && timing.has(check.reason))
  })
}

/** What a grade says, however it came to it and however long that took: equal for two grades that say the same. */
export function outcomesOf(grade: Grade): string {
  return JSON.stringify([
    grade.status,
    checksOf(grade).map(({ id, outcome, points, reason }) => [id, outcome, points, reason]),
  ])
}
