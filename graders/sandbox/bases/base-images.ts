import { createHash } from 'node:crypto'
import pLimit from 'p-limit'
import { GraderError } from '../../model/grader-error.ts'
import { type Engine, roleLabel, runLabel } from '../engine.ts'
import { createBaseSource, type FoundBase } from './base-source.ts'
import { countColdUse } from './cold-uses.ts'
import { deriveImage } from './derive-image.ts'
import { type OwnRecipe, provideOwnImage } from './own-image.ts'
import { lockPreparations } from './preparation-lock.ts'
import { createSharedWork } from './shared-work.ts'
import { inspectImage, type Preparation } from './stand-ins.ts'
import { UnknownBaseImage } from './unknown-base-image.ts'
import { findWarmBase, type GoVariant, gainsFromWarming, makeWarmBase } from './warm-bases.ts'

export { UnknownBaseImage } from './unknown-base-image.ts'
export type { GoVariant } from './warm-bases.ts'

export interface BaseImage {
  /** As in the Dockerfile: `golang:1.17-alpine`. */
  name: string
  /** Image id (`sha256:...`) to put into FROM. */
  id: string
  /** Digest of the repository, or the image id where there is none. */
  digest: string
  standIn: boolean
  /** `Debian trixie with Go 1.24`. */
  standInFor?: string
}

export interface BaseImagePolicy {
  /** Registry host that stands in for Docker Hub. */
  mirror?: string
  standIns: boolean
  say(message: string): void
  /** Put on every image made for this run; what is built on it inherits them. */
  runLabels: Record<string, string>
}

export interface BaseWant {
  goVariant?: GoVariant
  signal?: AbortSignal
  /** As what it was prepared for an identical submission of this run: nothing is left to do. */
  known?: BaseImage
}

export interface BaseImages {
  /** Throws UnknownBaseImage (the student's fault) or GraderError (ours). */
  prepare(name: string, want: BaseWant): Promise<BaseImage>
  /** Id of an image of ours that no submission is built on. Throws GraderError where it cannot be made here. */
  prepareOwn(recipe: OwnRecipe, signal: AbortSignal): Promise<string>
  /** Every base that was prepared in this run, once per name. */
  used(): BaseImage[]
  /** Removes what was made for this run alone. */
  dispose(): Promise<void>
}

/** Compiling Go's standard library costs as much as one and a half cold builds: it pays from this use on, over all runs. */
const warmFromUse = 2

/**
 * The bases of one run. Each is prepared once, whoever asks first; what takes the whole machine (a stand-in, warming) goes one
 * at a time, and nobody whose base is ready waits for it. What a submission is built on is a run-base: the base and one step
 * that adds the labels of the run, so that all that the engine makes of it can be found and removed.
 */
