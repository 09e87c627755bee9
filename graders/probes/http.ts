import { buildConnector, Client, errors } from 'undici'
import type { RelayPoint } from '../model/verdict.ts'

export interface HttpTarget {
  address: string
  port: number
  relay?: RelayPoint
}

/** What curl sends, in its order: a server has nothing to tell its graders from its users by, but `Connection: close`. */
export const curlHeaders: [name: string, value: string][] = [
  ['User-Agent', 'curl/8.5.0'],
  ['Accept', '*/*'],
]

export interface HttpRequest {
  path: string
  /** Sent as they are, names and case kept. */
  headers: [name: string, value: string][]
}

export type HttpExchange =
  | {
      ok: true
      request: HttpRequest
      status: number
      /** Wire order and case, duplicates kept, values as latin1. */
      headers: [name: string, value: string][]
      /** UTF-8, at most `bodyBytes` of it. */
      body: string
      bodyCut: boolean
      /** The client's end of the server's connection, ours or the relay's: what an access log should show. */
      localAddress: string
    }
  | { ok: false; request: HttpRequest; problem: HttpProblem; detail: string }

/** Ways in which a server does not answer a request with HTTP. */
export type HttpProblem = 'refused' | 'timeout' | 'closed' | 'not-http' | 'headers-too-large'

const bodyBytes = 1024 * 1024
const headerBytes = 64 * 1024

/**
 * One GET on a connection of its own: no redirects, no decompression, no body; `timeoutMs` bounds all of it. Whatever the
 * server does is a value.
 */
export async function get(target: HttpTarget & { timeoutMs: number }, request: HttpRequest): Promise<HttpExchange> {
  const local = { address: '' }
  const client = new Client(originOf(target), {
    maxHeaderSize: headerBytes,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: connectorThatTells(local, target),
  })
  try {
    const response = await client.request({
      method: 'GET',
      path: request.path,
      headers: request.headers.flat(),
      responseHeaders: 'raw',
      // `Connection: close`: asked to keep the connection, an HTTP/1.0 server that echoes headers would never end its body.
      reset: true,
      // undici's own time-outs have a resolution of a second and start anew with every byte.
      signal: AbortSignal.timeout(target.timeoutMs),
    })
    const body = await readBounded(response.body)
    return {
      ok: true,
      request,
      status: response.statusCode,
      headers: pairs(response.headers as unknown as string[]),
      body: body.text,
      bodyCut: body.cut,
      localAddress: target.relay?.seenAs ?? local.address,
    }
  } catch (thrown) {
    return { ok: false, request, ...problemOf(thrown) }
  } finally {
    await client.destroy().catch(() => {})
  }
}

/** How to come to the server from this machine. */
export function wayTo({ address, port, relay }: HttpTarget): { host: string; port: number } {
  return relay === undefined ? { host: address, port } : { host: '127.0.0.1', port: relay.port }
}

/** Also the `Host` that the server is told: its own, whatever stands between. */
function originOf({ address, port }: HttpTarget): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`
}

function connectorThatTells(
  local: { address: string },
  target: HttpTarget & { timeoutMs: number },
): buildConnector.connector {
  const connect = buildConnector({ timeout: target.timeoutMs, allowH2: false })
  const { host, port } = wayTo(target)
  return (options, callback) =>
    connect({ ...options, hostname: host, port: String(port) }, (...result) => {
      // Neither a socket nor null comes with a refusal, whatever the type says: thrown here, it would end the grader.
      const socket = result[1] as (typeof result)[1] | undefined
      local.address = (socket?.localAddress ?? '').replace(/^::ffff:/, '')
      callback(...result)
    })
}

/** What of the body came in time: status and headers have been seen, and a body that never ends takes nothing from them. */
async function readBounded(stream: AsyncIterable<Buffer>): Promise<{ text: string; cut: boolean }> {
  const chunks: Buffer[] = []
  let bytes = 0
  let broken = false
  try {
    for await (const chunk of stream) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= bodyBytes) break
    }
  } catch (thrown) {
    if (thrown instanceof errors.HTTPParserError) throw thrown
    broken = true
  }
  const text = Buffer.concat(chunks).subarray(0, bodyBytes).toString('utf8')
  return { text, cut: broken || bytes >= bodyBytes }
}

function pairs(flat: string[]): [string, string][] {
  const found: [string, string][] = []
  for (let i = 0; i + 1 < flat.length; i += 2) found.push([String(flat[i]), String(flat[i + 1])])
  return found
}

function problemOf(thrown: unknown): { problem: HttpProblem; detail: string } {
  const error = thrown as NodeJS.ErrnoException
  const detail = error.message ?? String(thrown)
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return { problem: 'timeout', detail }
  if (error instanceof errors.ConnectTimeoutError) return { problem: 'timeout', detail }
  if (error instanceof errors.HeadersOverflowError) return { problem: 'headers-too-large', detail }
  if (error instanceof errors.HTTPParserError) return { problem: 'not-http', detail }
  if (error instanceof errors.ResponseContentLengthMismatchError) return { problem: 'not-http', detail }
  // undici has no type for an answer 101 that nobody asked for: with `Upgrade` a socket error, without it an assertion.
  if (error.message === 'bad upgrade' || error.name === 'AssertionError')
    return { problem: 'not-http', detail: 'The server answered 101, and nobody had asked for another protocol.' }
  if (error.code === 'ECONNREFUSED' || error.code === 'EHOSTUNREACH') return { problem: 'refused', detail }
  return { problem: 'closed', detail }
}
