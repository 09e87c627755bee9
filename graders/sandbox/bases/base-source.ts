import { GraderError } from '../../model/grader-error.ts'
import { type Engine, runLabel } from '../engine.ts'
import {
  type ImageReference,
  isNameOfOurs,
  isPrivateRegistry,
  officialNameOf,
  parseImageReference,
  writeImageReference,
} from './image-reference.ts'
import { lockPreparations } from './preparation-lock.ts'
import { pullImage } from './pull-image.ts'
import type { Recipe } from './stand-in-recipe.ts'
import { recipeFor } from './stand-in-recipes.ts'
import { findStandIn, inspectImage, makeStandIn, type Preparation, type StandIn, standInLabel } from './stand-ins.ts'
import { UnknownBaseImage } from './unknown-base-image.ts'

/** A base as the engine keeps it, before anything of a run is put on it. */
export interface FoundBase {
  id: string
  digest: string
  standInFor?: string
  /** A base with the same programs in it. */
  kinId?: string
}

export interface BaseSourcePolicy {
  mirror?: string
  standIns: boolean
}

export interface BaseSource {
  find(name: string, preparation: Preparation): Promise<FoundBase>
  /** Digest of what the engine has under that name now, no registry being asked; undefined: it has nothing. */
  digestHere(name: string): Promise<string | undefined>
}

/** In the order: what the engine has, what a registry has, what can be made from Debian packages. */
export function createBaseSource(
  engine: Engine,
  policy: BaseSourcePolicy,
  /** Lets one piece of heavy work through at a time. */
  heavy: <T>(work: () => Promise<T>) => Promise<T> = (work) => work(),
): BaseSource {
  /** Registries that did not answer in this run: nobody waits for them twice. */
  const silent = new Map<string, string>()

  async function find(name: string, preparation: Preparation): Promise<FoundBase> {
    if (name === 'scratch') return { id: await findEmptyImage(engine, preparation), digest: 'scratch' }
    const reference = parseImageReference(name)
    if (reference === undefined) {
      throw new UnknownBaseImage(name, `\`${name.slice(0, 200)}\` is not a name that an image can have.`)
    }
    if (isNameOfOurs(reference)) {
      throw new UnknownBaseImage(name, `\`${name}\` is a name that cgrade keeps for images of its own.`)
    }
    const places = placesOf(reference, policy.mirror)
    for (const place of places) {
      const present = await findPresent(place)
      if (present !== undefined) return present
    }
    expectPublic(name, reference)
    const recipe = policy.standIns ? recipeFor(reference) : undefined
    const ready = recipe === undefined ? undefined : await findStandIn(engine, recipe)
    const pulled = await pullFirst(name, places, preparation, ready === undefined ? 30_000 : 5_000)
    if (pulled.found !== undefined) return pulled.found
    if (ready !== undefined) return standInBase(ready)
    if (recipe !== undefined) return standInBase(await heavy(() => makeLocked(recipe, preparation)))
    throw unavailable(name, policy, pulled.why)
  }

  async function digestHere(name: string): Promise<string | undefined> {
    if (name === 'scratch') return 'scratch'
    const reference = parseImageReference(name)
    if (reference === undefined || isNameOfOurs(reference)) return undefined
    for (const place of placesOf(reference, policy.mirror)) {
      const present = await findPresent(place)
      if (present !== undefined) return present.digest
    }
    const recipe = policy.standIns ? recipeFor(reference) : undefined
    return recipe === undefined ? undefined : (await findStandIn(engine, recipe))?.id
  }

  async function findPresent(place: ImageReference): Promise<FoundBase | undefined> {
    const image = await inspectImage(engine, writeImageReference(place))
    // What a run has made of a submission is nobody's base, whatever it is called.
    if (image === undefined || image.Config?.Labels?.[runLabel] !== undefined) return undefined
    const sentence = image.Config?.Labels?.[standInLabel]
    const repository = image.RepoDigests?.find((digest) => digest.includes('@'))
    const digest = repository?.slice(repository.indexOf('@') + 1) ?? image.Id
    // Somebody may have given a stand-in the real name by hand; the report still says what it is.
    return sentence === undefined ? { id: image.Id, digest } : { id: image.Id, digest, standInFor: sentence }
  }

  async function pullFirst(
    name: string,
    places: ImageReference[],
    { signal, say }: Preparation,
    patienceMs: number,
  ): Promise<{ found?: FoundBase; why: string[] }> {
    const why: string[] = []
    for (const [position, place] of places.entries()) {
      const host = place.registry
      const known = silent.get(host)
      if (known !== undefined) {
        why.push(`${host}: ${known}`)
        continue
      }
      const fullName = writeImageReference(place)
      const onAnswer = () => say(`Pulling ${fullName}.`)
      const pull = await pullImage(engine, fullName, { signal, patienceMs, onAnswer })
      if (pull.how === 'pulled') {
        const found = await findPresent(place)
        if (found !== undefined) return { found, why }
        continue
      }
      // The last place is the one that knows: a mirror may lack what exists.
      if (pull.how === 'absent' && position === places.length - 1) throw unknown(name, host)
      if (pull.how === 'unreachable') silent.set(host, pull.message)
      why.push(`${host}: ${pull.message}`)
    }
    return { why }
  }

  async function makeLocked(recipe: Recipe, preparation: Preparation): Promise<StandIn> {
    const waiting = () => preparation.say('Another grader on this machine is preparing a base image; waiting for it.')
    await using _lock = await lockPreparations(preparation.signal, waiting)
    return (await findStandIn(engine, recipe)) ?? (await makeStandIn(engine, recipe, preparation))
  }

  return { find, digestHere }
}

