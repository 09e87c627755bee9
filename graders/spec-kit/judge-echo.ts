import type { Verdict } from '../model/verdict.ts'
import type { HttpExchange } from '../probes/http.ts'
import { describeProblem, exchangeEvidence, headerValues } from './exchange-text.ts'
import { failedBy, judged, passed } from './judgement.ts'

type Header = [name: string, value: string]
type Echo = 'exact' | 'altered' | 'prefixed' | 'body' | 'none'

const hint =
  'Copy every header of the request into the response before you call `WriteHeader` or write the body: `for name, values := range r.Header { for _, v := range values { w.Header().Add(name, v) } }`.'

/** Whether, on some route and every time, each header that was sent came back as a response header. */
export function judgeEcho(answers: HttpExchange[], sent: Header[]): Verdict {
  const routes = [...Map.groupBy(answers, (answer) => answer.request.path).values()]
  const judgedRoutes = routes.map((group) => judgeRoute(group, sent))
  const best = judgedRoutes.reduce((a, b) => (b.rank > a.rank ? b : a))
  return best.verdict
}

function judgeRoute(group: HttpExchange[], sent: Header[]): { rank: number; verdict: Verdict } {
  const shown = group.find((answer) => answer.ok) ?? group[0]
  if (shown === undefined) throw new Error('an echo is judged on at least one answer')
  const path = shown.request.path
  const evidence = [exchangeEvidence(shown)]
  const wire = {
    expected: sent.map(([name, value]) => `${name}: ${value}`).join('\n'),
    actual: shown.ok ? cameBack(shown, sent) : describeProblem(shown),
    reproduce: `curl -i ${sent
      .slice(0, 2)
      .map(([name, value]) => `-H '${name}: ${value}' `)
      .join('')}http://localhost:PORT${path}`,
    evidence,
  }
  const echoes = group.flatMap((answer) => sent.map((header) => echoOf(answer, header)))
  const all = (...kinds: Echo[]) => echoes.every((echo) => kinds.includes(echo))
  const some = (...kinds: Echo[]) => echoes.some((echo) => kinds.includes(echo))
  if (all('exact')) {
    const message = `All ${sent.length} headers came back from \`${path}\`, ${group.length} times out of ${group.length}.`
    return { rank: 6, verdict: passed(message, evidence, wire.actual) }
  }
  if (all('exact', 'prefixed')) {
    const message = `The headers come back from \`${path}\` under other names.`
    return {
      rank: 5,
      verdict: judged(0.5, 'echo.prefixed', {
        ...wire,
        message,
        hint: 'Keep the name of each header as it came; a prefix makes it a different header.',
      }),
    }
  }
  if (all('exact', 'altered', 'prefixed')) {
    const message = `The headers come back from \`${path}\` with changed values.`
    return {
      rank: 4,
      verdict: judged(0.5, 'echo.altered', {
        ...wire,
        message,
        hint: 'In Go a header is a list of values: write each one as it is (`w.Header().Add(name, v)`), not the printed list.',
      }),
    }
  }
  if (some('exact', 'altered', 'prefixed')) {
    const message = `Only some of the headers come back from \`${path}\`, or only sometimes.`
    const actual = group
      .map((answer, time) => `${countOf(answer, sent)} of ${sent.length} the ${ordinals[time]} time`)
      .join(', ')
    return { rank: 3, verdict: failedBy({ reason: 'echo.unreliable', ...wire, actual, message, hint }) }
  }
  if (all('body')) {
    const message = `The headers come back in the body of \`${path}\`, not as response headers.`
    return { rank: 2, verdict: failedBy({ reason: 'echo.body-only', ...wire, message, hint }) }
  }
  const message = 'None of the request headers came back as a response header, on any route that was found.'
  return { rank: shown.ok ? 1 : 0, verdict: failedBy({ reason: 'echo.none', ...wire, message, hint }) }
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth']

function countOf(answer: HttpExchange, sent: Header[]): number {
  return sent.filter((header) => ['exact', 'altered', 'prefixed'].includes(echoOf(answer, header))).length
}

function echoOf(answer: HttpExchange, [name, value]: Header): Echo {
  if (!answer.ok) return 'none'
  const values = headerValues(answer, name)
  if (values.includes(value)) return 'exact'
  if (values.some((given) => given.includes(value))) return 'altered'
  const wanted = name.toLowerCase()
  const renamed = answer.headers.some(
    ([given, carried]) =>
      given.toLowerCase() !== wanted && given.toLowerCase().includes(wanted) && carried.includes(value),
  )
  if (renamed) return 'prefixed'
  return answer.body.includes(value) ? 'body' : 'none'
}

function cameBack(answer: HttpExchange & { ok: true }, sent: Header[]): string {
  const carried = answer.headers.filter(([name, value]) =>
    sent.some(
      ([sentName, sentValue]) => name.toLowerCase().includes(sentName.toLowerCase()) || value.includes(sentValue),
    ),
  )
  return carried.length === 0
    ? 'none of them'
    : carried
        .slice(0, 10)
        .map(([name, value]) => `${name}: ${value.slice(0, 200)}`)
        .join('\n')
}
