import { judgedExercises } from '../model/assignment.ts'
import { storedDelivery } from '../model/delivery.ts'
import type { RunRecord } from '../model/grade.ts'
import { GraderError, UsageError } from '../model/grader-error.ts'
import type { SubmissionSource } from '../model/progress.ts'
import type { RunBasis, RunRequest } from '../model/run-request.ts'
import { createBaseSource } from '../sandbox/bases/base-source.ts'
import { connectEngine, type Engine } from '../sandbox/engine.ts'
import { score } from '../stages/score.ts'
import type { Course } from '../stages/specs/load-assignment.ts'
import { type Candidate, type Choice, changesOfBasis, choose, weighCandidate } from '../store/choose-regrade.ts'
import { lookForChanges } from './look-for-changes.ts'
import type { OldRun } from './open-old-run.ts'
import { basisOf } from './run-basis.ts'
import { selectAsked } from './select-asked.ts'

export interface RegradePlan {
  /** In the order of the new run. */
  choices: { source: SubmissionSource; candidate: Candidate; choice: Choice }[]
  /** What the new run's own grades depend on. */
  basis: RunBasis
  engine: RunRecord['engine']
  /** No engine answers: neither the machine nor base images were compared. */
  isBlind: boolean
  /** Base images that the engine does not have, and so were not compared. */
  unseen: string[]
  /** Ids of submissions of the old run that are not there any more. */
  gone: string[]
}

/** What becomes of each submission: looks at files and at the engine's images, and runs nothing. */
export async function planRegrade(
  old: OldRun,
  sources: SubmissionSource[],
  course: Course,
  request: RunRequest,
  options: { only: string[] | undefined; jobs: number; signal: AbortSignal },
): Promise<RegradePlan> {
  const { run, grades } = old.file
  const { assignment } = course
  const before = new Map(grades.map((grade) => [grade.submission.id, grade]))
  const judged = judgedExercises(assignment, request.exercises)
  const asked = selectAsked(options.only, {
    ids: [...new Set([...sources.map(({ id }) => id), ...before.keys()])],
    checkIds: judged.flatMap(({ checks }) => checks.map(({ id }) => id)),
  })
  const connected = await engineIfThere()
  const engine = connected && { name: connected.name, version: connected.version, cgroup: connected.cgroupVersion }
  const basis = await basisOf(course, engine ?? run.engine, request.kernel)
  const bases = connected && createBaseSource(connected, policyOf(request))
  const { looks, unseen } = await lookForChanges(sources, before, {
    limits: assignment.limits.intake,
    jobs: options.jobs,
    digestHere: async (name) => bases?.digestHere(name),
    signal: options.signal,
  })
  const basisChanges = changesOfBasis(old.basis, { ...basis, machine: engine && basis.machine })
  const weights = { assignment, exercises: request.exercises, score: score.bind(undefined, assignment) }
  const choices = sources.map((source) => {
    const { id, delivery } = source
    const look = looks.get(id) ?? { isChanged: true, hasOtherBase: false }
    const candidate = weighCandidate(
      id,
      before.get(id),
      storedDelivery(delivery),
      { ...look, basis: basisChanges },
      weights,
    )
    return { source, candidate, choice: choose(candidate, run, asked) }
  })
  const here = new Set(sources.map(({ id }) => id))
  return {
    choices,
    basis: engine === undefined ? { ...basis, machine: old.basis?.machine ?? basis.machine } : basis,
    engine: engine ?? run.engine,
    isBlind: engine === undefined,
    unseen: engine === undefined ? [] : unseen,
    gone: [...before.keys()].filter((id) => !here.has(id)),
  }
}

/** New points for old verdicts need no engine. */
async function engineIfThere(): Promise<Engine | undefined> {
  try {
    return await connectEngine()
  } catch (thrown) {
    if (thrown instanceof GraderError && thrown.code === 'engine.unreachable') return undefined
    throw thrown
  }
}

function policyOf({ standIns, mirror }: RunRequest) {
  return { standIns, ...(mirror === undefined ? {} : { mirror }) }
}

/** Grades of another assignment say nothing here. */
export function requireSameAssignment({ name, file }: OldRun, { assignment }: Course): void {
  if (file.run.assignment === assignment.id) return
  throw new UsageError(
    `The run \`${name}\` is one of \`${file.run.assignment}\`, and not of \`${assignment.id}\`. Name its assignment: \`--assignment <folder>\`.`,
  )
}
