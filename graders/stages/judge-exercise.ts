import type { Exercise } from '../model/assignment.ts'
import type { CheckRecord, ExerciseRecord, Flag, Found, PhaseRecord } from '../model/grade.ts'
import type { GraderErrorCode } from '../model/grader-error.ts'
import type { Observations } from '../model/observations.ts'
import type { Submission } from '../model/submission.ts'
import type { BootFacts, BuildFacts } from '../model/verdict.ts'
import type { ExerciseBench } from './exercise-bench.ts'
import { recordCheck } from './score.ts'
import type { SpecSubject } from './specs/run-specs.ts'

/** Why a check is `errored`. */
export type SpecError = { code: GraderErrorCode; message: string }

export interface GradedExercises {
  exercises: ExerciseRecord[]
  flags: Flag[]
  errors: SpecError[]
  /** Root file system of the image that was built, as a listing, where another exercise may show it. */
  imageRoot?: string
}

/** How far an exercise came before its specs. */
export interface ExerciseFacts {
  build: BuildFacts | undefined
  notBuilt?: string
  boot: BootFacts | undefined
  observations: Observations
  calls: SpecSubject['calls']
  /** Those before the specs. */
  phases: PhaseRecord[]
  found: Found
}

/** Has the specs judge one exercise of one submission, and keeps the record. */
export async function judgeExercise(
  bench: ExerciseBench,
  submission: Submission,
  exercise: Exercise,
  facts: ExerciseFacts,
): Promise<{ exercise: ExerciseRecord; errors: SpecError[] }> {
  const began = Date.now()
  bench.progress.stage(submission.id, 'specs', exercise.id)
  const ruleOf = new Map(exercise.checks.map((rule) => [rule.id, rule]))
  const { build: buildPhase, boot: bootPhase } = exercise.phaseChecks
  const verdicts = await bench.specs.run({
    work: {
      submissionId: submission.id,
      exerciseId: exercise.id,
      checkIds: [...ruleOf.keys()],
      phaseChecks: { ...(buildPhase ? { build: buildPhase } : {}), ...(bootPhase ? { boot: bootPhase } : {}) },
      build: facts.build,
      ...(facts.notBuilt === undefined ? {} : { notBuilt: facts.notBuilt }),
      boot: facts.boot,
      observations: facts.observations,
      requestTimeoutMs: bench.course.assignment.limits.boot.requestTimeoutMs,
      seed: bench.seed,
    },
    calls: facts.calls,
    onVerdict(verdict) {
      const rule = ruleOf.get(verdict.id)
      if (rule !== undefined) bench.progress.check(submission.id, recordCheck(rule, verdict))
    },
  })
  const checks = verdicts.flatMap((verdict) => {
    const rule = ruleOf.get(verdict.id)
    return rule === undefined ? [] : [recordCheck(rule, verdict)]
  })
  return {
    exercise: {
      id: exercise.id,
      title: exercise.title,
      found: facts.found,
      phases: [...facts.phases, phase('specs', began, worst(checks))],
      checks,
    },
    errors: verdicts.flatMap(({ error }) => error ?? []),
  }
}

export function phase(name: PhaseRecord['name'], began: number, outcome: PhaseRecord['outcome']): PhaseRecord {
  return { name, outcome, startedAt: new Date(began).toISOString(), durationMs: Date.now() - began }
}

/** What could not be judged here, or was not handed in, says nothing of how the specs went. */
function worst(all: CheckRecord[]): PhaseRecord['outcome'] {
  const checks = all.filter((check) => check.unavailable === undefined)
  if (checks.length === 0) return 'skipped'
  for (const outcome of ['errored', 'failed', 'partial', 'skipped'] as const) {
    if (checks.some((check) => check.outcome === outcome)) return outcome
  }
  return 'passed'
}
