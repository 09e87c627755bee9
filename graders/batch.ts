import pLimit from 'p-limit'
import { gradeSubmission } from './grade.ts'
import type { Grade, RunRecord } from './model/grade.ts'
import type { GraderErrorCode } from './model/grader-error.ts'
import type { RunOptions, SubmissionSource } from './model/progress.ts'
import { notInTime } from './spec-kit/exchange-text.ts'
import type { Course } from './stages/specs/load-assignment.ts'
import { openWorkbench, type Workbench } from './workbench.ts'

/** Ours, and possibly over in a moment: worth one more try. */
const passing: ReadonlySet<GraderErrorCode> = new Set(['engine.failed', 'engine.timeout', 'internal'])
/** What a loaded machine can cause: repeated alone before it counts. */
const timing = new Set(['build.timeout', 'boot.never-listened', 'boot.no-answer', 'memory.too-slow', 'script.timeout'])
/** After an interruption, how long submissions in flight may take to notice. */
const noticeMs = 800

/**
 * Grades many submissions; none of them can stop the others. Each grade is told by `progress.graded` as it is finished, and not
 * kept here. When `options.signal` aborts it resolves soon, with `interrupted`. Nothing of the run is left in the engine when it
 * resolves.
 */
export async function gradeBatch(sources: SubmissionSource[], course: Course, options: RunOptions): Promise<RunRecord> {
  await using opened = await openWorkbench(course, options, sources.length)
  await options.progress.began(opened.start)
  await gradeAll(sources, opened.bench, options.jobs)
  return opened.end()
}

async function gradeAll(sources: SubmissionSource[], bench: Workbench, jobs: number): Promise<void> {
  let finished = 0
  const suspects: SubmissionSource[] = []
  const settle = (grade: Grade) => {
    if (bench.signal.aborted) return
    finished += 1
    bench.progress.graded(grade, finished, sources.length)
  }
  const limit = pLimit(jobs)
  const all = sources.map((source) =>
    limit(async () => {
      if (bench.signal.aborted) return
      const grade = await withOneRetry(source, bench)
      if (jobs > 1 && sources.length > 1 && failedByTime(grade)) suspects.push(source)
      else settle(grade)
    }),
  )
  await Promise.race([Promise.all(all), noticed(bench.signal)])
  for (const source of suspects) {
    if (bench.signal.aborted) break
    bench.progress.message(`${source.id} failed by time; it is tried once more with nothing beside it.`)
    const grade = await Promise.race([withOneRetry(source, bench), noticed(bench.signal)])
    if (grade === undefined) break
    settle({
      ...grade,
      flags: [...grade.flags, { code: 'repeated-alone', message: 'A time-out under load was repeated alone.' }],
    })
  }
}

async function withOneRetry(source: SubmissionSource, bench: Workbench): Promise<Grade> {
  const grade = await gradeSubmission(source, bench)
  if (grade.status !== 'ungraded' || !passing.has(grade.error.code) || bench.signal.aborted) return grade
  bench.progress.message(`${source.id} could not be graded (${grade.error.message}); trying once more.`)
  return gradeSubmission(source, bench)
}

function failedByTime(grade: Grade): boolean {
  return grade.exercises.some(({ checks }) =>
    checks.some((check) => {
      if (check.outcome !== 'failed' && check.outcome !== 'partial') return false
      const isLate = check.evidence?.some(({ kind, text }) => kind === 'http' && text.includes(notInTime))
      return isLate || (check.reason !== undefined && timing.has(check.reason))
    }),
  )
}

function noticed(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const later = () => setTimeout(() => resolve(undefined), noticeMs).unref()
    if (signal.aborted) later()
    else signal.addEventListener('abort', later, { once: true })
  })
}
