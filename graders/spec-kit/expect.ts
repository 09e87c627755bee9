import { expect } from 'vitest'
import type { BootFacts, BuildFacts, NamespaceFacts, Verdict } from '../model/verdict.ts'
import type { HttpExchange } from '../probes/http.ts'
import { describeProblem, exchangeEvidence } from './exchange-text.ts'
import { judgeEcho } from './judge-echo.ts'
import { judgeClientAddress, judgeStatus, type StreamCredit } from './judge-log.ts'
import { judgeVersion, type VersionRun } from './judge-version.ts'
import { failedBy, passed, settle, settleLater, unavailable } from './judgement.ts'
import type { Server } from './server.ts'

interface SpecMatchers<R extends void | Promise<void>> {
  /** The image was built. */
  toHaveBuilt(): R
  /** A container of the image answered HTTP. */
  toHaveStarted(): R
  /** Each header that was sent comes back as a response header, every time, on some route. */
  toEchoHeaders(sent: [name: string, value: string][]): R
  /** A response header carries the value of the environment variable, for every value it was given. */
  toCarryEnvironment(variable: string): R
  /** The access log has the address that our requests came from. */
  toLogClientAddress(credit: StreamCredit): Promise<void>
  /** The access log has the status that we received. */
  toLogStatus(credit: StreamCredit): Promise<void>
  /** The first answer has this status; `control` is the answer of a path that nobody serves. */
  toAnswer(status: number, control: HttpExchange[]): R
  /** The network namespace of the container shows the address that the engine gave it. */
  toShowAddress(engineAddress: string): R
}

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends SpecMatchers<R> {
    /** Never there: repeats the type parameter that vitest declares. */
    readonly [specSubject]?: T
  }
}
declare const specSubject: unique symbol

expect.extend({
  toHaveBuilt: (build: BuildFacts) =>
    answer(build.ok ? passed(`Built from \`${build.dockerfile}\`.`) : failedBy(build.fault)),

  toHaveStarted: (start: BootFacts) =>
    answer(start.ok ? passed(`The server answers on port ${start.port}.`) : failedBy(start.fault)),

  toEchoHeaders: (answers: HttpExchange[], sent: [string, string][]) => answer(judgeEcho(answers, sent)),

  toCarryEnvironment: (runs: VersionRun[], variable: string) => answer(judgeVersion(variable, runs)),

  toLogClientAddress: async (server: Server, credit: StreamCredit) => later(judgeClientAddress(server, credit)),

  toLogStatus: async (server: Server, credit: StreamCredit) => later(judgeStatus(server, credit)),

  toAnswer: ([first]: HttpExchange[], status: number, control: HttpExchange[]) =>
    answer(judgeAnswer(first, status, control)),

  toShowAddress: (seen: NamespaceFacts, engineAddress: string) => answer(judgeAddress(seen, engineAddress)),
})

/** Records the verdict, and tells vitest whether to go on. */
function answer(verdict: Verdict): { pass: boolean; message: () => string } {
  settle(verdict)
  return { pass: verdict.outcome === 'passed', message: () => verdict.message }
}

async function later(coming: Promise<Verdict>): Promise<{ pass: boolean; message: () => string }> {
  const verdict = await settleLater(coming)
  return { pass: verdict.outcome === 'passed', message: () => verdict.message }
}

function judgeAnswer(first: HttpExchange | undefined, status: number, control: HttpExchange[]): Verdict {
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

function judgeAddress(seen: NamespaceFacts, engineAddress: string): Verdict {
  if (!seen.observed) return unavailable(seen.why)
  const outside = seen.addresses.filter((entry) => entry.interface !== 'lo')
  const listed = outside.map((entry) => `${entry.interface} ${entry.address}`).join('\n')
  const match = outside.find((entry) => entry.address === engineAddress)
  if (match !== undefined) {
    return passed(
      `Inside the container's network namespace, \`${match.interface}\` has ${engineAddress}, as the engine says.`,
      [{ kind: 'sockets', text: `$ ${seen.command}\n${listed}` }],
    )
  }
  if (outside.length === 0) {
    return failedBy({
      reason: 'network.no-address',
      message: 'The container ended before its network namespace could be entered.',
      expected: `eth0 ${engineAddress}`,
      actual: 'no address outside the loopback interface',
      hint: 'The server must keep running: see what `docker logs` says about its end.',
      reproduce: 'nsenter -t PID -n ip addr   # PID: docker inspect -f {{.State.Pid}} CONTAINER',
    })
  }
  return failedBy({
    reason: 'network.other-address',
    message: 'The network namespace of the container has another address than the engine gave it.',
    expected: `eth0 ${engineAddress}`,
    actual: listed,
    reproduce: 'nsenter -t PID -n ip addr   # PID: docker inspect -f {{.State.Pid}} CONTAINER',
  })
}

export { expect }
