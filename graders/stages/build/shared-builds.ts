import { GraderError } from '../../model/grader-error.ts'
import type { Admission } from '../../sandbox/admission.ts'
import type { BaseImage } from '../../sandbox/bases/base-images.ts'
import type { Engine } from '../../sandbox/engine.ts'
import { removeImage } from '../../sandbox/images.ts'
import { type BuildPlan, type BuildResult, build } from './build.ts'

/** Builds of one run: what several students have handed in, the same to the last byte, is built once. */
export interface SharedBuilds {
  /** Waits for its turn, or for the build of an identical submission. `beganMs`: since when nobody was before it. */
  build(plan: BuildPlan): Promise<{ result: BuildResult; beganMs: number }>
  /** Told of every image that was built, when its containers are gone: it is removed once nobody is likely to need it. */
  letGo(imageId: string): Promise<void>
  /** Removes what is still kept; everybody has let go. */
  dispose(): Promise<void>
}

interface Begun {
  beganMs: number
  bases: Map<string, BaseImage | undefined>
}

interface Shared extends Begun {
  made: Promise<BuildResult>
  /** Undefined until it is made. */
  result?: BuildResult
  users: number
}

/** What is kept for the next copy while nobody uses it, in number and in bytes beyond the bases. */
const mostKept = 100
const mostKeptBytes = 2 * 1024 ** 3

/**
 * A build that failed is a verdict, and shared like an image; one that broke by our fault, or ran out of time, is nobody's but
 * its own. Whoever waits for another's build holds no slot.
 */
export function createSharedBuilds(engine: Pick<Engine, 'docker'>, admission: Admission): SharedBuilds {
  /** In the order of their last use. */
  const all = new Map<string, Shared>()

  async function buildOrWait(plan: BuildPlan): Promise<{ result: BuildResult; beganMs: number }> {
    const askedMs = Date.now()
    const key = keyOf(plan)
    const known = all.get(key)
    if (known === undefined) return buildAs(key, plan)
    known.users += 1
    try {
      const result = await known.made
      await noteBases(plan, known.bases)
      return { result, beganMs: Math.max(askedMs, known.beganMs) }
    } catch (thrown) {
      if (plan.signal.aborted) throw thrown
      return buildAs(key, plan)
    }
  }

  async function buildAs(key: string, plan: BuildPlan): Promise<{ result: BuildResult; beganMs: number }> {
    const begun: Begun = { beganMs: Date.now(), bases: new Map() }
    const shared: Shared = Object.assign(begun, { made: make(plan, begun), users: 1 })
    if (!all.has(key)) all.set(key, shared)
    const forget = () => {
      if (all.get(key) === shared) all.delete(key)
    }
    try {
      const result = await shared.made
      shared.result = result
      if (!result.ok && result.fault.reason === 'build.timeout') forget()
      return { result, beganMs: shared.beganMs }
    } catch (thrown) {
      forget()
      throw thrown
    }
  }

  async function make(plan: BuildPlan, begun: Begun): Promise<BuildResult> {
    const once = () =>
      admission.build(() => {
        begun.beganMs = Date.now()
        return build({ ...plan, bases: followBases(plan, begun.bases) })
      })
    try {
      return await once()
    } catch (thrown) {
      const isFull = thrown instanceof GraderError && thrown.code === 'disk.full'
      // What is only kept for others gives way.
      if (!isFull || !(await removeIdle(0, 0))) throw thrown
      return once()
    }
  }

  async function letGo(imageId: string): Promise<void> {
    const found = [...all].find(([, { result }]) => result?.ok && result.facts.imageId === imageId)
    if (found === undefined) return removeImage(engine, imageId)
    const [key, shared] = found
    shared.users -= 1
    all.delete(key)
    all.set(key, shared)
    await removeIdle(mostKept, mostKeptBytes)
  }

  /** Removes what nobody uses and is more than that, the oldest first; true: there was something. */
  async function removeIdle(most: number, mostBytes: number): Promise<boolean> {
    let [count, bytes] = [0, 0]
    const images: string[] = []
    for (const [key, { result, users }] of [...all].reverse()) {
      if (result === undefined || (result.ok && users > 0)) continue
      count += 1
      bytes += result.ok ? result.facts.bytes : 0
      if (count <= most && bytes <= mostBytes) continue
      // Nobody finds it from now on, however long its removal takes.
      all.delete(key)
      if (result.ok) images.push(result.facts.imageId)
    }
    for (const id of images) await removeImage(engine, id)
    return images.length > 0
  }

  const dispose = async () => void (await removeIdle(0, 0))
  return { build: buildOrWait, letGo, dispose }
}

/** All that a build is made of, but what the whole run has in common. */
function keyOf({ submission, candidate, own }: BuildPlan): string {
  return JSON.stringify([submission.digest, candidate.dockerfile, candidate.context, own])
}

/** Remembers what a build was made on, also where that could not be had. */
function followBases({ bases }: BuildPlan, seen: Shared['bases']): BuildPlan['bases'] {
  return {
    ...bases,
    async prepare(name, want) {
      seen.set(name, undefined)
      const base = await bases.prepare(name, want)
      seen.set(name, base)
      return base
    },
  }
}

/** A copy was built on the same bases as the first, and its grade says so. */
async function noteBases({ bases, signal }: BuildPlan, seen: Shared['bases']): Promise<void> {
  for (const [name, known] of seen) {
    const want = { signal, ...(known === undefined ? {} : { known }) }
    // One that does not exist is remembered as such, and the build has said so.
    await bases.prepare(name, want).catch(() => {})
  }
}
