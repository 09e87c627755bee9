import type { Exercise } from '../../model/assignment.ts'
import { asGraderError } from '../../model/grader-error.ts'
import type { Observation, OwnSettings, PushedImage } from '../../model/observations.ts'
import type { BootFacts } from '../../model/verdict.ts'
import { toSettings } from '../../probes/registry-documents.ts'
import { RegistryTrouble } from '../../probes/registry-http.ts'
import { NotLoadable } from '../../sandbox/load-image.ts'
import { compareSettings } from '../../spec-kit/compare-settings.ts'
import type { Boots } from '../boot/boots.ts'
import type { Built } from '../build/build.ts'
import { howToName } from './find-image.ts'
import type { LookUps, Sighting, Sightings } from './look-up-pushed.ts'
import { readOwnSettings } from './own-settings.ts'
import { tryPushed } from './try-pushed.ts'

/** What came of the submission's own Dockerfile. */
interface OwnServer {
  built?: Built
  boot?: BootFacts
  boots?: Boots
}

type Bench = Parameters<typeof tryPushed>[0]

/** What the exercise about the pushed image is judged on; undefined for all others. */
export async function observePushed(
  bench: Bench,
  { id, registry }: Exercise,
  lookUps: LookUps,
  own: OwnServer,
): Promise<Observation<PushedImage> | undefined> {
  const sightings = await lookUps.get(id)
  if (registry === undefined || sightings === undefined) return undefined
  if (sightings.state !== 'seen') return sightings
  // Its fixture skips the check because of the build that failed.
  if (own.built === undefined) return undefined
  const { Config } = await bench.engine.docker.getImage(own.built.facts.imageId).inspect()
  const settings = readOwnSettings(own.built.dockerfile, toSettings(Config))
  const chosen = chooseBest(sightings.facts, settings, registry.platform)
  if ('why' in chosen) return { state: 'unavailable', why: chosen.why }
  const observed = { state: 'seen' as const, facts: chosen.image }
  return registry.pull && chosen.rank === fullRank ? await addTrial(bench, chosen, own, observed) : observed
}

async function addTrial(
  bench: Bench,
  { image, about }: Chosen,
  { boot, boots }: OwnServer,
  observed: { state: 'seen'; facts: PushedImage },
): Promise<Observation<PushedImage>> {
  const { seen, name } = image
  const runsHere = `linux/${architectures[bench.engine.architecture] ?? bench.engine.architecture}` === image.platform
  // Where the server that was built does not serve, that is told already, and there is nothing to ask the other.
  if (seen.found !== 'image' || boots === undefined || !boot?.ok || !runsHere) return observed
  try {
    return { state: 'seen', facts: { ...image, trial: await tryPushed(bench, about, seen.digest, boot, boots) } }
  } catch (thrown) {
    if (thrown instanceof RegistryTrouble || thrown instanceof NotLoadable) {
      return { state: 'unavailable', why: `\`${name}\` is in its registry, and could not be pulled: ${thrown.message}` }
    }
    const { code, message } = asGraderError(thrown)
    return { state: 'errored', error: { code, message } }
  }
}

const architectures: Record<string, string> = { x86_64: 'amd64', aarch64: 'arm64' }

interface Chosen {
  image: PushedImage
  about: Sighting['about']
  rank: number
}

/** The best of what was seen, against what the Dockerfile sets. */
export function chooseBest(
  { seen, trouble }: Extract<Sightings, { state: 'seen' }>['facts'],
  own: OwnSettings,
  platform: string,
): Chosen | { why: string } {
  const ranked = seen.map(({ clue: { name, location, namedBy }, about, sight }): Chosen => {
    const image = { name, location, namedBy, platform, seen: sight, own }
    return { image, about, rank: rankOf(image) }
  })
  const [best] = ranked.toSorted((a, b) => b.rank - a.rank)
  if (trouble !== undefined && (best === undefined || best.rank < fullRank)) return { why: trouble }
  if (best === undefined) return { why: `no image is named; ${howToName}` }
  // Whoever only pulls an image may not have pushed it: where it is none of this Dockerfile, nothing is said against anybody.
  if (best.image.namedBy === 'pull' && best.rank < halfRank) {
    const { name, location } = best.image
    const where = `\`${location.file}\` line ${location.line}`
    return {
      why: `${where} pulls \`${name}\`, which is not what your Dockerfile builds; to have another one counted, ${howToName}`,
    }
  }
  return best
}

const fullRank = 5
const halfRank = 4

function rankOf({ seen, own }: PushedImage): number {
  switch (seen.found) {
    case 'image': {
      const { differences, startsSameProgram } = compareSettings(own, seen.settings)
      return differences.length === 0 ? fullRank : startsSameProgram ? halfRank : 1
    }
    case 'other-platform':
      return 2
    case 'no-image':
      return 1
    case 'nothing':
      return 0
  }
}
