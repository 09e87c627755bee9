import type { Exercise, MemoryQuestion } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import type { Flag, Found, PhaseRecord } from '../../model/grade.ts'
import { UsageError } from '../../model/grader-error.ts'
import type { MemoryRun, Observation } from '../../model/observations.ts'
import type { Submission } from '../../model/submission.ts'
import type { BuildFacts } from '../../model/verdict.ts'
import { nothingRuns } from '../boot/boots.ts'
import { flagsOf } from '../build/flags.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { type GradedExercises, judgeExercise, phase } from '../judge-exercise.ts'
import { observeCgroupScript } from '../scripts/observe-cgroup-script.ts'
import { buildProgram, type ProgramAttempt } from './build-program.ts'
import { discoverProgram, type ProgramClues } from './discover-program.ts'
import { bothOf, runProgram } from './run-program.ts'

/** How far the program came. */
interface ProgramFacts {
  build: BuildFacts | undefined
  notBuilt?: string
  unlimited: Observation<MemoryRun>
  limited: Observation<MemoryRun>
  phases: PhaseRecord[]
  flags: Flag[]
  found: Found
}

/** Grades the exercise about a memory cgroup: the program is built, run with and without the limit, and the script is run. */
export async function gradeMemory(
  bench: ExerciseBench,
  submission: Submission,
  exercise: Exercise,
): Promise<GradedExercises> {
  const { memory: question } = exercise
  if (question === undefined)
    throw new UsageError(`The exercise \`${exercise.id}\` is of kind \`memory\` and has no \`memory\`.`)
  const [program, script] = await bothOf(
    observeProgram(bench, submission, exercise, question),
    observeCgroupScript(bench, submission, exercise),
  )
  const { build, notBuilt, unlimited, limited, phases, flags, found } = program
  const scripts = script.state === 'seen' ? { scripts: [script.facts.script] } : {}
  const notes = [...(found.notes ?? []), ...(script.state === 'seen' ? script.facts.notes : [])]
  const told = await judgeExercise(bench, submission, exercise, {
    build,
    ...(notBuilt === undefined ? {} : { notBuilt }),
    boot: undefined,
    observations: { unlimited, limited, cgroupScript: script },
    calls: nothingRuns,
    phases,
    found: { ...found, ...scripts, notes },
  })
  return { exercises: [told.exercise], flags, errors: told.errors }
}

async function observeProgram(
  bench: ExerciseBench,
  submission: Submission,
  exercise: Exercise,
  question: MemoryQuestion,
): Promise<ProgramFacts> {
  const clues = await discoverProgram(submission)
  if (clues.missing !== undefined) {
    const why = clues.missing
    return { ...nothingRan(why), build: undefined, notBuilt: why, phases: [], flags: [], found: {} }
  }
  let first: ProgramFacts | undefined
  for (let { builds } = clues; ; ) {
    const attempt = await buildProgram(bench, submission, exercise, { ...clues, builds })
    const facts = await runAttempt(bench, submission, exercise, question, clues, attempt)
    const refusal = startFaultOf(facts)
    builds = builds.slice(builds.findIndex(({ candidate }) => candidate === attempt.candidate) + 1)
    // An image that cannot be started says nothing about the program, where that can be built without it.
    if (first === undefined && refusal !== undefined && builds.length > 0) {
      first = facts
      clues.notes.push(`The image of \`${attempt.candidate.dockerfile}\` cannot be started: ${refusal.message}`)
    } else return first !== undefined && (facts.build?.ok === false || refusal !== undefined) ? first : facts
  }
}

async function runAttempt(
  bench: ExerciseBench,
  submission: Submission,
  exercise: Exercise,
  question: MemoryQuestion,
  clues: ProgramClues,
  attempt: ProgramAttempt,
): Promise<ProgramFacts> {
  const found = foundBy(attempt, clues)
  const { built, fault, notBuilt, buildPhase } = attempt
  if (built === undefined) {
    const build = fault === undefined ? undefined : { ok: false as const, fault }
    const why = notBuilt ?? 'the program was not built'
    const facts = { ...nothingRan(why), build, phases: [buildPhase], flags: [], found }
    return notBuilt === undefined ? facts : { ...facts, notBuilt }
  }
  const { facts, dockerfile } = built
  let slot: { letGo(): void } | undefined
  try {
    slot = await bench.admission.boot()
    const runsBegan = Date.now()
    bench.progress.stage(submission.id, 'boot')
    const { unlimited, limited } = await runProgram(bench, exercise, question, facts.imageId)
    const phases = [buildPhase, phase('boot', runsBegan, outcomeOf([unlimited, limited]))]
    const flags = attempt.own ? [] : flagsOf(dockerfile, bench.course.assignment.trustedBases)
    return { build: facts, unlimited, limited, phases, flags, found }
  } finally {
    slot?.letGo()
    await bench.builds.letGo(facts.imageId).catch(() => {
      if (!bench.signal.aborted) bench.progress.message('Clean-up left an image for the reaper.')
    })
  }
}

function startFaultOf({ limited, unlimited }: ProgramFacts): Fault | undefined {
  const faults = [limited, unlimited].map((one) => (one.state === 'failed' ? one.fault : undefined))
  return faults.every((fault) => fault?.reason.startsWith('boot.')) ? faults[0] : undefined
}

function nothingRan(why: string): Pick<ProgramFacts, 'unlimited' | 'limited'> {
  return { unlimited: { state: 'unavailable', why }, limited: { state: 'unavailable', why } }
}

function outcomeOf(observations: Observation<MemoryRun>[]): PhaseRecord['outcome'] {
  const states = observations.map(({ state }) => state)
  if (states.includes('errored')) return 'errored'
  if (states.includes('failed')) return 'failed'
  return states.includes('unavailable') ? 'skipped' : 'passed'
}

function foundBy(attempt: ProgramAttempt, clues: ProgramClues): Found {
  const standIns = [...new Set(attempt.built?.facts.standIns)]
  const own = attempt.own !== undefined
  return {
    ...(clues.source === undefined ? {} : { source: clues.source }),
    ...(own ? {} : { dockerfile: attempt.candidate.dockerfile }),
    context: attempt.candidate.context,
    notes: [
      ...clues.notes,
      ...attempt.notes,
      ...attempt.candidate.because,
      ...(attempt.built?.notes ?? []),
      ...(standIns.length > 0
        ? [`Stand-ins made from Debian packages served as base image: ${standIns.join(', ')}.`]
        : []),
    ],
  }
}
