import type { Verdict } from '../model/verdict.ts'
import type { HttpExchange } from '../probes/http.ts'
import { describeProblem, exchangeEvidence } from './exchange-text.ts'
import { failedBy, passed } from './judgement.ts'

/** Whether the first answer has the status; `control` is the answer of a path that nobody serves. */
export function judgeAnswer(first: HttpExchange | undefined, status: number, control: HttpExchange[]): Verdict {
  if (first === undefined) throw new Error('toAnswer needs an answer')
  const { path } = first.request
  const reproduce = `curl -i http://localhost:PORT${path}`
  const evidence = [exchangeEvidence(first)]
  if (!first.ok) {
    return failedBy({
      reason: 'healthz.no-answer',
      message: `\`GET ${path}\` was not answered: ${describeProblem(first)}.`,
      expected: String(status),
      actual: describeProblem(first),
      reproduce,
      evidence,
    })
  }
  if (first.status !== status) {
    return failedBy({
      reason: 'healthz.not-200',
      message: `\`GET ${path}\` is answered with ${first.status}.`,
      expected: String(status),
      actual: String(first.status),
      hint: `Register a handler for exactly this path: \`http.HandleFunc("${path}", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(${status}) })\`.`,
      reproduce,
      evidence,
    })
  }
  const catchAll = control.some((exchange) => exchange.ok && exchange.status === status)
  return passed(
    catchAll
      ? `\`GET ${path}\` is answered with ${status}; so is any other path, so it says little about the health of the server.`
      : `\`GET ${path}\` is answered with ${status}.`,
    evidence,
  )
}
