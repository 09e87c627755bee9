import { compareVersions, isFixedIn, parseVersion } from './compare-versions.ts'
import { type ComponentName, type KnownHole, knownHoles, linePlaces } from './known-holes.ts'

export interface Component {
  name: ComponentName
  /** As the component itself tells it; undefined where nobody told. */
  version: string | undefined
  /** Of the package that this machine has installed; its changelog names the holes that the distribution closed. */
  changelog: { distribution: string; version: string; closes: string[] } | undefined
}

export interface OpenHole extends KnownHole {
  /**
   * `open`: neither the version nor the changelog of the package has the fix. `may-be-closed`: a package of a distribution,
   * whose changelog is not at hand. `cannot-tell`: the version is unknown, or no fixed one is.
   */
  state: 'open' | 'may-be-closed' | 'cannot-tell'
}

/** The holes that a component may have, each with the ids that are not known to be closed. */
export function openHoles(component: Component, holes: KnownHole[] = knownHoles): OpenHole[] {
  return holes
    .filter(({ component: name }) => name === component.name)
    .flatMap((hole) => {
      const ids = hole.ids.filter((id) => component.changelog?.closes.includes(id) !== true)
      const state = ids.length === 0 ? undefined : stateOf(hole, component)
      return state === undefined ? [] : [{ ...hole, ids, state }]
    })
}

function stateOf(hole: KnownHole, { name, version, changelog }: Component): OpenHole['state'] | undefined {
  const parsed = version === undefined ? undefined : parseVersion(version)
  if (parsed === undefined || hole.fixedIn.length === 0) return 'cannot-tell'
  const since = hole.since === undefined ? undefined : parseVersion(hole.since)
  if (since !== undefined && compareVersions(parsed, since) < 0) return undefined
  if (isFixedIn(parsed, hole.fixedIn, linePlaces[name])) return undefined
  // Distributions close holes without a new upstream version; the changelog that was read would name it.
  return parsed.distribution !== undefined && changelog === undefined ? 'may-be-closed' : 'open'
}
