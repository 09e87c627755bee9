import type { LogLine, Verdict } from '../model/verdict.ts'
import { logEvidence } from './exchange-text.ts'
import { failedBy } from './judgement.ts'
import type { Server, Visit } from './server.ts'

/** How long a log is watched while nobody asks, and how often: late lines of earlier requests come to an end, a clock does not. */
const windowMs = 1_000
const windows = 3

/** Which lines show what is asked for. */
export type Matching = (lines: LogLine[]) => LogLine[]

/**
 * The visits without lines that are printed just as well while nobody asks: guesses of an access log, printed by a clock.
 * A line with the path that only this run knows is no guess, and then nothing is waited for.
 */
export async function leaveOutUnasked(
  server: Pick<Server, 'watchLog'>,
  visits: Visit[],
  matching: Matching,
): Promise<{ visits: Visit[]; unasked: LogLine[] }> {
  const isProven = visits.some(
    ({ exchange, isUnguessable, lines }) =>
      isUnguessable && matching(lines).some(({ text }) => text.includes(exchange.request.path)),
  )
  if (isProven || visits.every(({ lines }) => matching(lines).length === 0)) return { visits, unasked: [] }
  const unasked: LogLine[] = []
  for (let window = 0; window < windows; window += 1) {
    const found = matching(await server.watchLog(windowMs))
    if (found.length === 0) return { visits, unasked: [] }
    unasked.push(...found)
  }
  const shapes = new Set(unasked.map(shapeOf))
  const left = visits.map((visit) => ({ ...visit, lines: visit.lines.filter((line) => !shapes.has(shapeOf(line))) }))
  return { visits: left, unasked }
}

/** The line without its times, counters and statuses; addresses stay: a server may well ask itself. */
function shapeOf({ text }: LogLine): string {
  return text.replace(/\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*\d[\da-f]*/g, (found) => (found.includes('.') ? found : '#'))
}

export function printedUnasked(unasked: LogLine[]): Verdict {
  return failedBy({
    reason: 'log.without-requests',
    message: 'Your program prints such lines all the time, also while nobody asks it: they do not come from requests.',
    expected: 'a line for each request, and none without one',
    actual: `${unasked.length} such lines within ${(windows * windowMs) / 1000} seconds without a request`,
    hint: 'Write the line in the handler, from `r.RemoteAddr` and the status that this request was answered with.',
    reproduce: 'docker logs -f CONTAINER   # and do not ask the server anything',
    evidence: [logEvidence(unasked)],
  })
}