function standInBase({ id, sentence, parentId }: StandIn): FoundBase {
  return { id, digest: id, standInFor: sentence, ...(parentId === undefined ? {} : { kinId: parentId }) }
}

/** Where the image may be had; for copies of official images also where the original is. */
function placesOf(named: ImageReference, mirror: string | undefined): ImageReference[] {
  const official = officialNameOf(named)
  const onHub = named.registry === 'docker.io'
  const copied = official !== undefined && !onHub && !official.startsWith('distroless/')
  const hub = onHub ? named : copied ? { ...named, registry: 'docker.io', path: `library/${official}` } : undefined
  const places = [
    ...(onHub ? [] : [named]),
    ...(mirror !== undefined && hub !== undefined ? [{ ...hub, registry: mirror }] : []),
    ...(hub === undefined ? [] : [hub]),
  ]
  return places
}

function expectPublic(name: string, { registry }: ImageReference): void {
  if (!isPrivateRegistry(registry)) return
  throw new UnknownBaseImage(
    name,
    `\`${name}\` names a registry on its author's own machine or network (\`${registry}\`), which nobody else can reach.`,
  )
}

function unknown(name: string, host: string): UnknownBaseImage {
  return new UnknownBaseImage(
    name,
    `The image \`${name}\` does not exist: ${host} was asked and has no such image or tag, or keeps it private.`,
  )
}

function unavailable(name: string, policy: BaseSourcePolicy, why: string[]): GraderError {
  const asked = why.length === 0 ? 'no registry was asked' : why.join('; ').slice(0, 400)
  const standIns = policy.standIns
    ? 'and Debian has nothing that could stand in for it'
    : 'and stand-ins are switched off'
  return new GraderError(
    'base-image.unavailable',
    `The base image \`${name}\` is not in the engine, could not be pulled (${asked}), ${standIns}.`,
    {
      remedy:
        'Load it from a file (`./grade images --load file.tar`), name a registry that answers (`--mirror docker.m.daocloud.io`), or give this machine network.',
    },
  )
}

/** `FROM scratch` cannot carry labels; an image with an empty layer can. */
async function findEmptyImage(engine: Engine, preparation: Preparation): Promise<string> {
  const recipe: Recipe = { kind: 'empty', tag: 'scratch:latest', sentence: 'the empty image', settings: {} }
  return ((await findStandIn(engine, recipe)) ?? (await makeStandIn(engine, recipe, preparation))).id
}
