import { setTimeout as sleep } from 'node:timers/promises'
import { GraderError } from '../model/grader-error.ts'
import type { Queue } from './connect-queue.ts'
import { type RunNotice, type WorkerNotice, whyNotJudgedBy } from './messages.ts'
import type { OpenAnswers } from './open-answers.ts'
import { heartbeatMs, listWorkers } from './presence.ts'
import type { RunQueue } from './run-queue.ts'

const lookMs = 1_000

/**
 * Keeps a run alive in the queue, looks after what is out, tells which workers there are, and gives up when there is no worker
 * that can take anything, or no queue, for longer than `patienceMs`.
 */
export function watchQueue(order: {
  connection: Queue
  run: RunNotice
  queue: RunQueue
  answers: OpenAnswers
  patienceMs: number
  say(message: string): void
  signal: AbortSignal
}): { gaveUp: Promise<void> } {
  const { connection, run, queue, answers, patienceMs, say, signal } = order
  const { promise, resolve } = Promise.withResolvers<void>()
  const known = new Map<string, string | undefined>()
  let unfit: string[] = []
  let lastFitMs = performance.now()
  let lastBeatMs = Number.NEGATIVE_INFINITY

  const giveUp = (why: GraderError) => {
    answers.giveUp(why)
    resolve()
  }
  const look = (workers: WorkerNotice[]) => {
    const told = workers.map((worker) => ({ worker, why: whyNotJudgedBy(worker, run) }))
    unfit = told.flatMap(({ worker, why }) => (why === undefined ? [] : [`\`${worker.name}\`: ${why}`]))
    if (told.some(({ why }) => why === undefined)) lastFitMs = performance.now()
    for (const { worker, why } of told) {
      if (known.has(worker.name)) continue
      known.set(worker.name, why)
      const { name, jobs } = worker
      say(
        why === undefined
          ? `Worker \`${name}\` is there, ${jobs} at a time.`
          : `Worker \`${name}\` takes nothing of this run: ${why}.`,
      )
    }
    if (known.size === 0) {
      known.set('', undefined)
      say('No worker is there yet. Start one: `cgrade worker --queue <url>`.')
    }
  }
  const beat = async () => {
    await queue.beat()
    look(await listWorkers(connection.redis))
    await answers.lookAfter()
  }
  const watch = async () => {
    let beating: Promise<void> | undefined
    while (!signal.aborted) {
      const nowMs = performance.now()
      const silentSinceMs = connection.silentSinceMs()
      if (silentSinceMs !== undefined) {
        // Nobody can be seen meanwhile: that is not the workers' doing.
        lastFitMs = nowMs
        if (nowMs - silentSinceMs > patienceMs) giveUp(tellSilence(patienceMs))
      } else if (nowMs - lastFitMs > patienceMs) giveUp(tellNoWorker(patienceMs, unfit))
      if (beating === undefined && nowMs - lastBeatMs >= heartbeatMs) {
        lastBeatMs = nowMs
        // Not waited for: while the queue does not answer, it waits for that.
        beating = beat()
          .catch((thrown: Error) => {
            if (!signal.aborted) say(`The queue answers with an error: ${thrown.message}`)
          })
          .finally(() => {
            beating = undefined
          })
      }
      await sleep(lookMs, undefined, { signal }).catch(() => {})
    }
  }
  void watch()
  return { gaveUp: promise }
}

function tellNoWorker(patienceMs: number, unfit: string[]): GraderError {
  const seconds = Math.round(patienceMs / 1000)
  const seen =
    unfit.length === 0 ? 'no worker was there' : `no worker there can judge it (${unfit.slice(0, 5).join('; ')})`
  return new GraderError('queue.no-worker', `Nobody took it within ${seconds} s: ${seen}.`, {
    remedy: 'Start `cgrade worker` with the same cgrade and the same specs, and grade what is ungraded once more.',
  })
}

function tellSilence(patienceMs: number): GraderError {
  const seconds = Math.round(patienceMs / 1000)
  return new GraderError('queue.unreachable', `The queue did not answer for ${seconds} s.`, {
    remedy: 'Start it again, and grade what is ungraded once more.',
  })
}
