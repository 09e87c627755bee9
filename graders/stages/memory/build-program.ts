import type { Exercise } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import type { PhaseRecord } from '../../model/grade.ts'
import { asGraderError, GraderError, type GraderErrorCode } from '../../model/grader-error.ts'
import type { BuildCandidate, Submission } from '../../model/submission.ts'
import { roleLabel } from '../../sandbox/engine.ts'
import type { Built, OwnDockerfile } from '../build/build.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { phase } from '../judge-exercise.ts'
import type { ProgramClues } from './discover-program.ts'

export interface ProgramAttempt {
  candidate: BuildCandidate
  own?: OwnDockerfile
  buildPhase: PhaseRecord
  built?: Built
  /** The submission's. */
  fault?: Fault
  /** What this machine cannot do; completes "not counted: ...". */
  notBuilt?: string
  /** Sentences about what was tried before. */
  notes: string[]
}

/** Incapacities of this machine, for which an exercise that is optional is left out; others end the grading. */
const incapacities: GraderErrorCode[] = [
  'base-image.unavailable',
  'base-image.stand-in-gap',
  'build.network',
  'build.unsupported',
  'host.tool-missing',
]

/**
 * Builds the program by the Dockerfile that was handed in, and where that does not work as `go build` or `gcc` would: the
 * exercise asks for the program and for no image of it.
 */
export async function buildProgram(
  bench: ExerciseBench,
  submission: Submission,
  exercise: Exercise,
  clues: ProgramClues,
): Promise<ProgramAttempt> {
  const labels = { ...bench.labels, [roleLabel]: 'submission' }
  const { limits } = bench.course.assignment
  let first: ProgramAttempt | undefined
  let trouble: ProgramAttempt | undefined
  const notes: string[] = []
  for (const { candidate, own } of clues.builds) {
    let began = Date.now()
    const tried = { candidate, ...(own === undefined ? {} : { own }) }
    const attemptAs = (outcome: PhaseRecord['outcome']) => ({ ...tried, buildPhase: phase('build', began, outcome) })
    bench.progress.stage(submission.id, 'build', own?.source ?? candidate.dockerfile)
    try {
      const built = await bench.builds.build({ ...bench, submission, limits: limits.build, labels, ...tried })
      began = built.beganMs
      const end = built.result
      if (end.ok) return { ...attemptAs('passed'), built: end, notes }
      first ??= { ...attemptAs('failed'), fault: end.fault, notes: [] }
      notes.push(`\`${candidate.dockerfile}\` does not build: ${end.fault.message}`)
    } catch (thrown) {
      const error = asGraderError(thrown)
      if (exercise.required || !incapacities.includes(error.code)) throw error
      trouble ??= { ...attemptAs('skipped'), notBuilt: error.message.replace(/\.$/, ''), notes: [] }
      notes.push(`\`${candidate.dockerfile}\` could not be built here: ${error.message}`)
    }
    if (bench.signal.aborted) throw new GraderError('interrupted', 'The run was interrupted after a build.')
  }
  // What could not be tried might have been the one that works: no verdict without it.
  const last = trouble ?? first
  if (last === undefined) throw new GraderError('internal', 'there was no way to build the program')
  return last
}
