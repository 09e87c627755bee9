import { BroadcastChannel } from 'node:worker_threads'
import { createBirpc } from 'birpc'
import { expect, test } from 'vitest'
import { GraderError } from '../model/grader-error.ts'
import type { CheckVerdict, Verdict } from '../model/verdict.ts'
import {
  BootFailed,
  type DeclaredCheck,
  declaredChecks,
  NotObserved,
  ObservationFailed,
  PrerequisiteMissing,
} from './check.ts'
import { fixturesFor } from './fixtures.ts'
import { failedBy, type Judgement, passed, unavailable, withJudgement } from './judgement.ts'
import type { GraderCalls, VerdictMeta } from './protocol.ts'
import { seedDraws } from './random.ts'
import { type WorkerSide, workerSide } from './worker-side.ts'

/**
 * Body of a virtual test module: waits for one exercise of one submission and registers a vitest test for each of its
 * checks. `loadSpecs` evaluates the assignment's spec files (once per worker).
 */
export async function serveSlot(channelName: string, loadSpecs: () => Promise<unknown>): Promise<void> {
  const channel = new BroadcastChannel(channelName)
  const grader = createBirpc<GraderCalls, object>(
    {},
    {
      post: (message) => channel.postMessage(message),
      on: (receive) => {
        channel.onmessage = (event: unknown) => receive((event as MessageEvent).data)
      },
      timeout: -1,
    },
  ) as unknown as GraderCalls
  const work = await grader.take()
  if (work === undefined) {
    channel.close()
    test('nothing left to judge', () => {})
    return
  }
  await loadSpecs()
  seedDraws(`${work.seed}/${work.submissionId}/${work.exerciseId}`)
  const side = workerSide(work, grader)
  for (const id of work.checkIds) {
    const declared = declaredChecks().get(id)
    if (declared === undefined) test(id, ({ task }) => report(task, unknownCheck(id)))
    else test(declared.title, { timeout: 600_000 }, async ({ task }) => report(task, await judge(declared, side)))
  }
  test('line closed', () => channel.close())
}

function report(task: { meta: object }, verdict: CheckVerdict): void {
  ;(task.meta as VerdictMeta).cgrade = verdict
  if (verdict.outcome === 'failed' || verdict.outcome === 'partial' || verdict.outcome === 'errored') {
    // vitest's own state follows ours; the grader reads the verdict, not this message.
    throw new Error(`${verdict.outcome}: ${verdict.message}`)
  }
}

async function judge(declared: DeclaredCheck, side: WorkerSide): Promise<CheckVerdict> {
  const began = performance.now()
  const verdict = await verdictOf(declared, side)
  return { id: declared.id, title: declared.title, durationMs: Math.round(performance.now() - began), ...verdict }
}

async function verdictOf(declared: DeclaredCheck, side: WorkerSide): Promise<Verdict> {
  const judgement: Judgement = { verdict: undefined, pending: 0 }
  try {
    await withJudgement(judgement, async () => declared.body(fixturesFor(side)))
    if (judgement.pending > 0) throw brokenSpec(declared.id, 'an `expect` is not awaited')
    if (judgement.verdict !== undefined) return judgement.verdict
    if (expect.getState().assertionCalls === 0) throw brokenSpec(declared.id, 'it expects nothing')
    return passed('As asked.')
  } catch (thrown) {
    return verdictFor(thrown, declared, judgement)
  }
}

function verdictFor(thrown: unknown, declared: DeclaredCheck, { verdict, pending }: Judgement): Verdict {
  if (thrown instanceof PrerequisiteMissing) {
    return { outcome: 'skipped', credit: 0, because: thrown.checkId, message: 'Not reached.' }
  }
  if (thrown instanceof NotObserved) return unavailable(thrown.why, thrown.evidence)
  if (thrown instanceof ObservationFailed) return failedBy(thrown.fault)
  if (thrown instanceof BootFailed) {
    const settings = Object.entries(thrown.settings.env ?? {}).map(([name, value]) => ` ${name}=${value}`)
    const how = settings.length === 0 ? '' : ` with${settings.join()}`
    return failedBy({ ...thrown.fault, message: `Started once more${how}: ${thrown.fault.message}` })
  }
  if (verdict !== undefined && verdict.credit < 1 && pending === 0) return verdict
  if (isAssertion(thrown)) {
    return { outcome: 'failed', credit: 0, reason: 'expectation.failed', ...assertionFeedback(thrown) }
  }
  const error =
    thrown instanceof GraderError ? thrown : brokenSpec(declared.id, (thrown as Error)?.message ?? String(thrown))
  return { outcome: 'errored', credit: 0, message: error.message, error: { code: error.code, message: error.message } }
}

function brokenSpec(id: string, how: string): GraderError {
  return new GraderError('spec.crashed', `The spec of \`${id}\` is broken: ${how}.`)
}

function unknownCheck(id: string): CheckVerdict {
  const message = `The rubric names the check \`${id}\`, and no spec declares it.`
  return {
    id,
    title: id,
    outcome: 'errored',
    credit: 0,
    message,
    durationMs: 0,
    error: { code: 'spec.none-ran', message },
  }
}

interface Assertion {
  message: string
  expected?: unknown
  actual?: unknown
}

function isAssertion(thrown: unknown): thrown is Assertion {
  return thrown instanceof Error && thrown.name === 'AssertionError'
}

function assertionFeedback(thrown: Assertion): { message: string; expected?: string; actual?: string } {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 2_000)
  return {
    message: thrown.message.replace(/ \/\/ Object\.is equality$/, '').slice(0, 2_000),
    ...(thrown.expected === undefined ? {} : { expected: text(thrown.expected) }),
    ...(thrown.actual === undefined ? {} : { actual: text(thrown.actual) }),
  }
}
