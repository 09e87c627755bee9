import { setTimeout as sleep } from 'node:timers/promises'
import type { LogLine, NamespaceFacts, ServerFacts, StopFacts, StopOrder } from '../model/verdict.ts'
import { curlHeaders, get, type HttpExchange } from '../probes/http.ts'
import { askWhileOpen, type OpenRequest, openRequest } from './open-request.ts'
import { randomPath } from './random.ts'
import type { WorkerSide } from './worker-side.ts'

export interface AskOptions {
  headers?: [name: string, value: string][]
  /** How often each path is asked, one after the other. */
  times?: number
}

/** A request of ours with the lines that the server logged after it. */
export interface Visit {
  exchange: HttpExchange
  lines: LogLine[]
  /** Its path is known to this run only: a line that shows it was printed for this request. */
  isUnguessable?: boolean
}

/** How long a log is watched after an answer: until it has been quiet for `quietMs`, at most `patienceMs`. */
const quietMs = 60
const patienceMs = 400
const lastPatienceMs = 2_500

/** The running submission as a spec sees it. */
export class Server implements AsyncDisposable {
  readonly routes: string[]
  readonly env: Record<string, string>
  readonly facts: ServerFacts
  readonly #side: WorkerSide
  #accessLog: Promise<Visit[]> | undefined
  #stopping: Promise<unknown> | undefined

  constructor(facts: ServerFacts, side: WorkerSide) {
    this.facts = facts
    this.routes = facts.routes
    this.env = facts.env
    this.#side = side
  }

  /** GETs each path on a connection of its own, `times` times; never throws for what the server does. */
  async get(paths: string | string[], options: AskOptions = {}): Promise<HttpExchange[]> {
    const answers: HttpExchange[] = []
    for (const path of [paths].flat()) {
      for (let time = 0; time < (options.times ?? 1); time += 1) {
        const exchange = await this.#ask(path, options.headers ?? [])
        answers.push(exchange)
        // Asking a route again that cannot answer only costs the student's time.
        if (!exchange.ok) break
      }
    }
    return answers
  }

  /** A GET to every route and to a path that nobody serves, each with what was logged after it. Asked once per server. */
  accessLog(): Promise<Visit[]> {
    const unguessable = randomPath()
    this.#accessLog ??= this.#visitAll([...this.routes.slice(0, 6), unguessable]).then((visits) =>
      visits.map((visit) => ({ ...visit, isUnguessable: visit.exchange.request.path === unguessable })),
    )
    return this.#accessLog
  }

  /** One more visit on a quiet log, so that no late line of another request is taken for this one's. */
  async visitAlone(path: string): Promise<Visit> {
    await sleep(700)
    const [visit] = await this.#visitAll([path])
    if (visit === undefined) throw new Error('a visit yields one exchange')
    return visit
  }

  async #visitAll(paths: string[]): Promise<Visit[]> {
    const visits: (Visit & { from: number })[] = []
    for (const path of paths) {
      const from = await this.#side.grader.markLog(this.facts.bootId)
      const exchange = await this.#ask(path, [])
      visits.push({ exchange, lines: await this.#settledLog(from, patienceMs), from })
    }
    if (visits.every((visit) => visit.lines.length === 0)) {
      const first = visits[0]
      if (first !== undefined) first.lines = await this.#settledLog(first.from, lastPatienceMs)
    }
    return visits
  }

  async #settledLog(from: number, patience: number): Promise<LogLine[]> {
    const deadline = performance.now() + patience
    let quietSince = performance.now()
    let lines: LogLine[] = []
    while (performance.now() < deadline) {
      const now = await this.#side.grader.logSince(this.facts.bootId, from)
      if (now.length !== lines.length) quietSince = performance.now()
      lines = now
      if (lines.length > 0 && performance.now() - quietSince >= quietMs) break
      await sleep(15)
    }
    return lines
  }

  /** What is logged within that time, without a request of ours. */
  async watchLog(windowMs: number): Promise<LogLine[]> {
    const from = await this.#side.grader.markLog(this.facts.bootId)
    await sleep(windowMs)
    return this.#side.grader.logSince(this.facts.bootId, from)
  }

  /** Log files that the program wrote inside its container instead of printing. */
  logFiles(): Promise<string[]> {
    return this.#side.grader.logFiles(this.facts.bootId)
  }

  /** All it has printed since it started. */
  log(): Promise<LogLine[]> {
    return this.#side.grader.logSince(this.facts.bootId, 0)
  }

  isRunning(): Promise<boolean> {
    return this.#side.grader.isRunning(this.facts.bootId)
  }

  async namespace(): Promise<NamespaceFacts> {
    return this.#side.unwrap(await this.#side.grader.namespaceAddresses(this.facts.bootId))
  }

  /** How old it is at most, in milliseconds: counted from before its start. */
  ageMs(): number {
    return Date.now() - this.facts.startedAt
  }

  /** Begins a GET that takes its time, and resolves when the server has taken it: `control` is answered at once meanwhile. */
  begin(path: string, control = '/healthz'): Promise<OpenRequest> {
    return openRequest(path, control, (one) => this.#ask(one, []))
  }

  /** GETs a path again and again until the open request has its answer; what came of each. */
  askWhile(open: OpenRequest, path: string): Promise<HttpExchange[]> {
    return askWhileOpen(open, path, (one) => this.#ask(one, []))
  }

  /** Sends a signal (SIGTERM) to its first process and waits for its end, for `graceMs` (10 s); then it is killed. */
  stop({ signal = 'SIGTERM', graceMs = 10_000 }: Partial<StopOrder> = {}): Promise<StopFacts> {
    const stopping = this.#side.grader.stop(this.facts.bootId, { signal, graceMs })
    this.#stopping = stopping.catch(() => {})
    return stopping.then((told) => this.#side.unwrap(told))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // `return server.stop()` without `await` comes here first, and its end would be our removal.
    await this.#stopping
    await this.#side.grader.dispose(this.facts.bootId)
  }

  #ask(path: string, headers: [string, string][]): Promise<HttpExchange> {
    return get(
      { ...this.facts, timeoutMs: this.#side.work.requestTimeoutMs },
      { path, headers: [...curlHeaders, ...headers] },
    )
  }
}
