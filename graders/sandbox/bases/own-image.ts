import { GraderError } from '../../model/grader-error.ts'
import type { Engine } from '../engine.ts'
import { deriveImage } from './derive-image.ts'
import { lockPreparations } from './preparation-lock.ts'
import type { Recipe } from './stand-in-recipe.ts'
import { findStandIn, labelsOf, makeStandIn, type Preparation, tagStandIn } from './stand-ins.ts'

/** An image that no submission is built on: Debian packages and a script of ours on them. */
export type OwnRecipe = Extract<Recipe, { kind: 'dress' }> & { parent: Extract<Recipe, { kind: 'bootstrap' }> }

export interface OwnImageSite {
  engine: Engine
  /** Id of a base by its name, from wherever it is to be had. */
  find(name: string, preparation: Preparation): Promise<{ id: string }>
  /** Lets one piece of heavy work through at a time. */
  heavy<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Id of an image of ours: the one that the engine keeps, else made from Debian packages on this machine, else, where this
 * machine cannot (macOS, no root), by the engine out of the official Debian image and its package servers.
 */
export async function provideOwnImage(
  site: OwnImageSite,
  recipe: OwnRecipe,
  preparation: Preparation,
): Promise<string> {
  const ready = await findStandIn(site.engine, recipe)
  if (ready !== undefined) return ready.id
  const locked = (make: () => Promise<string>) =>
    site.heavy(async () => {
      const waiting = () => preparation.say('Another grader on this machine is preparing a base image; waiting for it.')
      await using _lock = await lockPreparations(preparation.signal, waiting)
      return (await findStandIn(site.engine, recipe))?.id ?? (await make())
    })
  try {
    return await locked(async () => (await makeStandIn(site.engine, recipe, preparation)).id)
  } catch (thrown) {
    preparation.signal.throwIfAborted()
    if (!(thrown instanceof GraderError) || !canTryElsewhere(thrown)) throw thrown
    const debian = await site.find(`debian:${recipe.parent.suite}`, preparation).catch(() => undefined)
    if (debian === undefined) throw thrown
    return await locked(() => deriveOwnImage(site.engine, recipe, debian.id, preparation)).catch((cause: unknown) => {
      preparation.signal.throwIfAborted()
      if (!(cause instanceof GraderError) || cause.code !== 'engine.failed') throw cause
      throw new GraderError('base-image.unavailable', `${thrown.message}\n${cause.message}`, { cause })
    })
  }
}

/** The packages come from Debian's servers: the only build of ours that has a network. */
export async function deriveOwnImage(
  engine: Engine,
  recipe: OwnRecipe,
  debianId: string,
  { signal, say }: Preparation,
): Promise<string> {
  say(`Making the image ${recipe.tag} from debian:${recipe.parent.suite} and its packages. This takes a minute, once.`)
  const install = `apt-get update -q && apt-get install -y -q --no-install-recommends ${recipe.parent.packages.join(' ')} && rm -rf /var/lib/apt/lists/*`
  const run = (script: string) => `RUN ${JSON.stringify(['/bin/sh', '-c', script])}\n`
  const settings = Object.entries(recipe.settings.env ?? {}).map(
    ([key, value]) => `ENV ${key}=${JSON.stringify(value)}\n`,
  )
  const dockerfile = `FROM ${debianId}\n${settings.join('')}${run(install)}${run(recipe.script)}`
  const id = await deriveImage(engine, { dockerfile, labels: labelsOf(recipe), network: 'default', signal })
  return (await tagStandIn(engine, recipe, id)).id
}

function canTryElsewhere({ code }: GraderError): boolean {
  return code === 'base-image.unavailable' || code === 'host.tool-missing'
}
