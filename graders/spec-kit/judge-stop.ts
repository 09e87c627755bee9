import type { StopFacts, Verdict } from '../model/verdict.ts'
import type { HttpExchange } from '../probes/http.ts'
import { describeProblem, exchangeEvidence } from './exchange-text.ts'
import { failedBy, passed } from './judgement.ts'
import { exitCodeHint, inSeconds, reproduceStop, stopEvidence, whyNotStopped } from './stop-text.ts'

/** Whether the program ended by itself before the grace was over. */
export function judgeStopInTime(stop: StopFacts): Verdict {
  const { signal, graceMs, tookMs, ended } = stop
  const expected = `the end of the program within ${inSeconds(graceMs)} of ${signal}`
  if (ended === 'in-time') {
    return passed(
      `It ended ${inSeconds(tookMs)} after ${signal}; ${inSeconds(graceMs)} are allowed.`,
      stopEvidence(stop),
    )
  }
  if (ended === 'before') return endedBefore(stop, expected)
  return failedBy({
    reason: 'stop.not-in-time',
    message: `It still ran ${inSeconds(graceMs)} after ${signal} and had to be killed. In Kubernetes every update would wait so long and then cut off whoever is being served.`,
    expected,
    actual: 'killed when the time was over',
    hint: whyNotStopped(stop),
    reproduce: reproduceStop,
    evidence: stopEvidence(stop),
  })
}

/** Whether it ended with this exit code; to be asked of programs that end in time. */
export function judgeExitCode(stop: StopFacts, wanted: number): Verdict {
  const { signal, exitCode, ended } = stop
  if (ended === 'before') return endedBefore(stop, `exit code ${wanted}`)
  if (ended === 'in-time' && exitCode === wanted) {
    return passed(`After ${signal} it ended with exit code ${exitCode}.`, stopEvidence(stop))
  }
  return failedBy({
    reason: 'stop.exit-code',
    message: `After ${signal} it ended with exit code ${exitCode}. Whoever watches it takes that for a crash.`,
    expected: `exit code ${wanted}`,
    actual: ended === 'killed' ? 'killed when the time was over' : `exit code ${exitCode}`,
    hint: exitCodeHint(exitCode),
    reproduce: reproduceStop,
    evidence: stopEvidence(stop),
  })
}

/** Whether a request that was open when the signal came had its whole answer: status 200, with this text in it. */
export function judgeFinished(exchange: HttpExchange, text: string): Verdict {
  const { path } = exchange.request
  const expected = `200, with \`${text}\` in the body`
  if (exchange.ok && exchange.status === 200 && exchange.body.includes(text)) {
    return passed(`\`GET ${path}\`, begun before the signal, had its whole answer after it.`, [
      exchangeEvidence(exchange),
    ])
  }
  const actual = exchange.ok ? `${exchange.status}, without the text` : describeProblem(exchange)
  return failedBy({
    reason: 'stop.request-cut',
    message: `\`GET ${path}\` was being answered when the signal came, and did not get its answer: ${actual}.`,
    expected,
    actual,
    hint: 'After the signal, take no new requests, wait for those that have begun, and end only then. In Go `srv.Shutdown(ctx)` does that; `main` must wait until it returns, because `ListenAndServe` returns at once. `os.Exit`, `srv.Close` and `log.Fatal` cut every answer.',
    reproduce: `curl -i 'http://localhost:PORT${path}' & sleep 1; docker kill -s TERM CONTAINER; wait`,
    evidence: [exchangeEvidence(exchange)],
  })
}

/** Whether a request that came after the signal was turned away: no answer, or a status of 400 and above. */
export function judgeTurnedAway(answers: HttpExchange[]): Verdict {
  const last = answers.at(-1)
  if (last === undefined) return passed('It ended so soon after the signal that nobody could come any more.')
  const { path } = last.request
  if (!last.ok) return passed(`\`GET ${path}\` is turned away after the signal: ${describeProblem(last)}.`)
  if (last.status >= 400) {
    return passed(`\`GET ${path}\` is answered with ${last.status} after the signal.`, [exchangeEvidence(last)])
  }
  return failedBy({
    reason: 'stop.still-serves',
    message: `After the signal \`GET ${path}\` is still answered with ${last.status}, so more and more users come to a server that is about to end.`,
    expected: 'no connection, or a status such as 503',
    actual: String(last.status),
    hint: 'When the signal comes, close the listening socket at once (`srv.Shutdown` does it first of all), or remember it in a variable that this handler looks at and answers 503.',
    reproduce: `docker kill -s TERM CONTAINER; curl -i 'http://localhost:PORT${path}'`,
    evidence: [exchangeEvidence(last)],
  })
}

function endedBefore(stop: StopFacts, expected: string): Verdict {
  return failedBy({
    reason: 'stop.before-signal',
    message: `The program had ended by itself, with exit code ${stop.exitCode}, before ${stop.signal} was sent.`,
    expected,
    actual: `exit code ${stop.exitCode}, without a signal`,
    hint: 'Does a request make it end? Read its last lines.',
    reproduce: reproduceStop,
    evidence: stopEvidence(stop),
  })
}
