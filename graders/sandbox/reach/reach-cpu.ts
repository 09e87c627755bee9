import type { Engine } from '../engine.ts'

/**
 * CPU time of a container by the engine's own account, in milliseconds. Engines take up to two seconds to answer, so each
 * call tells what the last answer was and asks for the next. Undefined: not known yet, or this engine keeps no account.
 */
export function cpuAccount(engine: Engine, containerId: string): () => number | undefined {
  let usedMs: number | undefined
  let asking = false
  return () => {
    if (!asking) {
      asking = true
      const stats = engine.docker.getContainer(containerId).stats({ stream: false, 'one-shot': true })
      stats
        .then((told) => {
          const nanoseconds = told.cpu_stats?.cpu_usage?.total_usage ?? 0
          if (nanoseconds > 0) usedMs = nanoseconds / 1e6
        })
        .catch(() => {})
        .finally(() => {
          asking = false
        })
    }
    return usedMs
  }
}
