import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, vi } from 'vitest'
import { type BaseImages, createBaseImages } from '../bases/base-images.ts'
import { connectEngine, type Engine, ownerLabel, ownerOfThisProcess, runLabel } from '../engine.ts'
import { createNetwork, type SubmissionNetwork } from '../network.ts'
import { reapRun } from '../reaper.ts'
import type { Observer, ObserverKind } from './observer.ts'
import { observerVariable, openObserver } from './open-observer.ts'
import { type Labels, startTestContainer, type TestContainerOrder } from './test-containers.ts'

const root = process.getuid?.() === 0
/** All that this machine can have. */
export const kinds: ObserverKind[] = root ? ['host', 'probe-container'] : ['probe-container']

/** Test support: an engine with a busybox and a network, made before the tests of a file and removed after them. */
export interface ObserverTests {
  engine: Engine
  imageId: string
  runId: string
  labels: Labels
  network: SubmissionNetwork
  open(kind: ObserverKind, labels?: Labels): Promise<Observer>
  start(script: string, more?: Partial<TestContainerOrder>): ReturnType<typeof startTestContainer>
}

export function prepareObserverTests(): ObserverTests {
  const runId = `test-observer-${randomBytes(4).toString('hex')}`
  let bases: BaseImages
  const tests = {
    runId,
    async open(kind, labels = tests.labels) {
      const { engine } = tests
      vi.stubEnv(observerVariable, kind)
      const choice = await openObserver({ engine, bases, labels, signal: new AbortController().signal })
      vi.unstubAllEnvs()
      if (choice.observer === undefined) throw new Error(choice.why)
      return choice.observer
    },
    start: (script, more = {}) =>
      startTestContainer(tests.engine, { imageId: tests.imageId, labels: tests.labels, script, ...more }),
  } as ObserverTests
  beforeAll(async () => {
    tests.engine = await connectEngine()
    tests.labels = { [runLabel]: runId, [ownerLabel]: await ownerOfThisProcess() }
    bases = createBaseImages(tests.engine, { standIns: true, say: () => {}, runLabels: tests.labels })
    tests.imageId = (await bases.prepare('busybox', {})).id
    tests.network = await createNetwork(tests.engine, `cgrade-${runId}`, tests.labels)
  })
  afterAll(async () => {
    await bases.dispose()
    await reapRun(tests.engine, runId)
  })
  return tests
}
