import type { HttpExchange } from '../probes/http.ts'

/** Test support: an answer with these headers, as a probe would have seen it. */
export function answerWith(
  headers: [string, string][],
  change: Partial<Extract<HttpExchange, { ok: true }>> = {},
): HttpExchange {
  return {
    ok: true,
    request: { path: '/', headers: [] },
    status: 200,
    headers,
    body: '',
    bodyCut: false,
    localAddress: '10.0.0.1',
    ...change,
  }
}
