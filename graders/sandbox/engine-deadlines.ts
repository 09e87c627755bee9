import { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { GraderError } from '../model/grader-error.ts'

/** What docker-modem is asked for, as far as it matters here. */
interface Call {
  path: string
  method: string
  /** What is sent, as it comes. */
  file?: unknown
  abortSignal?: AbortSignal
}
type Answered = (error: unknown, value?: unknown) => void
interface Modem {
  dial(call: Call, answered: Answered): void
}

/** From the call to its answer, or to the first bytes of one that is a stream; a build has a limit of its own for the rest. */
const usualMs = 120_000
/** What takes long on large images, and sends nothing meanwhile. */
const longMs = 600_000
/** Once a call was not answered: so long may the next ones take, until one is. */
const doubtfulMs = 10_000

const withDeadlines = new WeakSet<object>()
const silentEngines = new WeakSet<object>()

/**
 * Gives every call to the engine a deadline: an engine that accepts and then says nothing must not hang a run. Both our client
 * and the one of testcontainers are made by the same class, which has no such limit (its `timeout` ends quiet streams, too).
 */
export function setDeadlines(docker: Docker, usual = usualLimitMs()): void {
  const prototype = Object.getPrototypeOf(docker.modem) as Modem
  if (withDeadlines.has(prototype)) return
  withDeadlines.add(prototype)
  const dial = prototype.dial
  prototype.dial = function (this: Modem, call, answered) {
    const trustedMs = limitOf(call, usual)
    if (trustedMs === undefined) return dial.call(this, call, answered)
    const limitMs = silentEngines.has(this) ? Math.min(trustedMs, doubtfulMs) : trustedMs
    const late = new AbortController()
    const abortSignal = AbortSignal.any([late.signal, ...(call.abortSignal === undefined ? [] : [call.abortSignal])])
    let timer: NodeJS.Timeout | undefined
    const begin = () => {
      timer ??= setTimeout(() => late.abort(), limitMs)
    }
    // An image that is still being made is sent as it comes; how long that takes is not the engine's doing.
    if (call.file instanceof Readable && /^\/images\//.test(call.path)) call.file.once('end', begin)
    else begin()
    dial.call(this, { ...call, abortSignal }, (error, value) => {
      begin()
      clearTimeout(timer)
      if (late.signal.aborted) silentEngines.add(this)
      else silentEngines.delete(this)
      if (value instanceof IncomingMessage && sendsFiles(call)) endIdle(value, limitMs, call)
      answered(late.signal.aborted && error ? tooLate(call, limitMs, error) : error, value)
    })
  }
}

/** An answer that the engine has at hand: it comes without a pause, unlike that of a build. */
function sendsFiles({ path }: Call): boolean {
  return /^\/(containers\/[^/]+\/archive|images\/(.+\/get|load))\b/.test(path)
}

function endIdle(answer: IncomingMessage, limitMs: number, call: Call): void {
  const { socket } = answer
  let readBytes = socket.bytesRead
  const timer = setInterval(() => {
    if (socket.bytesRead === readBytes) answer.destroy(tooLate(call, limitMs, new Error('it stopped in the middle')))
    readBytes = socket.bytesRead
  }, limitMs)
  answer.once('close', () => clearInterval(timer))
}

/** Undefined: the call waits for something that may never happen, and its caller has a limit. */
function limitOf({ method, path }: Call, usual: number): number | undefined {
  if (/^\/containers\/[^/]+\/wait\b/.test(path) || /^\/events\b/.test(path)) return undefined
  // A log that is followed sends its first byte when the program does.
  if (method === 'GET' && /^\/containers\/[^/]+\/logs\b/.test(path)) return undefined
  if (/^\/(build|commit|images\/(create|load)|images\/.+\/get|containers\/[^/]+\/archive)\b/.test(path))
    return Math.round((usual / usualMs) * longMs)
  return usual
}

function tooLate({ method, path }: Call, limitMs: number, cause: unknown): GraderError {
  const what = `${method} ${path.replace(/\?.*/s, '').slice(0, 100)}`
  return new GraderError('engine.timeout', `The container engine did not answer ${what} within ${limitMs / 1000} s.`, {
    cause,
    remedy: 'See whether the engine is alive (`docker ps`), restart it, and grade what is ungraded once more.',
  })
}

/** For a call of the usual kind. Whoever grades with a very slow engine can give it more. */
export function usualLimitMs(): number {
  const seconds = Number(process.env.CGRADE_ENGINE_TIMEOUT)
  return Number.isFinite(seconds) && seconds >= 1 ? seconds * 1000 : usualMs
}
