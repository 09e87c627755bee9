import { GraderError } from '../model/grader-error.ts'

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

/** GitHub understood and said no: `status` is 400 to 499. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal'
  readonly status: number
  readonly route: string

  constructor(route: string, answer: Answer) {
    super(`${route} was answered with ${answer.status}${reasonOf(answer.text)}`)
    this.status = answer.status
    this.route = route
  }
}

function reasonOf(text: string): string {
  try {
    const said = (JSON.parse(text) as { message?: unknown } | null)?.message
    return typeof said === 'string' ? ` (${said.slice(0, 200)})` : ''
  } catch {
    return ''
  }
}

/** One of GitHub's rate limits: nothing was done, and waiting helps. A 403 without its marks is a missing permission. */
export function isLimited({ status, headers, text }: Answer): boolean {
  if (status === 429) return true
  if (status !== 403) return false
  return headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(text)
}

/** Asking twice does the same as asking once. A PATCH of a check run is not among them: its annotations are added. */
export function isOursToRepeat(method: string): boolean {
  return method === 'GET' || method === 'DELETE'
}

/** Milliseconds before the next attempt: what GitHub asks for, else a minute for a limit, else a little more each time. */
export function waitBefore(attempt: number, answer: Answer | undefined): number {
  const after = Number(answer?.headers['retry-after'])
  if (answer?.headers['retry-after'] !== undefined && after >= 0) return after * 1000
  if (answer === undefined || !isLimited(answer)) return 500 * 2 ** (attempt - 1)
  const resetMs = Number(answer.headers['x-ratelimit-reset']) * 1000 - Date.now()
  const isPrimary = answer.headers['x-ratelimit-remaining'] === '0' && Number.isFinite(resetMs)
  return isPrimary ? Math.max(resetMs, 0) + 1000 : 60_000
}

/** Where a redirect leads that may be followed; undefined when the answer is none. */
export function redirectOf(answer: Answer, from: URL, method: string): URL | undefined {
  if (![301, 302, 307, 308].includes(answer.status)) return undefined
  const location = answer.headers.location
  const next = URL.parse(String(location ?? ''), from.href)
  const keepsMethod = method === 'GET' || answer.status >= 307
  if (location !== undefined && next?.origin === from.origin && keepsMethod) return next
  throw new GraderError('github.unreachable', `GitHub (${from.origin}) sends this request to another host.`, {
    remedy: 'Set `GITHUB_API_URL` to the address of the API itself; the token is sent nowhere else.',
  })
}
