import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { gradeSubmission, type Workbench } from './grade.ts'
import type { Grade, GradesFile, RunRecord } from './model/grade.ts'
import type { GraderErrorCode } from './model/grader-error.ts'
import { newRunId } from './model/identity.ts'
import type { RunOptions, RunStart, SubmissionSource } from './model/progress.ts'
import { createAdmission, measureCapacity, planSlots } from './sandbox/admission.ts'
import { createBaseImages } from './sandbox/bases/base-images.ts'
import { connectEngine, ownerLabel, ownerOfThisProcess, runLabel } from './sandbox/engine.ts'
import type { ObserverChoice } from './sandbox/observer/observer.ts'
import { openObserver } from './sandbox/observer/open-observer.ts'
import { reapAbandoned, reapRun, workFolderPrefix } from './sandbox/reaper.ts'
import { notInTime } from './spec-kit/exchange-text.ts'
import type { Course } from './stages/specs/load-assignment.ts'
import { createSpecRunner } from './stages/specs/run-specs.ts'

/** Ours, and possibly over in a moment: worth one more try. */
const passing: ReadonlySet<GraderErrorCode> = new Set(['engine.failed', 'engine.timeout', 'internal'])
/** What a loaded machine can cause: repeated alone before it counts. */
const timing = new Set(['build.timeout', 'boot.never-listened', 'boot.no-answer', 'memory.too-slow', 'script.timeout'])
/** After an interruption, how long submissions in flight may take to notice. */
const noticeMs = 800

/**
 * Grades many submissions; none of them can stop the others. When `options.signal` aborts it resolves soon, with the grades
 * that were finished and `run.interrupted`. Nothing of the run is left in the engine when it resolves.
 */
export async function gradeBatch(
  sources: SubmissionSource[],
  course: Course,
  options: RunOptions,
): Promise<GradesFile> {
  const startedAt = new Date()
  const { progress, signal } = options
  const engine = await connectEngine()
  await reapAbandoned(engine)
  const id = newRunId(startedAt)
  const owner = await ownerOfThisProcess()
  const labels = { [runLabel]: id, [ownerLabel]: owner }
  const workFolder = await mkdtemp(join(tmpdir(), workFolderPrefix))
  await writeFile(join(workFolder, 'owner'), owner)
  const bases = createBaseImages(engine, {
    standIns: options.standIns,
    say: (message) => progress.message(message),
    runLabels: labels,
    ...(options.mirror === undefined ? {} : { mirror: options.mirror }),
  })
  const seed = options.seed ?? randomBytes(12).toString('hex')
  const specs = createSpecRunner(course, {
    workers: options.jobs,
    expected: sources.length * (options.exercises ?? course.assignment.exercises).length,
  })
  const { kernel } = options
  const observation = openOnce(() => openObserver({ engine, bases, labels, signal }))
  const observer = observation.get
  const { build, boot } = course.assignment.limits
  // The first container of a submission, and one that a spec asks for beside it.
  const demand = { buildBytes: build.memoryBytes, bootBytes: 2 * boot.memoryBytes, jobs: options.jobs }
  const bench: Workbench = {
    engine,
    bases,
    course,
    specs,
    admission: createAdmission(planSlots(await measureCapacity(engine), demand), signal),
    seed,
    labels,
    workFolder,
    progress,
    signal,
    kernel,
    exercises: options.exercises,
    observer,
  }
  const stopContainers = () => void reapRun(engine, id).catch(() => {})
  signal.addEventListener('abort', stopContainers, { once: true })
  try {
    const start: RunStart = {
      id,
      assignment: course.assignment.id,
      startedAt: startedAt.toISOString(),
      graderVersion: await graderVersion(),
      specsDigest: course.specsDigest,
      seed,
      engine: { name: engine.name, version: engine.version, cgroup: engine.cgroupVersion },
      baseImages: [],
      ...(options.exercises === undefined ? {} : { exercises: options.exercises }),
    }
    await progress.began(start)
    const grades = await gradeAll(sources, bench, options.jobs)
    const run: RunRecord = {
      ...start,
      finishedAt: new Date().toISOString(),
      baseImages: bases.used().map(({ name, digest, standIn, standInFor }) => ({
        name,
        digest,
        standIn,
        ...(standInFor === undefined ? {} : { standInFor }),
      })),
      ...(signal.aborted ? { interrupted: true } : {}),
    }
    return { schema: 'cgrade/grades/v1', run, grades }
  } finally {
    signal.removeEventListener('abort', stopContainers)
    // Specs of an interrupted run wait for servers that are gone; nobody waits for them.
    const specsClosed = specs[Symbol.asyncDispose]()
    await Promise.allSettled([signal.aborted ? undefined : specsClosed, observation.close()])
    await bases.dispose().catch(() => {})
    await reapRun(engine, id).catch((thrown) =>
      progress.message(`Clean-up was not complete: ${(thrown as Error).message}`),
    )
    await rm(workFolder, { recursive: true, force: true })
  }
}

async function gradeAll(sources: SubmissionSource[], bench: Workbench, jobs: number): Promise<Grade[]> {
  const finished = new Map<string, Grade>()
  const suspects: SubmissionSource[] = []
  const settle = (grade: Grade) => {
    if (bench.signal.aborted) return
    finished.set(grade.submission.id, grade)
    bench.progress.graded(grade, finished.size, sources.length)
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
  return sources.flatMap((source) => finished.get(source.id) ?? [])
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

/** Opened when the first asks for it, closed if anybody did. */
function openOnce(open: () => Promise<ObserverChoice>) {
  let opened: Promise<ObserverChoice> | undefined
  return {
    get(): Promise<ObserverChoice> {
      opened ??= open()
      return opened
    },
    async close(): Promise<void> {
      const choice = await opened?.catch(() => undefined)
      await choice?.observer?.[Symbol.asyncDispose]()
    },
  }
}

async function graderVersion(): Promise<string> {
  for (const place of ['../package.json', '../../package.json']) {
    const text = await readFile(new URL(place, import.meta.url), 'utf8').catch(() => undefined)
    if (text !== undefined) return (JSON.parse(text) as { version: string }).version
  }
  return 'unknown'
}
