import type { Redis } from 'ioredis'
import { maxToldBytes, type Told, toldKey, toldSchema } from './messages.ts'

const waitMs = 2_000
/** Read at once: grades may be large. */
const mostAtOnce = 10

/** What workers have told of a run, in their order; `undefined` each time when there is nothing more for the moment. */
export async function* readTold(
  waiting: Redis,
  runId: string,
  signal: AbortSignal,
): AsyncGenerator<{ entry: string; told: Told | 'unreadable' } | undefined> {
  const key = toldKey(runId)
  let last = '0'
  let isCaughtUp = false
  while (!signal.aborted) {
    const read: [stream: string, entries: [id: string, fields: string[]][]][] | null = isCaughtUp
      ? await waiting.xread('COUNT', mostAtOnce, 'BLOCK', waitMs, 'STREAMS', key, last)
      : await waiting.xread('COUNT', mostAtOnce, 'STREAMS', key, last)
    isCaughtUp = read === null
    for (const [entry, fields] of read?.[0]?.[1] ?? []) {
      last = entry
      yield { entry, told: parseTold(fields[1] ?? '') }
    }
    if (read === null) yield undefined
  }
}

function parseTold(text: string): Told | 'unreadable' {
  if (Buffer.byteLength(text) > maxToldBytes) return 'unreadable'
  try {
    const parsed = toldSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : 'unreadable'
  } catch {
    return 'unreadable'
  }
}
