import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { GraderError } from '../../model/grader-error.ts'
import type { Engine } from '../engine.ts'

export type Pull =
  | { how: 'pulled' }
  /** The registry answered: there is no such image, or not for everybody. */
  | { how: 'absent'; message: string }
  /** The registry answered, and has the image for other processors only, or no patience with us. */
  | { how: 'refused'; message: string }
  | { how: 'unreachable'; message: string }

const wholeTimeoutMs = 20 * 60_000

/** Pulls one image; gives up when nothing arrives for `patienceMs`. */
export async function pullImage(
  engine: Engine,
  fullName: string,
  options: { signal: AbortSignal; patienceMs: number; onAnswer(): void },
): Promise<Pull> {
  const silent = new AbortController()
  const timer = setTimeout(() => silent.abort(), options.patienceMs)
  const abortSignal = AbortSignal.any([options.signal, silent.signal, AbortSignal.timeout(wholeTimeoutMs)])
  try {
    const stream = (await engine.docker.pull(fullName, { abortSignal })) as Readable
    let lines = 0
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      timer.refresh()
      if (lines === 0) options.onAnswer()
      lines += 1
      if (line === '') continue
      const event = JSON.parse(line) as { error?: string }
      if (event.error !== undefined) return readRefusal(event.error)
    }
    return abortSignal.aborted ? unanswered(options) : { how: 'pulled' }
  } catch (thrown) {
    if (abortSignal.aborted) return unanswered(options)
    const { statusCode, json, message } = thrown as {
      statusCode?: number
      json?: { message?: string }
      message: string
    }
    if (statusCode === undefined) {
      throw new GraderError('engine.unreachable', `The engine broke off while it pulled ${fullName}: ${message}`, {
        cause: thrown,
      })
    }
    return readRefusal(json?.message ?? message)
  } finally {
    clearTimeout(timer)
  }
}

function unanswered(options: { signal: AbortSignal; patienceMs: number }): Pull {
  options.signal.throwIfAborted()
  return { how: 'unreachable', message: `no answer within ${options.patienceMs / 1000} s` }
}

const absent =
  /manifest unknown|manifest for .{1,600} not found|name unknown|repository does not exist|repository .{1,600} not found|pull access denied|requested access to the resource is denied|: not found$|invalid reference format/i
const refused = /no matching manifest|toomanyrequests|rate limit|unauthorized|no basic auth/i

/** What the engine says is the only thing there is: no registry error arrives with a code of its own. */
export function readRefusal(message: string): Pull {
  const text = message
    .slice(0, 2_000)
    .replace(/^\(HTTP code \d{3}\) [a-z ]{1,40} - /, '')
    .trim()
  if (/no space left on device/i.test(text)) {
    throw new GraderError('disk.full', 'The disk of the container engine is full.', {
      remedy: 'Make room (`docker system df` shows what takes it), then grade again.',
    })
  }
  if (refused.test(text)) return { how: 'refused', message: text }
  if (absent.test(text)) return { how: 'absent', message: text }
  return { how: 'unreachable', message: text }
}
