import { setTimeout as sleep } from 'node:timers/promises'
import { Unsure } from './api-client.ts'

const mostAttempts = 4
const pauseMs = 1000

/**
 * Writes by looking first: where it is not known whether a write was carried out, or where what it was about is gone, it looks
 * and writes once more after a pause.
 */
export async function lookAgain<T>(write: () => Promise<T>, isGone: (error: unknown) => boolean): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write()
    } catch (error) {
      if (attempt === mostAttempts || !(error instanceof Unsure || isGone(error))) throw error
      await sleep(pauseMs * attempt)
    }
  }
}
