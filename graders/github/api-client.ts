import { setTimeout as sleep } from 'node:timers/promises'
import { EnvHttpProxyAgent, request } from 'undici'
import type * as z from 'zod'
import { GraderError } from '../model/grader-error.ts'
import { type Answer, ApiRefusal, isLimited, isOursToRepeat, redirectOf, waitBefore } from './api-answer.ts'

const requestTimeoutMs = 30_000
const mostBytes = 64 * 1024 * 1024
const mostAttempts = 5
const pageSize = 100

export interface ApiOptions {
  /** As in GITHUB_API_URL, without a slash at its end. */
  url: string
  /** Sent to this host and to no other; never part of a message. */
  token: string
  signal: AbortSignal
  /** When everything has to be over, waiting for a rate limit included. */
  deadlineMs: number
}

/** What `cgrade publish` needs of GitHub's REST API. Paths begin with `/`; every answer is vetted by its schema. */
export interface GitHubApi extends AsyncDisposable {
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>
  /** All pages of a list, or the first `mostPages`. */
  list<T>(path: string, schema: z.ZodType<T[]>, mostPages?: number): Promise<T[]>
  /** Repeated where GitHub says that nothing was done; where that is not known, `Unsure` is thrown. */
  write<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body: unknown, schema: z.ZodType<T>): Promise<T>
}

/** A write that may have been carried out or not: whoever asked looks again before asking again. */
export class Unsure extends Error {
  override readonly name = 'Unsure'
}

/** Throws ApiRefusal for an answer 4xx, a GraderError `github.unreachable` for what does not come in time. */
export function connectApi(options: ApiOptions): GitHubApi {
  const agent = new EnvHttpProxyAgent()
  const endsAtMs = Date.now() + options.deadlineMs
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.deadlineMs)])

  async function once(method: string, url: URL, body: unknown): Promise<Answer> {
    const sent = await request(url, {
      method: method as 'GET',
      dispatcher: agent,
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${options.token}`,
        'user-agent': 'cgrade',
        'x-github-api-version': '2022-11-28',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of sent.body) {
      bytes += chunk.length
      if (bytes > mostBytes) throw new Error(`an answer of more than ${mostBytes} bytes`)
      chunks.push(chunk)
    }
    return { status: sent.statusCode, headers: sent.headers, text: Buffer.concat(chunks).toString('utf8') }
  }

  /** Follows GitHub where it moved a repository, on the same host only: elsewhere the token has no business. */
  async function follow(method: string, path: string, body: unknown): Promise<Answer> {
    let url = new URL(options.url + path)
    for (let hop = 0; hop < 4; hop += 1) {
      const answer = await once(method, url, body)
      const next = redirectOf(answer, url, method)
      if (next === undefined) return answer
      url = next
    }
    throw new Error('more than 3 redirects')
  }

  async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const route = `${method} ${path.split('?')[0]}`
    for (let attempt = 1; ; attempt += 1) {
      const answer = await follow(method, path, body).catch((cause: Error) => {
        if (cause instanceof GraderError) throw cause
        if (options.signal.aborted) throw new GraderError('interrupted', 'Publishing was interrupted.', { cause })
        return cause
      })
      if (!(answer instanceof Error) && answer.status < 300) return answer
      const limited = !(answer instanceof Error) && isLimited(answer)
      if (!limited && !(answer instanceof Error) && answer.status < 500) throw new ApiRefusal(route, answer)
      const why = answer instanceof Error ? answer.message : `it answered ${answer.status}`
      if (!limited && !isOursToRepeat(method)) throw new Unsure(`${route}: ${why}`)
      const waitMs = waitBefore(attempt, answer instanceof Error ? undefined : answer)
      if (attempt === mostAttempts || signal.aborted || Date.now() + waitMs > endsAtMs) {
        throw unreachable(options, route, limited ? 'its rate limit is reached' : why)
      }
      await sleep(waitMs, undefined, { signal: options.signal }).catch(() => {})
    }
  }

  async function read<T>(path: string, schema: z.ZodType<T>): Promise<{ value: T; hasNext: boolean }> {
    const answer = await ask('GET', path)
    const hasNext = /<[^>]*>;\s*rel="next"/.test(String(answer.headers.link ?? ''))
    return { value: vet(answer, `GET ${path}`, schema, options), hasNext }
  }

  return {
    get: async (path, schema) => (await read(path, schema)).value,
    async list(path, schema, mostPages = 50) {
      const all = []
      for (let page = 1; page <= mostPages; page += 1) {
        // The number is ours: the address in `Link` would be one more thing to believe.
        const mark = path.includes('?') ? '&' : '?'
        const { value, hasNext } = await read(`${path}${mark}per_page=${pageSize}&page=${page}`, schema)
        all.push(...value)
        if (!hasNext) break
      }
      return all
    },
    async write(method, path, body, schema) {
      return vet(await ask(method, path, body), `${method} ${path}`, schema, options)
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  }
}

function vet<T>(answer: Answer, route: string, schema: z.ZodType<T>, options: ApiOptions): T {
  let document: unknown
  try {
    document = answer.text === '' ? null : JSON.parse(answer.text)
  } catch (cause) {
    throw unreachable(options, route, 'its answer is not JSON', cause)
  }
  const parsed = schema.safeParse(document)
  if (parsed.success) return parsed.data
  const place = parsed.error.issues[0]?.path.map(String).join('.') ?? ''
  throw unreachable(options, route, `its answer has another shape than documented, at \`${place}\``)
}

function unreachable(options: ApiOptions, route: string, why: string, cause?: unknown): GraderError {
  const said = why.replaceAll(options.token, '***').slice(0, 300)
  return new GraderError('github.unreachable', `GitHub (${options.url}) could not be asked: ${route}: ${said}.`, {
    cause,
    remedy: 'Run this job again later (`Re-run jobs` on its page); nothing is published twice.',
  })
}
