import type { Assignment, Exercise } from '../model/assignment.ts'
import type { CheckRecord, ExerciseRecord, Flag, Found, PhaseRecord } from '../model/grade.ts'
import { asGraderError, GraderError, type GraderErrorCode } from '../model/grader-error.ts'
import { fileNameOf } from '../model/identity.ts'
import type { Progress } from '../model/progress.ts'
import type { BuildCandidate, ServerClues, Submission } from '../model/submission.ts'
import type { BootFacts, BuildFacts } from '../model/verdict.ts'
import type { BaseImages } from '../sandbox/bases/base-images.ts'
import { removeImage } from '../sandbox/build-image.ts'
import { type Engine, roleLabel } from '../sandbox/engine.ts'
import { createNetwork } from '../sandbox/network.ts'
import { Boots, nothingRuns } from './boot/boots.ts'
import { type Built, build } from './build/build.ts'
import { flagsOf } from './build/flags.ts'
import { noDockerfile } from './build/no-dockerfile.ts'
import { discoverServer } from './discover/discover.ts'
import { recordCheck } from './score.ts'
import type { SpecRunner } from './specs/run-specs.ts'

export interface ServerBench {
  engine: Engine
  bases: BaseImages
  course: { assignment: Assignment }
  specs: SpecRunner
  seed: string
  labels: Record<string, string>
  progress: Progress
  signal: AbortSignal
}

/** Why a check is `errored`. */
export type SpecError = { code: GraderErrorCode; message: string }

/** How far one Dockerfile of a submission came. */
interface Attempt {
  candidate?: BuildCandidate
  build: BuildFacts
  built?: Built
  boot?: BootFacts
  boots?: Boots
  phases: PhaseRecord[]
  dispose(): Promise<void>
}

/**
 * Grades the exercise that builds and boots a server, and those that look at the same container. Where several Dockerfiles
 * were handed in, the first that ends in a running server is graded; when none does, the best-ranked one is.
 */
export async function gradeServer(
  bench: ServerBench,
  submission: Submission,
  exercise: Exercise,
  users: Exercise[],
): Promise<{ exercises: ExerciseRecord[]; flags: Flag[]; errors: SpecError[] }> {
  const { assignment } = bench.course
  const clues = await discoverServer(submission, assignment)
  const attempt = await firstThatServes(bench, submission, exercise, clues)
  try {
    const found = foundBy(attempt, clues)
    const exercises: ExerciseRecord[] = []
    const errors: SpecError[] = []
    for (const judged of [exercise, ...users]) {
      const began = Date.now()
      const checks = await runSpecs(bench, submission, judged, attempt, errors)
      const specs = phase(
        'specs',
        began,
        checks.every((check) => check.outcome === 'passed') ? 'passed' : worst(checks),
      )
      const phases = judged === exercise ? [...attempt.phases, specs] : [specs]
      exercises.push({ id: judged.id, title: judged.title, found: judged === exercise ? found : {}, phases, checks })
    }
    attempt.boots?.throwIfBroken()
    return { exercises, errors, flags: attempt.built ? flagsOf(attempt.built.dockerfile, assignment.trustedBases) : [] }
  } finally {
    await disposeQuietly(bench, attempt)
  }
}

async function firstThatServes(
  bench: ServerBench,
  submission: Submission,
  exercise: Exercise,
  clues: ServerClues,
): Promise<Attempt> {
  const { limits } = bench.course.assignment
  let first: Attempt | undefined
  let trouble: GraderError | undefined
  for (const candidate of clues.candidates.slice(0, limits.build.candidates)) {
    try {
      const attempt = await tryCandidate(bench, submission, exercise, clues, candidate)
      if (attempt.boot?.ok) {
        if (first !== undefined) await disposeQuietly(bench, first)
        return attempt
      }
      if (first === undefined && trouble === undefined) first = attempt
      else await disposeQuietly(bench, attempt)
    } catch (thrown) {
      trouble ??= asGraderError(thrown)
      if (bench.signal.aborted) break
    }
  }
  // What we could not try might have been the one that works: no verdict without it.
  if (trouble !== undefined) {
    if (first !== undefined) await disposeQuietly(bench, first)
    throw trouble
  }
  return (
    first ?? {
      build: { ok: false, fault: noDockerfile(submission) },
      phases: [phase('build', Date.now(), 'failed')],
      dispose: async () => {},
    }
  )
}

