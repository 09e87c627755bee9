import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Engine, ownerLabel } from './engine.ts'
import { usualLimitMs } from './engine-deadlines.ts'
import { engineAnswers } from './locate-engine.ts'

/** Sees when the engine goes away: what it says of a container, and what a container does, is worth nothing then. */
export interface EngineWatch extends AsyncDisposable {
  /** Aborts as soon as the engine is seen to be gone, or silent for too long. It never comes back: watch anew. */
  readonly lost: AbortSignal
  /** Asks it once more: whether all was well until now. */
  isLost(): Promise<boolean>
}

const askEveryMs = 5_000
const askAgainMs = 500
/** A machine with much else to do answers late, too; only an engine that hangs takes so long. */
const hangsAfterMs = 30_000

/**
 * An open stream of events breaks when the engine has ended, however soon another one is there. One that is ending, and stops
 * its containers, takes no new connection any more; that, and one that hangs, is found by asking.
 */
export function watchEngine(engine: Pick<Engine, 'docker' | 'endpoint'>, everyMs = askEveryMs): EngineWatch {
  const lost = new AbortController()
  const over = new AbortController()
  const limitMs = Math.min(hangsAfterMs, usualLimitMs())
  let asked: Promise<void> | undefined
  const lose = () => {
    if (!over.signal.aborted) lost.abort()
  }
  const ask = () => {
    asked ??= engineAnswers(engine.endpoint, process.env, limitMs).then((answers) => {
      asked = undefined
      if (!answers) lose()
    })
    return asked
  }
  const asking = setInterval(() => void ask(), everyMs).unref()
  const following = followEvents(engine, over.signal, lose)
  return {
    lost: lost.signal,
    async isLost() {
      if (!lost.signal.aborted) await ask()
      return lost.signal.aborted
    },
    async [Symbol.asyncDispose]() {
      clearInterval(asking)
      over.abort()
      await following
    },
  }
}

/** Waits until the engine answers, at most `patienceMs`; false: it did not, or nobody waits any more. */
export async function waitForEngine(
  engine: Pick<Engine, 'endpoint'>,
  patienceMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  for (const until = performance.now() + patienceMs; performance.now() < until; ) {
    if (signal.aborted) return false
    const limitMs = Math.max(1, Math.min(askAgainMs * 4, until - performance.now()))
    if (await engineAnswers(engine.endpoint, process.env, limitMs)) return !signal.aborted
    await sleep(askAgainMs, undefined, { signal }).catch(() => {})
  }
  return false
}

/** Events of containers of ours come now and then, which keeps the line open; nothing in them is read. */
async function followEvents({ docker }: Pick<Engine, 'docker'>, over: AbortSignal, lose: () => void): Promise<void> {
  try {
    const options = { filters: JSON.stringify({ label: [ownerLabel] }), abortSignal: over }
    const events = (await docker.getEvents(options as object)) as Readable
    over.addEventListener('abort', () => events.destroy(), { once: true })
    for await (const _ of events);
  } catch (thrown) {
    // One that tells no events has answered, and is there.
    if ((thrown as { statusCode?: number }).statusCode !== undefined) return
  }
  lose()
}
