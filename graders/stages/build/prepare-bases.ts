import type { Fault } from '../../model/feedback.ts'
import { type BaseImage, UnknownBaseImage } from '../../sandbox/bases/base-images.ts'
import type { Engine } from '../../sandbox/engine.ts'
import type { BaseSettings, Dockerfile } from '../dockerfile/dockerfile.ts'
import { foreignImages } from '../dockerfile/gate-dockerfile.ts'
import type { BuildPlan } from './build.ts'

export type Resolved = { stageBases: Map<number, string>; foreignImages: Map<string, string>; used: BaseImage[] }

export async function prepareBases(plan: BuildPlan, dockerfile: Dockerfile): Promise<Resolved | { fault: Fault }> {
  const resolved: Resolved = { stageBases: new Map(), foreignImages: new Map(), used: [] }
  const file = plan.candidate.dockerfile
  const prepare = async (name: string, line: number) => {
    try {
      const variant = dockerfile.goVariant
      const base = await plan.bases.prepare(name, { signal: plan.signal, ...(variant ? { goVariant: variant } : {}) })
      resolved.used.push(base)
      return base.id
    } catch (thrown) {
      if (!(thrown instanceof UnknownBaseImage)) throw thrown
      return unknownBase(thrown, file, line)
    }
  }
  for (const stage of dockerfile.stages) {
    if (stage.from.kind === 'stage') continue
    const id = await prepare(stage.from.kind === 'scratch' ? 'scratch' : stage.base, stage.line)
    if (typeof id !== 'string') return { fault: id }
    resolved.stageBases.set(stage.index, id)
  }
  for (const { name, line } of foreignImages(dockerfile)) {
    const id = await prepare(name, line)
    if (typeof id !== 'string') return { fault: id }
    resolved.foreignImages.set(name, id)
  }
  return resolved
}

/** By index of the stage. */
export async function readBaseSettings(
  engine: Engine,
  stageBases: ReadonlyMap<number, string>,
): Promise<Map<number, BaseSettings>> {
  const settings = new Map<number, BaseSettings>()
  for (const [index, id] of stageBases) {
    const { Config } = await engine.docker.getImage(id).inspect()
    settings.set(index, { env: Config.Env ?? [], triggers: Config.OnBuild ?? [] })
  }
  return settings
}

function unknownBase(thrown: UnknownBaseImage, file: string, line: number): Fault {
  return {
    reason: 'build.unknown-base',
    message: `The base image \`${thrown.image}\` does not exist: the registry does not know it.`,
    expected: 'an image that anybody can pull',
    actual: thrown.message.slice(0, 300),
    hint: 'Check the spelling of the name and the tag, and that the image is public.',
    reproduce: `docker pull ${thrown.image}`,
    location: { file, line },
  }
}

/** Of the image that the last stage goes back to. */
export function baseIdOf({ stages }: Dockerfile, { stageBases }: Resolved): string | undefined {
  let root = stages.at(-1)
  while (root?.from.kind === 'stage') root = stages[root.from.index]
  return root === undefined ? undefined : stageBases.get(root.index)
}
