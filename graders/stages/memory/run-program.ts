import type { Exercise, MemoryQuestion } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import { asGraderError } from '../../model/grader-error.ts'
import type { MemoryRun, Observation } from '../../model/observations.ts'
import { roleLabel } from '../../sandbox/engine.ts'
import { type MemoryRunEnd, type MemoryRunOrder, runForMemory } from '../../sandbox/memory-run/memory-run.ts'
import { cannotStart } from '../boot/boot-faults.ts'
import type { ExerciseBench } from '../exercise-bench.ts'

export interface ProgramRuns {
  unlimited: Observation<MemoryRun>
  limited: Observation<MemoryRun>
}

/** Runs a program twice at once: under the limit that is asked about, and with no more than the cap that protects this machine. */
export async function runProgram(
  bench: ExerciseBench,
  exercise: Exercise,
  question: MemoryQuestion,
  imageId: string,
): Promise<ProgramRuns> {
  const choice = await bench.observer()
  if (choice.observer === undefined) {
    const unseen = { state: 'unavailable' as const, why: choice.why }
    return { unlimited: unseen, limited: unseen }
  }
  const { observer } = choice
  const { limits } = bench.course.assignment
  const run = async (memoryBytes: number, rest: Pick<MemoryRunOrder, 'isCap' | 'enoughBytes'>) => {
    const order: MemoryRunOrder = {
      engine: bench.engine,
      bases: bench.bases,
      imageId,
      labels: { ...bench.labels, [roleLabel]: 'submission' },
      observer,
      limits: { ...limits.boot, memoryBytes },
      timeoutMs: question.timeoutMs,
      signal: bench.signal,
      ...rest,
    }
    try {
      return observed(await runForMemory(order))
    } catch (thrown) {
      return errored(thrown, exercise)
    }
  }
  const [unlimited, limited] = await bothOf(
    run(question.capBytes, { isCap: true, enoughBytes: question.limitBytes }),
    run(question.limitBytes, { isCap: false }),
  )
  return { unlimited, limited }
}

/** Waits for both whatever happens to one, so that nothing is left running behind an error. */
export async function bothOf<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other])
  return Promise.all([one, other])
}

function observed(end: MemoryRunEnd): Observation<MemoryRun> {
  switch (end.how) {
    case 'seen':
      return { state: 'seen', facts: end.run }
    case 'refused':
      return { state: 'failed', fault: cannotStart(end.engineMessage) }
    case 'disk-full':
      return { state: 'failed', fault: fillsDisk(end.writtenBytes, end.run) }
    case 'unavailable':
      return { state: 'unavailable', why: end.why }
  }
}

function errored(thrown: unknown, { required }: Exercise): Observation<MemoryRun> {
  const error = asGraderError(thrown)
  const { code, message } = error
  if (code === 'interrupted' || code === 'disk.full' || code === 'engine.unreachable') throw error
  // Our own part of the container could not be had: this machine cannot watch, which is known before anything ran.
  if (code.startsWith('base-image.') && !required) return { state: 'unavailable', why: message.replace(/\.$/, '') }
  return { state: 'errored', error: { code, message } }
}

function fillsDisk(writtenBytes: number, run: MemoryRun): Fault {
  return {
    reason: 'memory.no-growth',
    message: `The program was ended because it wrote ${Math.round(writtenBytes / 1e6)} MB to its disk: the exercise asks for memory.`,
    expected: 'memory that grows',
    actual: `${(run.chargedBytes / 1e6).toFixed(1)} MB of memory, and files`,
    hint: 'Keep the blocks in memory: `malloc` and `memset` in C, a slice that stays reachable in Go.',
    reproduce: 'docker run -d --name hog IMAGE; docker ps -s --filter name=hog   # SIZE',
    evidence: [{ kind: 'log', text: run.output === '' ? '(it printed nothing)' : run.output }],
  }
}