async function tryCandidate(
  bench: ServerBench,
  submission: Submission,
  exercise: Exercise,
  clues: ServerClues,
  candidate: BuildCandidate,
): Promise<Attempt> {
  const { engine, signal } = bench
  const { limits } = bench.course.assignment
  const labels = { ...bench.labels, [roleLabel]: 'submission' }
  bench.progress.stage(submission.id, 'build', candidate.dockerfile)
  const buildBegan = Date.now()
  const built = await build({ ...bench, submission, candidate, limits: limits.build, labels })
  const phases = [phase('build', buildBegan, built.ok ? 'passed' : 'failed')]
  if (!built.ok) return { candidate, build: built, phases, dispose: async () => {} }
  const { imageId } = built.facts
  if (signal.aborted) throw new GraderError('interrupted', 'The run was interrupted after a build.')
  bench.progress.stage(submission.id, 'boot')
  const bootBegan = Date.now()
  const network = await createNetwork(engine, `cgrade-${fileNameOf(submission.id)}-${bootBegan}`, {
    ...bench.labels,
    [roleLabel]: 'network',
  }).catch(async (thrown) => {
    await removeImage(engine, imageId)
    throw thrown
  })
  const boots = new Boots(
    {
      engine,
      bases: bench.bases,
      imageId,
      networkName: network.name,
      labels,
      limits: limits.boot,
      command: clues.command,
      port: clues.port,
      exposedPorts: built.dockerfile.exposedPorts,
      sourcePorts: clues.sourcePorts,
      routes: clues.routes,
      signal,
    },
    exercise,
    `${bench.seed}/${submission.id}`,
  )
  const dispose = async () => {
    await boots.dispose()
    await network.remove()
    await removeImage(engine, imageId)
  }
  try {
    const started = await boots.start()
    phases.push(phase('boot', bootBegan, started.ok ? 'passed' : 'failed'))
    return { candidate, build: built.facts, built, boot: started, boots, phases, dispose }
  } catch (thrown) {
    await dispose().catch(() => {})
    throw thrown
  }
}

async function runSpecs(
  bench: ServerBench,
  submission: Submission,
  exercise: Exercise,
  attempt: Attempt,
  errors: SpecError[],
): Promise<CheckRecord[]> {
  bench.progress.stage(submission.id, 'specs', exercise.id)
  const ruleOf = new Map(exercise.checks.map((rule) => [rule.id, rule]))
  const { build: buildPhase, boot: bootPhase } = exercise.phaseChecks
  const verdicts = await bench.specs.run({
    work: {
      submissionId: submission.id,
      exerciseId: exercise.id,
      checkIds: [...ruleOf.keys()],
      phaseChecks: { ...(buildPhase ? { build: buildPhase } : {}), ...(bootPhase ? { boot: bootPhase } : {}) },
      build: attempt.build,
      boot: attempt.boot,
      requestTimeoutMs: bench.course.assignment.limits.boot.requestTimeoutMs,
      seed: bench.seed,
    },
    calls: attempt.boots?.calls() ?? nothingRuns,
    onVerdict(verdict) {
      const rule = ruleOf.get(verdict.id)
      if (rule !== undefined) bench.progress.check(submission.id, recordCheck(rule, verdict))
    },
  })
  errors.push(...verdicts.flatMap(({ error }) => error ?? []))
  return verdicts.flatMap((verdict) => {
    const rule = ruleOf.get(verdict.id)
    return rule === undefined ? [] : [recordCheck(rule, verdict)]
  })
}

function foundBy(attempt: Attempt, clues: ServerClues): Found {
  const notes = [...(attempt.candidate?.because ?? []), ...clues.notes, ...(attempt.built?.notes ?? [])]
  const standIns = attempt.built?.facts.standIns ?? []
  if (standIns.length > 0)
    notes.push(`Stand-ins made from Debian packages served as base image: ${[...new Set(standIns)].join(', ')}.`)
  return {
    ...(attempt.candidate ? { dockerfile: attempt.candidate.dockerfile, context: attempt.candidate.context } : {}),
    ...(attempt.boot?.ok ? { port: attempt.boot.port } : {}),
    routes: clues.routes,
    notes,
  }
}

function phase(name: PhaseRecord['name'], began: number, outcome: PhaseRecord['outcome']): PhaseRecord {
  return { name, outcome, startedAt: new Date(began).toISOString(), durationMs: Date.now() - began }
}

function worst(checks: CheckRecord[]): PhaseRecord['outcome'] {
  for (const outcome of ['errored', 'failed', 'partial', 'skipped'] as const) {
    if (checks.some((check) => check.outcome === outcome)) return outcome
  }
  return 'passed'
}

/** A clean-up that fails costs nobody a grade: the run's reaper comes after it. */
async function disposeQuietly(bench: ServerBench, attempt: Attempt): Promise<void> {
  await attempt.dispose().catch((thrown) => {
    if (!bench.signal.aborted)
      bench.progress.message(`Clean-up left something for the reaper: ${asGraderError(thrown).message}`)
  })
}
