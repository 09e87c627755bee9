import { get, type HttpTarget } from '../../probes/http.ts'
import type { Vantage } from '../../probes/vantage.ts'
import { randomHeaders } from '../../spec-kit/random.ts'
import type { BootPlan } from './boot.ts'

/**
 * Which of several ports that answer HTTP is the exercise's: the one that does what is asked (echo, VERSION, health) best;
 * among equals the one that EXPOSE names, then the one that the source names, then the lowest. A metrics or pprof port loses.
 */
export async function choosePort(plan: BootPlan, vantage: Vantage, ports: number[]): Promise<number> {
  const ranked = await Promise.all(
    ports.map(async (port) => ({ port, rank: await rankOf(plan, await vantage.target(port)) })),
  )
  ranked.sort((a, b) => b.rank - a.rank || a.port - b.port)
  return ranked[0]?.port ?? 0
}

async function rankOf(plan: BootPlan, target: HttpTarget): Promise<number> {
  const [header] = randomHeaders(1)
  if (header === undefined) return 0
  const { port } = target
  const asked = { ...target, timeoutMs: plan.limits.requestTimeoutMs }
  const answers = await Promise.all(plan.routes.slice(0, 8).map((path) => get(asked, { path, headers: [header] })))
  const carried = answers.flatMap((answer) => (answer.ok ? answer.headers.map(([, value]) => value) : []))
  const health = answers.some((answer) => answer.ok && answer.request.path === '/healthz' && answer.status === 200)
  return (
    (carried.some((value) => value.includes(header[1])) ? 16 : 0) +
    (carried.some((value) => Object.values(plan.env).includes(value)) ? 8 : 0) +
    (health ? 4 : 0) +
    (plan.exposedPorts.includes(port) ? 2 : 0) +
    (plan.sourcePorts.includes(port) ? 1 : 0)
  )
}
