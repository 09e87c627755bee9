import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { text as readText } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import { assignmentSchema, type BuildLimits } from '../../model/assignment.ts'
import { type BaseImages, createBaseImages } from '../../sandbox/bases/base-images.ts'
import { type BuildEnd, buildImage } from '../../sandbox/build-image.ts'
import { buildOptionsOf } from '../../sandbox/build-options.ts'
import {
  connectEngine,
  type Engine,
  ownerLabel,
  ownerOfThisProcess,
  roleLabel,
  runLabel,
} from '../../sandbox/engine.ts'
import { reapRun } from '../../sandbox/reaper.ts'

type Files = Record<string, Buffer | string>

/** Test support: builds of texts that the gate would not always let pass; `BASE` in them is busybox. */
export interface TestBuilds extends AsyncDisposable {
  engine: Engine
  bases: BaseImages
  run: string
  /** Id of the run-base. */
  base: string
  /** As a submission is built. */
  build(text: string, change?: Partial<BuildLimits>, files?: Files): Promise<BuildEnd>
  /** With options of ours changed, as no product code does it, and no watch over it. */
  buildRaw(text: string, change?: Record<string, unknown>): Promise<{ id: string; log: string }>
  /** Images of the run without its base: what a build has left. */
  images(): Promise<string[]>
}

export async function openTestBuilds(): Promise<TestBuilds> {
  const engine = await connectEngine()
  const run = `test-${randomBytes(6).toString('hex')}`
  const labels = { [runLabel]: run, [ownerLabel]: await ownerOfThisProcess(), [roleLabel]: 'submission' }
  const limits = assignmentSchema.shape.limits.parse(undefined).build
  const bases = createBaseImages(engine, { standIns: true, say: () => {}, runLabels: labels })
  const { id: base } = await bases.prepare('busybox', {})

  function contextOf(text: string, files: Files = {}): Readable {
    const context = pack()
    context.entry({ name: 'Dockerfile' }, text.replaceAll('BASE', base))
    for (const [name, content] of Object.entries(files)) context.entry({ name }, content)
    context.finalize()
    return Readable.from(context)
  }

  return {
    engine,
    bases,
    run,
    base,
    build(text, change, files) {
      const { signal } = new AbortController()
      const order = { dockerfile: 'Dockerfile', buildArgs: {}, labels, inheritsLabels: true, signal }
      return buildImage(engine, { ...order, tar: contextOf(text, files), limits: { ...limits, ...change } })
    },
    async buildRaw(text, change) {
      const options = buildOptionsOf({ dockerfile: 'Dockerfile', buildArgs: {}, limits, labels }, undefined)
      const stream = await engine.docker.buildImage(contextOf(text), { ...options, ...change } as object)
      const log = await readText(stream as unknown as Readable)
      return { id: /"aux":\{"ID":"(sha256:[0-9a-f]{64})"/.exec(log)?.[1] ?? '', log }
    },
    async images() {
      const images = await engine.docker.listImages({ all: true, filters: JSON.stringify({ label: [runLabel] }) })
      const byId = new Map(images.map((one) => [one.Id, one]))
      const isOfRun = (id: string): boolean => id === base || (byId.has(id) && isOfRun(byId.get(id)?.ParentId ?? ''))
      const ids = images.map(({ Id }) => Id)
      return ids.filter((id) => id !== base && isOfRun(id)).sort()
    },
    async [Symbol.asyncDispose]() {
      await bases.dispose()
      await reapRun(engine, run)
    },
  }
}
