import { randomUUID } from 'node:crypto'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BroadcastChannel } from 'node:worker_threads'
import { createBirpc } from 'birpc'
import type { Reporter, TestModule, Vitest } from 'vitest/node'
import { GraderError } from '../../model/grader-error.ts'
import type { CheckVerdict } from '../../model/verdict.ts'
import type { GraderCalls, VerdictMeta, Work } from '../../spec-kit/protocol.ts'
import type { Course } from './load-assignment.ts'
import type { SpecSubject, Waiting } from './run-specs.ts'

const kitFolder = fileURLToPath(new URL('../../spec-kit/', import.meta.url))
const extension = extname(fileURLToPath(import.meta.url))

/** One vitest with a fixed number of slots. */
export interface SlotInstance {
  /** All of its slots have been served; it holds memory until it is closed. */
  served: Promise<void>
  close(): Promise<void>
}

/** Starts vitest; each slot asks `next` for work until there is none. */
export async function openInstance(
  course: Course,
  slots: number,
  workers: number,
  next: () => Promise<Waiting | undefined>,
): Promise<SlotInstance> {
  const id = randomUUID()
  const root = join(kitFolder, '..', '..')
  const folder = join(root, '__slots__')
  const channels: BroadcastChannel[] = []
  const taken = new Map<string, Waiting>()
  let closing = false

  const moduleIds = Array.from({ length: slots }, (_, index) => join(folder, `${id}-${index}.spec.ts`))
  for (const moduleId of moduleIds) {
    const channel = new BroadcastChannel(moduleId)
    channels.push(channel)
    answerCalls(channel, async () => {
      const waiting = closing ? undefined : await next()
      if (waiting !== undefined) taken.set(moduleId, waiting)
      return waiting?.subject
    })
  }

  const { createVitest } = await import('vitest/node')
  const vitest = await createVitest(
    'test',
    {
      config: false,
      root,
      watch: false,
      include: [],
      pool: 'threads',
      isolate: false,
      maxWorkers: workers,
      reporters: [reporterOf(taken)],
      // Student text may be in it; verdicts carry what there is to say.
      silent: true,
      printConsoleTrace: false,
      env: { CGRADE_SPEC_WORKER: '1' },
      server: {
        deps: {
          // Installed from npm, all of ours lies below node_modules, which vitest would leave to Node.
          inline: [
            new RegExp(
              `^(${[kitFolder, folder, join(kitFolder, '..'), course.folder].map(escapeForPattern).join('|')})`,
            ),
          ],
        },
      },
    },
    {
      logLevel: 'silent',
      server: { watch: null },
      resolve: { alias: { '#spec-kit': join(kitFolder, `index${extension}`) } },
      plugins: [slotPlugin(folder, root, course)],
    },
  )
  await vitest.standalone()
  const project = vitest.getRootProject()
  const running = vitest.runTestSpecifications(moduleIds.map((moduleId) => project.createSpecification(moduleId)))
  const served = running
    .catch(() => undefined)
    .then(() => {
      for (const waiting of taken.values())
        waiting.reject(new GraderError('spec.crashed', 'vitest ended in the middle of the specs.'))
    })
  return {
    served,
    async close() {
      closing = true
      await Promise.race([served, waitAtMost(1_000)])
      for (const channel of channels) channel.close()
      await closeQuietly(vitest)
    },
  }
}

function answerCalls(channel: BroadcastChannel, take: () => Promise<SpecSubject | undefined>): void {
  let subject: SpecSubject | undefined
  const calls = (): SpecSubject['calls'] => {
    if (subject === undefined) throw new GraderError('internal', 'a slot asked before it took work')
    return subject.calls
  }
  const functions: GraderCalls = {
    async take() {
      subject = await take()
      return subject?.work
    },
    boot: (settings) => calls().boot(settings),
    dispose: (bootId) => calls().dispose(bootId),
    markLog: (bootId) => calls().markLog(bootId),
    logSince: (bootId, index) => calls().logSince(bootId, index),
    logFiles: (bootId) => calls().logFiles(bootId),
    isRunning: (bootId) => calls().isRunning(bootId),
    namespaceAddresses: (bootId) => calls().namespaceAddresses(bootId),
    stop: (bootId, order) => calls().stop(bootId, order),
  }
  createBirpc<object, GraderCalls>(functions, {
    post: (message) => channel.postMessage(message),
    on: (receive) => {
      channel.onmessage = (event: unknown) => receive((event as MessageEvent).data)
    },
    timeout: -1,
  })
}

/** A virtual module per slot: it serves work with the assignment's specs, which are evaluated once per worker. */
function slotPlugin(folder: string, root: string, course: Course) {
  return {
    name: 'cgrade-slots',
    enforce: 'pre' as const,
    resolveId(id: string) {
      if (id.startsWith(folder)) return id
      // vitest passes ids relative to the root.
      return id.startsWith('/__slots__/') ? join(root, id) : undefined
    },
    load(id: string) {
      if (dirname(id) !== folder) return undefined
      const specs = course.specFiles.map((file) => `import(${JSON.stringify(file)})`).join(', ')
      const slot = JSON.stringify(join(kitFolder, `slot${extension}`))
      return `import { serveSlot } from ${slot}\nawait serveSlot(${JSON.stringify(id)}, () => Promise.all([${specs}]))\n`
    },
  }
}

function reporterOf(taken: Map<string, Waiting>): Reporter {
  return {
    onTestCaseResult(testCase) {
      const verdict = (testCase.meta() as VerdictMeta).cgrade
      const waiting = taken.get(testCase.module.moduleId)
      if (verdict !== undefined) waiting?.subject.onVerdict?.(verdict)
    },
    onTestModuleEnd(module) {
      const waiting = taken.get(module.moduleId)
      if (waiting === undefined) return
      taken.delete(module.moduleId)
      waiting.resolve(verdictsOf(module, waiting.subject.work))
    },
  }
}

/** One verdict for each check of the rubric: what did not report is our error, never a pass. */
function verdictsOf(module: TestModule, work: Work): CheckVerdict[] {
  const told = new Map<string, CheckVerdict>()
  for (const testCase of module.children.allTests()) {
    const verdict = (testCase.meta() as VerdictMeta).cgrade
    if (verdict !== undefined) told.set(verdict.id, verdict)
  }
  const broke = module.errors()[0]?.message
  return work.checkIds.map((id) => {
    const message = `The spec of \`${id}\` did not report${broke === undefined ? '' : `: ${broke}`}.`
    const error = { code: 'spec.none-ran' as const, message }
    return told.get(id) ?? { id, title: id, outcome: 'errored', credit: 0, message, durationMs: 0, error }
  })
}

async function closeQuietly(vitest: Vitest): Promise<void> {
  await Promise.race([vitest.close().catch(() => {}), waitAtMost(2_000)])
}

function waitAtMost(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref())
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
