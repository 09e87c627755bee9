import { graderVersion } from '../grader-version.ts'
import type { Grade, RunRecord } from '../model/grade.ts'
import { newRunId } from '../model/identity.ts'
import type { RunStart, SubmissionSource } from '../model/progress.ts'
import type { RunRequest } from '../model/run-request.ts'
import type { Course } from '../stages/specs/load-assignment.ts'
import type { Io } from './io.ts'
import { keepProgress } from './keep-progress.ts'
import type { OldRun } from './open-old-run.ts'
import type { RegradePlan } from './plan-regrade.ts'
import { startProgress } from './progress-lines.ts'
import { keepAll, type RunOnDisk } from './run-on-disk.ts'

export interface Regrading {
  old: OldRun
  plan: RegradePlan
  course: Course
  request: RunRequest
  run: RunOnDisk
  options: { jobs: number; quiet: boolean }
  io: Io
}

/** Into the new run. The kept grades come first: whenever this breaks off, the run has them. */
export async function gradeChanged(again: SubmissionSource[], regrading: Regrading): Promise<RunRecord> {
  const { old, plan, course, request, run, options, io } = regrading
  const kept = keptIn(plan)
  const begin = async (start: RunStart, soFar?: () => RunRecord) => {
    const header = { ...start, ...shardOf(old), baseImages: basesOf(kept, old), request, basis: plan.basis }
    await run.begin(header, soFar)
    await keepAll(run, kept)
  }
  if (again.length === 0) {
    const start = await startWithoutEngine(regrading)
    await begin(start)
    return { ...start, finishedAt: new Date().toISOString() }
  }
  // Vitest and all that boots containers: who only counts points anew does not wait for it.
  const { gradeBatch } = await import('../batch.ts')
  const lines = startProgress(io, { total: again.length, quiet: options.quiet, each: 'submissions' })
  try {
    const record = await gradeBatch(again, course, {
      jobs: options.jobs,
      mirror: request.mirror,
      standIns: request.standIns,
      // Equal submissions get the values of before, so that a moved grade is not chance.
      seed: old.file.run.seed,
      kernel: request.kernel,
      exercises: request.exercises,
      signal: AbortSignal.any([io.signal, run.broken]),
      progress: { ...keepProgress(lines, run), began: begin },
    })
    return { ...record, ...shardOf(old) }
  } finally {
    lines.end()
  }
}

async function startWithoutEngine({ old, plan, course, request }: Regrading): Promise<RunStart> {
  const startedAt = new Date().toISOString()
  return {
    id: newRunId(new Date(startedAt)),
    assignment: course.assignment.id,
    startedAt,
    graderVersion: await graderVersion(),
    specsDigest: course.specsDigest,
    seed: old.file.run.seed,
    engine: plan.engine,
    baseImages: [],
    ...(request.exercises === undefined ? {} : { exercises: request.exercises }),
    ...shardOf(old),
  }
}

/** Grades of the old run, with the points of now. */
export function keptIn(plan: RegradePlan): Grade[] {
  return plan.choices.flatMap(({ choice }) => (choice.fate === 'keep' ? choice.grade : []))
}

/** Of those that the kept grades were graded on; where a grade does not say, all of them. */
function basesOf(kept: Grade[], { file }: OldRun): RunRecord['baseImages'] {
  if (kept.some(({ status, baseImages }) => status === 'graded' && baseImages === undefined)) return file.run.baseImages
  const used = new Set(kept.flatMap(({ baseImages = [] }) => baseImages.map(keyOf)))
  return file.run.baseImages.filter((image) => used.has(keyOf(image)))
}

function keyOf({ name, digest }: { name: string; digest: string }): string {
  return `${name} ${digest}`
}

function shardOf({ file }: OldRun): { shard?: string } {
  return file.run.shard === undefined ? {} : { shard: file.run.shard }
}
