import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpExchange } from '../probes/http.ts'

/** A request that a server is busy with. */
export interface OpenRequest {
  /** Resolves when the answer is complete, or the server has given it up. */
  answer: Promise<HttpExchange>
  /** It has no answer yet. */
  isOpen(): boolean
}

type Ask = (path: string) => Promise<HttpExchange>

/** From the arrival of a request to its handler. */
const takingMs = 300
/** The same where no other request can tell: the server answers one at a time. */
const takingAloneMs = 1_000
const pauseMs = 250
/** Two answers of the same moment may be read in either order. */
const momentMs = 50

/**
 * Asks, and resolves when the server has surely taken the request: a later one on another connection has its answer, and
 * connections are taken in the order in which they came. Where that answer came too late, as of a server that answers one
 * request at a time, it asks again and only waits.
 */
export async function openRequest(path: string, control: string, ask: Ask): Promise<OpenRequest> {
  const began = performance.now()
  const request = follow(ask(path))
  await sleep(takingMs)
  const controlled = ask(control)
  await Promise.race([request.answer, controlled])
  await Promise.race([request.answer, sleep(takingMs)])
  if (request.isOpen()) return request
  const tookItsTime = performance.now() - began > takingAloneMs
  if (!tookItsTime || !(await request.answer).ok) return request
  await controlled
  const again = follow(ask(path))
  await Promise.race([again.answer, sleep(takingAloneMs)])
  return again
}

function follow(answer: Promise<HttpExchange>): OpenRequest {
  let open = true
  const watched = answer.finally(() => {
    open = false
  })
  return { answer: watched, isOpen: () => open }
}

/**
 * Asks a path again and again while another request is open, and returns what came of each. What is not answered before
 * the open one is, or at the same moment after a long time, was kept waiting for it.
 */
export async function askWhileOpen(open: OpenRequest, path: string, ask: Ask): Promise<HttpExchange[]> {
  const answers: HttpExchange[] = []
  await Promise.race([open.answer, sleep(pauseMs)])
  while (open.isOpen()) {
    const began = performance.now()
    const exchange = await Promise.race([ask(path), open.answer.then(() => undefined)])
    const tookMs = performance.now() - began
    await Promise.race([open.answer, sleep(momentMs)])
    if (exchange !== undefined && open.isOpen()) answers.push(exchange)
    else if (exchange === undefined || tookMs > pauseMs) answers.push(keptWaiting(path))
    await Promise.race([open.answer, sleep(pauseMs)])
  }
  return answers
}

function keptWaiting(path: string): HttpExchange {
  const detail = 'It was kept waiting until the request before it had its answer.'
  return { ok: false, request: { path, headers: [] }, problem: 'timeout', detail }
}
