import { GraderError, UsageError } from '../model/grader-error.ts'
import type { SecurityLevel } from '../model/security-level.ts'
import { findQueueAddress } from '../queue/queue-address.ts'
import { serveQueue } from '../queue/serve-queue.ts'
import { forTerminal, terminal } from '../reporters/escape.ts'
import { formatScore } from '../reporters/numbers.ts'
import { loadCourse } from '../stages/specs/load-assignment.ts'
import { exitCodes, type Io } from './io.ts'
import { requireSecurity } from './require-security.ts'

export interface WorkerOptions {
  queue: string | undefined
  assignment: string | undefined
  jobs: number
  mirror: string | undefined
  standIns: boolean
  requireSecurity: SecurityLevel | undefined
  once: boolean
  idleExitSeconds: number | undefined
  quiet: boolean
}

/** Takes submissions from the queue and grades them with the engine of this machine. */
export async function worker(options: WorkerOptions, io: Io): Promise<number> {
  const address = findQueueAddress(options.queue, process.env)
  if (address === undefined) {
    throw new UsageError('Expected the queue, as in `--queue redis://host:6379`, or its address in CGRADE_QUEUE.')
  }
  const course = await loadCourse(options.assignment)
  await requireSecurity(options.requireSecurity, course, io)
  const say = (text: string) => {
    if (!options.quiet) io.err(terminal`${forTerminal(text)}\n`)
  }
  const end = await serveQueue(course, {
    address,
    jobs: options.jobs,
    mirror: options.mirror,
    standIns: options.standIns,
    once: options.once,
    idleExitMs: options.idleExitSeconds === undefined ? undefined : options.idleExitSeconds * 1000,
    signal: io.signal,
    say,
    ready: ({ name, jobs, engine }) =>
      say(
        `Worker \`${name}\` takes submissions of \`${course.assignment.id}\` from ${address.shown}, ${jobs} at a time (${engine.name} ${engine.version}, cgroup v${engine.cgroup}).`,
      ),
    graded(grade) {
      if (options.quiet) return
      const score = grade.status === 'graded' ? terminal` ${formatScore(grade.score, grade.maxScore)}` : terminal``
      io.err(terminal`${forTerminal(grade.submission.id)}  ${forTerminal(grade.status)}${score}\n`)
    },
  })
  switch (end.why) {
    case 'once':
    case 'idle':
      return exitCodes.ok
    case 'interrupted':
      return exitCodes.interrupted
    case 'broke-off':
      throw new GraderError(end.error.code, `${end.error.message} What was being graded here went back to the queue.`, {
        cause: end.error,
        ...(end.error.remedy === undefined ? {} : { remedy: end.error.remedy }),
      })
  }
}
