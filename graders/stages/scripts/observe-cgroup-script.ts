import type { Exercise, MemoryQuestion } from '../../model/assignment.ts'
import { asGraderError, GraderError } from '../../model/grader-error.ts'
import type { CgroupTrial, Observation } from '../../model/observations.ts'
import type { Submission } from '../../model/submission.ts'
import { whyNoMachine } from '../../sandbox/machine/script-machine.ts'
import { scriptBoxMissing } from '../../sandbox/script-box/script-box.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { tryInContainer } from './cgroup-in-container.ts'
import { tryInMachine } from './cgroup-in-machine.ts'
import { choosePlace, needsSystemd, type ScriptPlace, spellingOf } from './cgroup-place.ts'
import { startsItsOwn } from './fast-malloc.ts'
import { type FoundScript, findScript } from './find-script.ts'

type Seen = Observation<CgroupTrial>

/** Runs the handed-in cgroup script beside a `malloc` of ours, and sees from outside what it did to it. */
export async function observeCgroupScript(
  bench: ExerciseBench,
  submission: Submission,
  exercise: Exercise,
): Promise<Seen> {
  const script = findScript(submission, 'cgroup')
  if (script === undefined) return unavailable('no script that makes a memory cgroup was handed in')
  if (exercise.memory === undefined) throw new GraderError('internal', `exercise \`${exercise.id}\` has no \`memory\``)
  try {
    const told = await observe(bench, submission, script, exercise.memory)
    if (told.state !== 'seen') return told
    if (!told.facts.killed && needsSystemd(script.text)) {
      return unavailable('the script asks systemd for the limit, and there is no systemd in the sandbox for scripts')
    }
    return told
  } catch (thrown) {
    const { code, message } = asGraderError(thrown)
    return { state: 'errored', error: { code, message } }
  }
}

async function observe(
  bench: ExerciseBench,
  submission: Submission,
  script: FoundScript,
  question: MemoryQuestion,
): Promise<Seen> {
  const hostVersion = bench.engine.cgroupVersion
  const spelling = spellingOf(script.text)
  const place = choosePlace(spelling, bench.kernel, hostVersion)
  const order = { submission, script, askedBytes: question.limitBytes, timeoutMs: question.scriptTimeoutMs }
  switch (place.kind) {
    case 'nowhere':
      return unavailable(place.why)
    case 'machine': {
      const why = await whyNoMachine({ say: (message) => bench.progress.message(message), signal: bench.signal })
      if (why === undefined) {
        return seen(
          await bestOf(script, (resident) => tryInMachine(bench, { ...order, resident, cgroup: place.cgroup })),
        )
      }
      return fitsHost(place, hostVersion) ? observeHere(bench, order) : unavailable(why)
    }
    case 'container':
      return observeHere(bench, order)
  }
}

async function observeHere(
  bench: ExerciseBench,
  order: Omit<Parameters<typeof tryInContainer>[1], 'observer' | 'resident'>,
): Promise<Seen> {
  const { observer, ...none } = await bench.observer()
  if (observer === undefined) return unavailable('why' in none ? none.why : 'nobody can look at it here')
  const why = observer.cannotDelegate ?? (await scriptBoxMissing(bench))
  if (why !== undefined) return unavailable(why)
  return seen(await bestOf(order.script, (resident) => tryInContainer(bench, { ...order, observer, resident })))
}

/**
 * The handout's commands move a \`malloc\` that runs already; many scripts start one first, and then there must be no other.
 * Where what a script says does not decide it, the better of both counts.
 */
async function bestOf(script: FoundScript, attempt: (resident: boolean) => Promise<CgroupTrial>): Promise<CgroupTrial> {
  if (!startsItsOwn(script.text)) return attempt(true)
  const alone = await attempt(false)
  if (alone.killed || alone.groups.some(({ held }) => held)) return alone
  const beside = await attempt(true)
  return beside.killed ? beside : alone
}

function fitsHost(place: ScriptPlace & { kind: 'machine' }, hostVersion: 1 | 2): boolean {
  return place.cgroup === hostVersion
}

function seen(facts: CgroupTrial): Seen {
  return { state: 'seen', facts }
}

function unavailable(why: string): Seen {
  return { state: 'unavailable', why }
}
