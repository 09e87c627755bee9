import { randomUUID } from 'node:crypto'
import type { Exercise } from '../model/assignment.ts'
import { asGraderError, GraderError } from '../model/grader-error.ts'
import type { BootFacts, BootSettings, ServerFacts } from '../model/verdict.ts'
import { namespaceAddresses } from '../probes/netns.ts'
import type { StudentContainer } from '../sandbox/container.ts'
import type { Answer, GraderCalls } from '../spec-kit/protocol.ts'
import { drawFrom } from '../spec-kit/random.ts'
import { type BootPlan, boot } from './boot.ts'

const watchMs = 2_000

interface Running {
  container: StudentContainer
  watch: NodeJS.Timeout
}

/** The containers of one image: the first, and those that specs ask for. Answers what the specs want to know of them. */
export class Boots {
  readonly #plan: Omit<BootPlan, 'env'>
  readonly #env: Record<string, string>
  readonly #running = new Map<string, Running>()

  constructor(plan: Omit<BootPlan, 'env'>, exercise: Exercise, seed: string) {
    this.#plan = plan
    this.#env = drawEnvironment(exercise, seed)
  }

  async start(settings: BootSettings = {}): Promise<BootFacts> {
    const env = { ...this.#env, ...settings.env }
    const end = await boot({ ...this.#plan, env })
    if (!end.ok) return end
    const { container, port } = end
    const bootId = randomUUID()
    const watch = setInterval(() => void this.#watchDisk(container), watchMs)
    watch.unref()
    this.#running.set(bootId, { container, watch })
    const { routes } = this.#plan
    const facts: ServerFacts = {
      ok: true,
      bootId,
      address: container.address,
      port,
      env,
      routes,
      engineAddress: container.address,
    }
    return facts
  }

  /** What a spec worker may call, see `GraderCalls`. */
  calls(): Omit<GraderCalls, 'take'> {
    return {
      boot: (settings) => answer(() => this.start(settings)),
      dispose: (bootId) => this.#remove(bootId),
      markLog: async (bootId) => this.#of(bootId).log.mark(),
      logSince: async (bootId, index) => this.#of(bootId).log.since(index),
      logFiles: async (bootId) => (await this.#of(bootId).changedPaths()).filter(looksLikeLog),
      isRunning: async (bootId) => (await this.#of(bootId).state()).running,
      namespaceAddresses: (bootId) =>
        answer(async () => {
          const container = this.#of(bootId)
          const { pid, running } = await container.state()
          const stillRuns = async () => {
            const now = await container.state()
            return now.running && now.pid === pid
          }
          if (!running) return { observed: true, addresses: [], command: 'nsenter' }
          return namespaceAddresses(pid, stillRuns)
        }),
    }
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((bootId) => this.#remove(bootId)))
  }

  async #remove(bootId: string): Promise<void> {
    const running = this.#running.get(bootId)
    if (running === undefined) return
    this.#running.delete(bootId)
    clearInterval(running.watch)
    await running.container.remove()
  }

  /** A program that fills the disk is ended; to its specs it is a server that no longer answers. */
  async #watchDisk(container: StudentContainer): Promise<void> {
    const written = await container.writtenBytes().catch(() => 0)
    if (written > this.#plan.limits.diskBytes) await container.kill().catch(() => {})
  }

  #of(bootId: string): StudentContainer {
    const running = this.#running.get(bootId)
    if (running === undefined) throw new GraderError('internal', `no container ${bootId} is running`)
    return running.container
  }
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
