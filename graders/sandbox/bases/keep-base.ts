import { type Engine, ownerLabel, ownerOfThisProcess, runLabel } from '../engine.ts'
import type { BaseImagePolicy } from './base-images.ts'
import { provideWarmBase } from './base-images.ts'
import { createBaseSource } from './base-source.ts'
import type { KeptImage } from './kept-images.ts'
import { inspectImage } from './stand-ins.ts'
import type { GoVariant } from './warm-bases.ts'

/** Prepares bases before any run needs them: nothing of it is removed afterwards. */
export async function createBaseKeeper(
  engine: Engine,
  policy: Omit<BaseImagePolicy, 'runLabels'>,
  signal: AbortSignal,
) {
  const source = createBaseSource(engine, policy)
  const runLabels = { [runLabel]: `images-${process.pid}`, [ownerLabel]: await ownerOfThisProcess() }
  const preparation = { signal, say: policy.say, runLabels }

  /** The base, then its warm ones. */
  return async function keepBase(name: string, variants: GoVariant[]): Promise<KeptImage[]> {
    const base = await source.find(name, preparation)
    const { standInFor } = base
    const kept: KeptImage[] = [
      standInFor === undefined
        ? { name, kind: 'real', id: base.id, bytes: await sizeOf(engine, base.id) }
        : { name, kind: 'stand-in', detail: standInFor, id: base.id, bytes: await sizeOf(engine, base.id) },
    ]
    for (const variant of variants) {
      const id = await provideWarmBase(engine, { ...base, name }, variant, preparation)
      if (id !== base.id) kept.push({ name, kind: 'warm', detail: variant, id, bytes: await sizeOf(engine, id) })
    }
    return kept
  }
}

async function sizeOf(engine: Engine, id: string): Promise<number> {
  return (await inspectImage(engine, id))?.Size ?? 0
}
