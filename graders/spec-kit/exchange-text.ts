import type { Evidence } from '../model/feedback.ts'
import type { LogLine } from '../model/verdict.ts'
import type { HttpExchange } from '../probes/http.ts'

const shownCharacters = 2_000

/** An exchange as `curl -i` would show it, bounded. */
export function exchangeEvidence(exchange: HttpExchange): Evidence {
  const request = [
    `> GET ${exchange.request.path}`,
    ...exchange.request.headers.filter(([name]) => name.startsWith('X-')).map(([name, value]) => `> ${name}: ${value}`),
  ]
  if (!exchange.ok) return { kind: 'http', text: [...request, `  ${describeProblem(exchange)}`].join('\n') }
  const answer = [
    `< ${exchange.status}`,
    ...exchange.headers.slice(0, 40).map(([name, value]) => `< ${name}: ${value.slice(0, 200)}`),
    ...(exchange.body === '' ? [] : ['', exchange.body.slice(0, 600)]),
  ]
  return { kind: 'http', text: [...request, ...answer].join('\n').slice(0, shownCharacters) }
}

export function logEvidence(lines: LogLine[]): Evidence {
  const shown = lines.slice(-20).map((line) => `${line.stream}: ${line.text.slice(0, 300)}`)
  return { kind: 'log', text: shown.length === 0 ? '(nothing)' : shown.join('\n') }
}

/** In the evidence of whatever failed by time. */
export const notInTime = 'no complete answer in time'

export function describeProblem(exchange: HttpExchange & { ok: false }): string {
  switch (exchange.problem) {
    case 'refused':
      return 'the connection was refused'
    case 'timeout':
      return notInTime
    case 'closed':
      return 'the server closed the connection without an answer'
    case 'not-http':
      return 'the answer is not valid HTTP'
    case 'headers-too-large':
      return 'the response headers are larger than 64 KiB'
  }
}

/** Values of a response header, whatever the case of its name. */
export function headerValues(exchange: HttpExchange, name: string): string[] {
  if (!exchange.ok) return []
  const wanted = name.toLowerCase()
  return exchange.headers.filter(([given]) => given.toLowerCase() === wanted).map(([, value]) => value)
}
