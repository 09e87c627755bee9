import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import type { BootLimits } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import { GraderError } from '../../model/grader-error.ts'
import { curlHeaders, get, type HttpExchange, type HttpTarget, wayTo } from '../../probes/http.ts'
import type { ListeningSocket } from '../../probes/sockets.ts'
import type { Vantage, VantagePoints } from '../../probes/vantage.ts'
import { type StudentContainer, startContainer } from '../../sandbox/container.ts'
import type { Engine } from '../../sandbox/engine.ts'
import { type Pressure, readPressure } from '../../sandbox/pressure.ts'
import {
  cannotStart,
  endedBeforeAnswer,
  httpsOnly,
  loopbackOnly,
  neverListened,
  noHttpAnswer,
  otherPort,
} from './boot-faults.ts'
import { choosePort } from './choose-port.ts'
import { type ContainerWatch, watchContainer } from './watch-container.ts'

export interface BootPlan {
  engine: Engine
  imageId: string
  networkName: string
  vantagePoints: VantagePoints
  labels: Record<string, string>
  limits: BootLimits
  env: Record<string, string>
  command: string[] | undefined
  /** This port and no other. */
  port: number | undefined
  /** Whose word that is. */
  portNamedBy: 'cgrade.yml' | 'check'
  /** Tie-breakers where several ports answer. */
  exposedPorts: number[]
  sourcePorts: number[]
  routes: string[]
  signal: AbortSignal
}

export type BootEnd =
  | { ok: true; container: StudentContainer; vantage: Vantage; target: HttpTarget; watch: ContainerWatch }
  | { ok: false; fault: Fault }

/** A program that computes nothing and opens no port for so long will not open one. */
const idleMs = 6_000
/** Some servers open a debugging port on loopback first. */
const loopbackMs = 2_500
const pollMs = 40

/** Starts a container of the image and waits for its first HTTP answer. A container that fails to give one is removed. */
export async function boot(plan: BootPlan): Promise<BootEnd> {
  await plan.vantagePoints.ready()
  const start = await startContainer(plan.engine, plan)
  if (!start.started) return { ok: false, fault: cannotStart(start.engineMessage) }
  const { container } = start
  const watch = watchContainer(container, plan.limits)
  let vantage: Vantage | undefined
  try {
    vantage = await plan.vantagePoints.of(container, (await container.state()).pid)
    const ready = await waitForAnswer(plan, container, vantage)
    if (ready.ok) return { ok: true, container, vantage, target: await vantage.target(ready.port), watch }
    watch.stop()
    vantage.throwIfBroken()
    await Promise.all([vantage.close(), container.remove()])
    // Ended by us: whatever it looked like from outside, this is why.
    return { ok: false, fault: watch.fault() ?? ready.fault }
  } catch (thrown) {
    watch.stop()
    await Promise.all([vantage?.close(), container.remove()])
    throw thrown
  }
}

