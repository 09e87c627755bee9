import { setImmediate } from 'node:timers/promises'

/**
 * Small files are read several times faster by synchronous calls; this lets others run in between, as probes of other
 * submissions measure time in the same process.
 */
export function timeSlice(sliceMs = 8): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < sliceMs) return
    await setImmediate()
    since = performance.now()
  }
}
