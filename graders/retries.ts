import { gradeSubmission } from './grade.ts'
import type { Grade } from './model/grade.ts'
import { GraderError, type GraderErrorCode } from './model/grader-error.ts'
import { leaveUngraded } from './model/own-grades.ts'
import type { SubmissionSource } from './model/progress.ts'
import type { OpenWorkbench } from './workbench.ts'

/** Ours, and possibly over in a moment: worth one more try. */
const passing: ReadonlySet<GraderErrorCode> = new Set(['engine.failed', 'engine.timeout', 'internal'])
/** One that goes away whenever this submission is graded is not waited for again and again. */
const mostOutages = 3

/** After the engine was lost, how long a submission in flight may take to notice. */
const noticeMs = 60_000

/**
 * Grades one submission; what broke by our fault is tried once more. Where the engine went away meanwhile, nothing that was
 * seen counts, whoever seems to be to blame: it begins again when the engine answers, and that was no try.
 */
export async function gradeWithRetries(source: SubmissionSource, opened: OpenWorkbench): Promise<Grade> {
  let triesLeft = 1
  for (let outages = 0; ; ) {
    const gaveUp = opened.gaveUp()
    if (gaveUp !== undefined) return leaveUngraded(source, gaveUp)
    const { bench } = opened
    const grade = await untilStuck(gradeSubmission(source, bench), bench.engineWatch.lost)
    if (grade !== undefined && opened.signal.aborted) return grade
    if (grade === undefined || (await bench.engineWatch.isLost())) {
      outages += 1
      if (outages === mostOutages) return leaveUngraded(source, wentAway())
      await opened.renew(bench)
    } else if (triesLeft > 0 && grade.status === 'ungraded' && passing.has(grade.error.code)) {
      triesLeft -= 1
      bench.progress.message(`${source.id} could not be graded (${grade.error.message}); trying once more.`)
    } else return grade
  }
}

/** Undefined, some time after the engine was lost: a stream that hangs with it would hold up the run. */
async function untilStuck(work: Promise<Grade>, lost: AbortSignal): Promise<Grade | undefined> {
  const done = new AbortController()
  const given = new Promise<undefined>((resolve) => {
    const later = () => setTimeout(resolve, noticeMs, undefined).unref()
    lost.addEventListener('abort', later, { once: true, signal: done.signal })
  })
  try {
    return await Promise.race([work, given])
  } finally {
    done.abort()
  }
}

function wentAway(): GraderError {
  return new GraderError(
    'engine.unreachable',
    `The container engine went away ${mostOutages} times while this was graded.`,
    { remedy: 'Look at the log of the engine, whether this submission ends it, and grade it once more, alone.' },
  )
}
