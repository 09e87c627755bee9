import { randomUUID } from 'node:crypto'
import type { Exercise } from '../../model/assignment.ts'
import { asGraderError, GraderError } from '../../model/grader-error.ts'
import type { BootFacts, BootSettings, ServerFacts } from '../../model/verdict.ts'
import { createVantagePoints, type Vantage, type VantagePoints } from '../../probes/vantage.ts'
import type { BaseImages } from '../../sandbox/bases/base-images.ts'
import type { StudentContainer } from '../../sandbox/container.ts'
import type { ObserverChoice } from '../../sandbox/observer/observer.ts'
import type { Answer, GraderCalls } from '../../spec-kit/protocol.ts'
import { drawFrom } from '../../spec-kit/random.ts'
import { type BootPlan, boot } from './boot.ts'
import { stopContainer } from './stop-container.ts'
import type { ContainerWatch } from './watch-container.ts'

/** What all boots of one image have in common. */
export interface BootsPlan extends Omit<BootPlan, 'env' | 'vantagePoints' | 'portNamedBy'> {
  bases: BaseImages
  observer(): Promise<ObserverChoice>
}

interface Running {
  container: StudentContainer
  vantage: Vantage
  watch: ContainerWatch
}

/** The containers of one image: the first, and those that specs ask for. Answers what the specs want to know of them. */
export class Boots {
  readonly #plan: BootsPlan
  readonly #exercise: Exercise
  readonly #seed: string
  readonly #vantagePoints: VantagePoints
  readonly #env: Record<string, string>
  readonly #running = new Map<string, Running>()

  constructor(plan: BootsPlan, exercise: Exercise, seed: string) {
    this.#plan = plan
    this.#exercise = exercise
    this.#seed = seed
    this.#vantagePoints = createVantagePoints(plan)
    this.#env = drawEnvironment(exercise, seed)
  }

  async start(settings: BootSettings = {}): Promise<BootFacts> {
    const env = { ...this.#env, ...settings.env }
    const startedAt = Date.now()
    const port: Pick<BootPlan, 'port' | 'portNamedBy'> =
      settings.port === undefined
        ? { port: this.#plan.port, portNamedBy: 'cgrade.yml' }
        : { port: settings.port, portNamedBy: 'check' }
    const end = await boot({ ...this.#plan, ...port, vantagePoints: this.#vantagePoints, env })
    if (!end.ok) return end
    const { container, vantage, target, watch } = end
    const bootId = randomUUID()
    this.#running.set(bootId, { container, vantage, watch })
    const { routes } = this.#plan
    const facts: ServerFacts = {
      ok: true,
      bootId,
      ...target,
      env,
      routes,
      engineAddress: container.address,
      startedAt,
    }
    return facts
  }

  /** Boots of another image, in the same network and with the same settings. */
  ofImage(imageId: string): Boots {
    return new Boots({ ...this.#plan, imageId }, this.#exercise, this.#seed)
  }

  /** What a spec worker may call, see `GraderCalls`. */
  calls(): Omit<GraderCalls, 'take'> {
    return {
      boot: (settings) => answer(() => this.start(settings)),
      dispose: (bootId) => this.#remove(bootId),
      markLog: async (bootId) => this.#of(bootId).container.log.mark(),
      logSince: async (bootId, index) => this.#of(bootId).container.log.since(index),
      logFiles: async (bootId) => (await this.#of(bootId).container.changedPaths()).filter(looksLikeLog),
      isRunning: async (bootId) => (await this.#of(bootId).container.state()).running,
      namespaceAddresses: (bootId) => answer(() => this.#of(bootId).vantage.namespaceAddresses()),
      stop: (bootId, order) => answer(() => stopContainer(this.#of(bootId).container, order)),
    }
  }

  /** Throws where our own way to a container failed, so that nobody is judged by it. */
  throwIfBroken(): void {
    for (const { vantage } of this.#running.values()) vantage.throwIfBroken()
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((bootId) => this.#remove(bootId)))
    await this.#vantagePoints.dispose()
  }

  async #remove(bootId: string): Promise<void> {
    const running = this.#running.get(bootId)
    if (running === undefined) return
    this.#running.delete(bootId)
    running.watch.stop()
    await Promise.all([running.vantage.close(), running.container.remove()])
  }

  #of(bootId: string): Running {
    const running = this.#running.get(bootId)
    if (running === undefined) throw new GraderError('internal', `no container ${bootId} is running`)
    return running
  }
}

/** Specs of a submission that never booted have nothing to ask: their fixtures skip the check before that. */
const refuse = async (): Promise<never> => {
  throw new GraderError('internal', 'a spec asked for a container that does not exist')
}
export const nothingRuns: ReturnType<Boots['calls']> = {
  boot: refuse,
  dispose: async () => {},
  markLog: refuse,
  logSince: refuse,
  logFiles: refuse,
  isRunning: async () => false,
  namespaceAddresses: refuse,
  stop: refuse,
}

async function answer<T>(ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await ask() }
  } catch (thrown) {
    const { code, message } = asGraderError(thrown)
    return { fault: { code, message } }
  }
}

function drawEnvironment(exercise: Exercise, seed: string): Record<string, string> {
  const draws = drawFrom(`${seed}/environment`)
  return Object.fromEntries(
    Object.entries(exercise.env).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : draws[value.random](),
    ]),
  )
}

function looksLikeLog(path: string): boolean {
  return /\.log(\.|$)|\/logs?\/.|\.(INFO|WARNING|ERROR)(\.|$)|access/i.test(path)
}
