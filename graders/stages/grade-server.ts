import type { Exercise } from '../model/assignment.ts'
import type { ExerciseRecord, Flag, Found, PhaseRecord } from '../model/grade.ts'
import { asGraderError, GraderError } from '../model/grader-error.ts'
import { fileNameOf } from '../model/identity.ts'
import type { BuildCandidate, ServerClues, Submission } from '../model/submission.ts'
import type { BootFacts, BuildFacts } from '../model/verdict.ts'
import { roleLabel } from '../sandbox/engine.ts'
import type { Gateway } from '../sandbox/firewall.ts'
import { createNetwork } from '../sandbox/network.ts'
import { Boots, nothingRuns } from './boot/boots.ts'
import type { Built } from './build/build.ts'
import { flagsOf } from './build/flags.ts'
import { noDockerfile } from './build/no-dockerfile.ts'
import { showImageRoot } from './chroot/image-root.ts'
import { discoverServer } from './discover/discover.ts'
import { observeEvidence } from './evidence/observe-evidence.ts'
import type { ExerciseBench } from './exercise-bench.ts'
import { type GradedExercises, judgeExercise, phase, type SpecError } from './judge-exercise.ts'
import { lookUpAll } from './registry/look-up-pushed.ts'
import { observePushed } from './registry/observe-pushed.ts'

/** How far one Dockerfile of a submission came. */
interface Attempt {
  candidate?: BuildCandidate
  build: BuildFacts
  built?: Built
  boot?: BootFacts
  boots?: Boots
  gateway?: Gateway
  phases: PhaseRecord[]
  dispose(): Promise<void>
}

/**
 * Builds and boots a server, and has those exercises judged that are asked for: its own, and others that look at the same
 * container. Where several Dockerfiles were handed in, the first that ends in a running server is graded; when none does,
 * the best-ranked one is.
 */
export async function gradeServer(
  bench: ExerciseBench,
  submission: Submission,
  exercise: Exercise,
  judged: Exercise[],
): Promise<GradedExercises> {
  const { assignment } = bench.course
  const clues = await discoverServer(submission, assignment)
  // Registries are asked while the server is built.
  const lookUps = lookUpAll(bench, submission, judged)
  const attempt = await firstThatServes(bench, submission, exercise, clues)
  try {
    const found = foundBy(attempt, clues)
    const exercises: ExerciseRecord[] = []
    const errors: SpecError[] = []
    if (!judged.includes(exercise)) tellUnjudged(bench, submission, exercise, attempt)
    for (const one of judged) {
      const evidence = one.evidence ? await observeEvidence(bench, submission) : undefined
      const pushed = await observePushed(bench, one, lookUps, attempt)
      const told = await judgeExercise(bench, submission, one, {
        build: attempt.build,
        boot: attempt.boot,
        observations: { ...(evidence && { evidence }), ...(pushed && { pushed }) },
        calls: attempt.boots?.calls() ?? nothingRuns,
        phases: one === exercise ? attempt.phases : [],
        found: one === exercise ? found : {},
      })
      exercises.push(told.exercise)
      errors.push(...told.errors)
    }
    attempt.boots?.throwIfBroken()
    const flags = attempt.built ? flagsOf(attempt.built.dockerfile, assignment.trustedBases) : []
    if (attempt.gateway?.closed === false) flags.push(gatewayOpen(attempt.gateway.why))
    const imageRoot = attempt.build.ok ? await showImageRoot(bench, submission, attempt.build.imageId) : undefined
    return { exercises, errors, flags, ...(imageRoot === undefined ? {} : { imageRoot }) }
  } finally {
    await disposeQuietly(bench, attempt)
  }
}

async function firstThatServes(
  bench: ExerciseBench,
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
      build: { ok: false, fault: noDockerfile(submission, clues.leftOut) },
      phases: [phase('build', Date.now(), 'failed')],
      dispose: async () => {},
    }
  )
}

async function tryCandidate(
  bench: ExerciseBench,
  submission: Submission,
  exercise: Exercise,
  clues: ServerClues,
  candidate: BuildCandidate,
): Promise<Attempt> {
  const { engine, signal } = bench
  const { limits } = bench.course.assignment
  const labels = { ...bench.labels, [roleLabel]: 'submission' }
  bench.progress.stage(submission.id, 'build', candidate.dockerfile)
  const { result: built, beganMs } = await bench.builds.build({
    ...bench,
    submission,
    candidate,
    limits: limits.build,
    labels,
  })
  const phases = [phase('build', beganMs, built.ok ? 'passed' : 'failed')]
  if (!built.ok) return { candidate, build: built, phases, dispose: async () => {} }
  const { imageId } = built.facts
  if (signal.aborted) throw new GraderError('interrupted', 'The run was interrupted after a build.')
  const slot = await bench.admission.boot().catch(async (thrown) => {
    await bench.builds.letGo(imageId)
    throw thrown
  })
  bench.progress.stage(submission.id, 'boot')
  const bootBegan = Date.now()
  const network = await createNetwork(engine, `cgrade-${fileNameOf(submission.id)}-${bootBegan}`, {
    ...bench.labels,
    [roleLabel]: 'network',
  }).catch(async (thrown) => {
    slot.letGo()
    await bench.builds.letGo(imageId)
    throw thrown
  })
  const boots = new Boots(
    {
      engine,
      bases: bench.bases,
      observer: bench.observer,
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
    await boots.dispose().finally(slot.letGo)
    await network.remove()
    await bench.builds.letGo(imageId)
  }
  try {
    const started = await boots.start()
    // Another Dockerfile may be tried now: nobody waits for a slot who holds one.
    if (!started.ok) slot.letGo()
    phases.push(phase('boot', bootBegan, started.ok ? 'passed' : 'failed'))
    return { candidate, build: built.facts, built, boot: started, boots, gateway: network.gateway, phases, dispose }
  } catch (thrown) {
    await dispose().catch(() => {})
    throw thrown
  }
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

/** Its own checks, which would say why, are not in this run. */
function tellUnjudged(bench: ExerciseBench, submission: Submission, exercise: Exercise, attempt: Attempt): void {
  const ended = attempt.build.ok ? attempt.boot : attempt.build
  if (ended === undefined || ended.ok) return
  bench.progress.message(
    `${submission.id}: \`${exercise.id}\`, which is not judged in this run: ${ended.fault.message}`,
  )
}

function gatewayOpen(why: string): Flag {
  return { code: 'gateway-open', message: `Its server could connect to services of this machine: ${why}.` }
}

/** A clean-up that fails costs nobody a grade: the run's reaper comes after it. */
async function disposeQuietly(bench: ExerciseBench, attempt: Attempt): Promise<void> {
  await attempt.dispose().catch((thrown) => {
    if (!bench.signal.aborted)
      bench.progress.message(`Clean-up left something for the reaper: ${asGraderError(thrown).message}`)
  })
}