async function waitForAnswer(
  plan: BootPlan,
  container: StudentContainer,
  vantage: Vantage,
): Promise<{ ok: true; port: number } | { ok: false; fault: Fault }> {
  const began = performance.now()
  const since = (moment: number) => performance.now() - moment
  const activity = { cpuMs: 0, at: began }
  let loopbackSeen: number | undefined
  let pressure: Pressure | undefined
  const tried = new Map<number, { first: number; exchange: HttpExchange & { ok: false } }>()
  for (;;) {
    if (plan.signal.aborted) throw new GraderError('interrupted', 'The run was interrupted during a boot.')
    const state = await container.state()
    if (!state.running) {
      await container.log.ended
      return { ok: false, fault: endedBeforeAnswer(state, container.log, plan.limits, pressure) }
    }
    if (plan.engine.local) pressure = (await readPressure(container.id, state.pid)) ?? pressure
    const sockets = await vantage.listeningSockets()
    const outside = sockets.filter((socket) => !socket.loopback)
    const wanted = plan.port === undefined ? outside : outside.filter((socket) => socket.port === plan.port)
    const answers = await askAll(plan, vantage, wanted)
    const answered = answers.filter((answer) => answer.exchange.ok)
    if (answered.length > 0) return settlePort(plan, vantage, answered)
    for (const { port, exchange } of answers) {
      if (!exchange.ok) tried.set(port, { first: tried.get(port)?.first ?? performance.now(), exchange })
    }
    const stubborn = [...tried].find(
      ([, { first, exchange }]) => exchange.problem === 'timeout' || since(first) > loopbackMs,
    )
    if (stubborn !== undefined && answers.length > 0)
      return { ok: false, fault: await explainSilence(plan, container, vantage, stubborn) }
    if (sockets.length > 0 && outside.length === 0) {
      loopbackSeen ??= performance.now()
      if (since(loopbackSeen) > loopbackMs) return { ok: false, fault: loopbackOnly(sockets) }
    } else loopbackSeen = undefined
    if (plan.port !== undefined && wanted.length === 0 && outside.length > 0 && since(began) > loopbackMs) {
      return { ok: false, fault: otherPort(plan.port, outside, plan.portNamedBy) }
    }
    await noteActivity(vantage, activity)
    if (since(began) > plan.limits.timeoutMs || (sockets.length === 0 && since(activity.at) > idleMs)) {
      return { ok: false, fault: neverListened(container.log, since(began)) }
    }
    await sleep(pollMs)
  }
}

async function noteActivity(vantage: Vantage, activity: { cpuMs: number; at: number }): Promise<void> {
  const cpuMs = await vantage.cpuUsedMs()
  // Where nobody can tell, only the time-out decides.
  if (cpuMs === undefined || cpuMs - activity.cpuMs > 10) {
    activity.at = performance.now()
    activity.cpuMs = cpuMs ?? 0
  }
}

function askAll(plan: BootPlan, vantage: Vantage, sockets: ListeningSocket[]) {
  const ports = [...new Set(sockets.map((socket) => socket.port))].slice(0, 8)
  return Promise.all(ports.map(async (port) => ({ port, exchange: await ask(plan, await vantage.target(port)) })))
}

function ask(plan: BootPlan, target: HttpTarget): Promise<HttpExchange> {
  return get(
    { ...target, timeoutMs: plan.limits.requestTimeoutMs },
    {
      path: plan.routes[0] ?? '/',
      headers: curlHeaders,
    },
  )
}

async function settlePort(
  plan: BootPlan,
  vantage: Vantage,
  answered: { port: number; exchange: HttpExchange }[],
): Promise<{ ok: true; port: number } | { ok: false; fault: Fault }> {
  const plain = answered.filter(({ exchange }) => !isTlsComplaint(exchange))
  const [first] = plain
  if (first === undefined) return { ok: false, fault: httpsOnly(answered[0]?.port ?? 0) }
  return {
    ok: true,
    port:
      plain.length === 1
        ? first.port
        : await choosePort(
            plan,
            vantage,
            plain.map(({ port }) => port),
          ),
  }
}

/** Go's and nginx' TLS servers answer a plain request with a readable 400. */
function isTlsComplaint(exchange: HttpExchange): boolean {
  return (
    exchange.ok && exchange.status === 400 && /HTTP request .{0,20}to (an )?HTTPS/i.test(exchange.body.slice(0, 1000))
  )
}

async function explainSilence(
  plan: BootPlan,
  container: StudentContainer,
  vantage: Vantage,
  [port, { exchange }]: [number, { exchange: HttpExchange & { ok: false } }],
): Promise<Fault> {
  const speaksTls = await handshakes(await vantage.target(port), plan.limits.requestTimeoutMs)
  return speaksTls ? httpsOnly(port) : noHttpAnswer(port, exchange, container.log)
}

function handshakes(target: HttpTarget, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTls({ ...wayTo(target), rejectUnauthorized: false })
    const end = (result: boolean) => {
      socket.destroy()
      resolve(result)
    }
    socket.setTimeout(Math.min(timeoutMs, 2_000), () => end(false))
    socket.once('secureConnect', () => end(true))
    socket.once('error', () => end(false))
  })
}
