import pLimit from 'p-limit'
import { failedByTime, outcomesOf } from './failed-by-time.ts'
import type { Grade, RunRecord } from './model/grade.ts'
import type { RunOptions, SubmissionSource } from './model/progress.ts'
import { gradeWithRetries } from './retries.ts'
import type { Course } from './stages/specs/load-assignment.ts'
import { type OpenWorkbench, openWorkbench } from './workbench.ts'

/** After an interruption, how long submissions in flight may take to notice. */
const noticeMs = 800

/**
 * Grades many submissions; none of them can stop the others. Each grade is told by `progress.graded` as it is finished, and not
 * kept here. When `options.signal` aborts it resolves soon, with `interrupted`. Nothing of the run is left in the engine when it
 * resolves.
 */
export async function gradeBatch(sources: SubmissionSource[], course: Course, options: RunOptions): Promise<RunRecord> {
  await using opened = await openWorkbench(course, options, sources.length)
  await options.progress.began(opened.start, opened.end)
  await gradeAll(sources, opened, options)
  return opened.end()
}

interface Suspect {
  source: SubmissionSource
  /** Beside others. */
  outcomes: string
}

async function gradeAll(
  sources: SubmissionSource[],
  opened: OpenWorkbench,
  { jobs, progress, signal }: RunOptions,
): Promise<void> {
  let finished = 0
  const suspects: Suspect[] = []
  const settle = (grade: Grade) => {
    if (signal.aborted) return
    finished += 1
    progress.graded(grade, finished, sources.length)
  }
  const limit = pLimit(jobs)
  const all = sources.map((source) =>
    limit(async () => {
      if (signal.aborted) return
      const grade = await gradeWithRetries(source, opened)
      if (jobs > 1 && sources.length > 1 && failedByTime(grade)) suspects.push({ source, outcomes: outcomesOf(grade) })
      else settle(grade)
    }),
  )
  await Promise.race([Promise.all(all), noticed(signal)])
  for (const suspect of suspects) {
    if (signal.aborted) break
    progress.message(`${suspect.source.id} failed by time; it is tried once more with nothing beside it.`)
    const alone = await Promise.race([gradeWithRetries(suspect.source, opened), noticed(signal)])
    if (alone === undefined) break
    settle(recordRepetition(suspect, alone))
  }
}

/** Where it changes nothing, load played no part: the grade is what it would be with fewer jobs, or in a smaller batch. */
export function recordRepetition({ outcomes }: Pick<Suspect, 'outcomes'>, alone: Grade): Grade {
  if (outcomesOf(alone) === outcomes) return alone
  const message = 'It failed by time while others were graded beside it. This grade is of a second try, alone.'
  return { ...alone, flags: [...alone.flags, { code: 'repeated-alone', message }] }
}

function noticed(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const later = () => setTimeout(() => resolve(undefined), noticeMs).unref()
    if (signal.aborted) later()
    else signal.addEventListener('abort', later, { once: true })
  })
}
