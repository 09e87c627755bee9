import { setFlagsFromString } from 'node:v8'

let bounded = false

/**
 * Keeps the memory of a long run flat, in this thread and in those of the specs: V8 would set aside up to 48 MB for young
 * objects in each, and let garbage of old ones pile up while there is room. To be called before a spec worker starts.
 */
export function boundHeaps(): void {
  if (bounded) return
  bounded = true
  setFlagsFromString('--max-semi-space-size=2')
  // This thread's own limit was fixed when it started: from here on it does not grow.
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--optimize-for-size')
}