export function createBaseImages(engine: Engine, policy: BaseImagePolicy): BaseImages {
  const heavy = pLimit(1)
  const source = createBaseSource(engine, policy, heavy)
  const found = createSharedWork<FoundBase>(isFinal)
  const warmed = createSharedWork<string>(isFinal)
  const own = createSharedWork<string>(isFinal)
  // By base, not by name: a second image under the same tag would leave the first to be pruned with some submission's.
  const runBases = createSharedWork<string>(isFinal)
  const used = new Map<string, BaseImage>()
  const made = new Set<string>()

  function preparation(signal: AbortSignal): Preparation {
    return { signal, say: (message) => policy.say(message), runLabels: policy.runLabels }
  }

  async function prepare(name: string, want: BaseWant): Promise<BaseImage> {
    if (want.known !== undefined) return want.known
    try {
      return await provide(name, want.goVariant, want.signal ?? new AbortController().signal)
    } catch (thrown) {
      if (!want.signal?.aborted) throw thrown
      throw new GraderError('interrupted', `The run was interrupted while the base image ${name} was being prepared.`)
    }
  }

  async function prepareOwn(recipe: OwnRecipe, signal: AbortSignal): Promise<string> {
    const site = { engine, heavy, find: source.find }
    try {
      return await own.share(recipe.tag, signal, (shared) => provideOwnImage(site, recipe, preparation(shared)))
    } catch (thrown) {
      if (!signal.aborted) throw thrown
      throw new GraderError('interrupted', `The run was interrupted while the image ${recipe.tag} was being prepared.`)
    }
  }

  async function provide(name: string, goVariant: GoVariant | undefined, signal: AbortSignal): Promise<BaseImage> {
    const base = await found.share(name, signal, (shared) => source.find(name, preparation(shared)))
    const rootId = goVariant === undefined ? base.id : await warmOrCold(name, base, goVariant, signal)
    const id = await runBases.share(rootId, signal, (shared) => makeRunBase(rootId, shared))
    const { digest, standInFor } = base
    const image = {
      name,
      id,
      digest,
      standIn: standInFor !== undefined,
      ...(standInFor === undefined ? {} : { standInFor }),
    }
    if (!used.has(name)) used.set(name, image)
    return image
  }

  async function warmOrCold(name: string, base: FoundBase, variant: GoVariant, signal: AbortSignal): Promise<string> {
    const ready = await findWarmBase(engine, base.id, variant)
    if (ready !== undefined) return ready
    if (!(await gainsFromWarming(engine, base.id, variant))) return base.id
    if ((await countColdUse(base.id, variant)) < warmFromUse) return base.id
    return warmed.share(`${base.id} ${variant}`, signal, (shared) =>
      heavy(() => provideWarmBase(engine, { ...base, name }, variant, preparation(shared))),
    )
  }

  async function makeRunBase(baseId: string, signal: AbortSignal): Promise<string> {
    // A trigger of the base would fire here instead of in the student's build.
    const { Config } = (await inspectImage(engine, baseId)) ?? {}
    if ((Config?.OnBuild ?? []).length > 0) return baseId
    const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12)
    const tag = `cgrade-run/${hash(policy.runLabels[runLabel] ?? '')}:${hash(baseId)}`
    const labels = { ...policy.runLabels, [roleLabel]: 'run-base' }
    const id = await deriveImage(engine, { dockerfile: `FROM ${baseId}\n`, labels, tag, signal })
    made.add(tag)
    return id
  }

  async function dispose(): Promise<void> {
    await Promise.all([found.close(), warmed.close(), own.close(), runBases.close()])
    for (const tag of made) await removeRunBase(engine, tag)
    made.clear()
  }

  return { prepare, prepareOwn, used: () => [...used.values()], dispose }
}

/** Minutes of work that would fail again, or a fact. */
function isFinal(thrown: unknown): boolean {
  if (thrown instanceof UnknownBaseImage) return true
  return thrown instanceof GraderError && ['base-image.unavailable', 'host.tool-missing'].includes(thrown.code)
}

/** The base with Go's standard library compiled; the base itself where that changes nothing or does not work. */
export async function provideWarmBase(
  engine: Engine,
  base: FoundBase & { name: string },
  variant: GoVariant,
  preparation: Preparation,
): Promise<string> {
  const ready = await findWarmBase(engine, base.id, variant)
  if (ready !== undefined) return ready
  if (!(await gainsFromWarming(engine, base.id, variant))) return base.id
  const waiting = () => preparation.say('Another grader on this machine is preparing a base image; waiting for it.')
  await using _lock = await lockPreparations(preparation.signal, waiting)
  const meanwhile = await findWarmBase(engine, base.id, variant)
  if (meanwhile !== undefined) return meanwhile
  try {
    return await makeWarmBase(engine, base, variant, preparation)
  } catch (thrown) {
    preparation.signal.throwIfAborted()
    if (!(thrown instanceof GraderError) || thrown.code !== 'engine.failed') throw thrown
    preparation.say(`${base.name} could not be warmed; builds on it will be slow. ${thrown.message}`)
    return base.id
  }
}

async function removeRunBase(engine: Engine, tag: string): Promise<void> {
  try {
    await engine.docker.getImage(tag).remove({ noprune: true })
  } catch (thrown) {
    const { statusCode } = thrown as { statusCode?: number }
    // Gone already, or something is still built on it: the reaper finds it by its label.
    if (statusCode !== 404 && statusCode !== 409) throw thrown
  }
}
