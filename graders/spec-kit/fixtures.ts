import { GraderError } from '../model/grader-error.ts'
import type { MemoryRun, Observations } from '../model/observations.ts'
import type { BuildFacts } from '../model/verdict.ts'
import { BootFailed, type Fixtures, NotObserved, ObservationFailed, PrerequisiteMissing } from './check.ts'
import { noteWork } from './once.ts'
import type { Work } from './protocol.ts'
import { Server } from './server.ts'
import type { WorkerSide } from './worker-side.ts'

/** Fixtures as getters: a check is skipped only by what it really asks for. */
export function fixturesFor(side: WorkerSide): Fixtures {
  const { work } = side
  const fixtures: Fixtures = {
    get build() {
      return builtOf(work)
    },
    get start() {
      if (!builtOf(work).ok) throw new PrerequisiteMissing(work.phaseChecks.build ?? 'build')
      if (work.boot === undefined) throw new GraderError('internal', 'the exercise was built and never booted')
      return work.boot
    },
    get server() {
      return firstServer(side)
    },
    async boot(settings) {
      firstServer(side)
      const facts = side.unwrap(await side.grader.boot(settings))
      if (!facts.ok) throw new BootFailed(facts.fault, settings)
      return new Server(facts, side)
    },
    get unlimited() {
      return ranOf(work, 'unlimited')
    },
    get limited() {
      return ranOf(work, 'limited')
    },
    get cgroupScript() {
      return seenOf(work, 'cgroupScript')
    },
    get jail() {
      return seenOf(work, 'jail')
    },
    get rootfs() {
      return seenOf(work, 'rootfs')
    },
    get evidence() {
      return seenOf(work, 'evidence')
    },
    get pushed() {
      // Where nothing was pushed, that is said first; without an image of ours there is nothing to compare with.
      if (work.observations.pushed?.state !== 'unavailable' && !builtOf(work).ok)
        throw new PrerequisiteMissing(work.phaseChecks.build ?? 'build')
      return seenOf(work, 'pushed')
    },
  }
  return noteWork(fixtures, work)
}

const servers = new WeakMap<Work, Server>()

function firstServer(side: WorkerSide): Server {
  const { work } = side
  if (!builtOf(work).ok) throw new PrerequisiteMissing(work.phaseChecks.build ?? 'build')
  if (work.boot === undefined || !work.boot.ok) throw new PrerequisiteMissing(work.phaseChecks.boot ?? 'boot')
  const server = servers.get(work) ?? new Server(work.boot, side)
  servers.set(work, server)
  return server
}

function builtOf(work: Work): BuildFacts {
  if (work.build !== undefined) return work.build
  throw new NotObserved(work.notBuilt ?? 'nothing was handed in for it')
}

/** A run of the program that was built. */
function ranOf(work: Work, name: 'unlimited' | 'limited'): MemoryRun {
  if (!builtOf(work).ok) throw new PrerequisiteMissing(work.phaseChecks.build ?? 'build')
  return seenOf(work, name)
}

type Facts<K extends keyof Observations> = Extract<NonNullable<Observations[K]>, { state: 'seen' }>['facts']

function seenOf<K extends keyof Observations>(work: Work, name: K): Facts<K> {
  const observation = work.observations[name]
  switch (observation?.state) {
    case 'seen':
      return observation.facts as Facts<K>
    case 'unavailable':
      throw new NotObserved(observation.why, observation.evidence)
    case 'failed':
      throw new ObservationFailed(observation.fault)
    case 'errored':
      throw new GraderError(observation.error.code, observation.error.message)
    case undefined:
      throw new Error(
        `the exercise \`${work.exerciseId}\` has no \`${name}\` to look at: see \`kind\`, \`evidence\` and \`registry\` in assignment.ts`,
      )
  }
}
