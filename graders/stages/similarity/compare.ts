import type { Fingerprint, FingerprintFile, Similarity, SimilarityGroup } from '../../model/similarity.ts'
import { compareTokens } from './compare-tokens.ts'

/** What more of the class than this has in common comes from the handout, or from the same web page. */
const commonShare = 0.25
const fewestCommon = 10
const mostGroups = 1_000

/** Who has something in common that the starter code does not explain. Pure; a submission's own words are in it as paths alone. */
export function compareFingerprints(fingerprints: Fingerprint[], starter: FingerprintFile[]): Similarity {
  const common = Math.max(fewestCommon, Math.ceil(fingerprints.length * commonShare))
  const wholes = gatherBy(fingerprints, ({ digest }) => [{ key: digest }])
  const exact = gatherBy(fingerprints, ({ files }) =>
    except(files, starter, 'exact').flatMap(({ path, exact, normalised }) =>
      normalised ? [{ key: exact, path }] : [],
    ),
  )
  const normalised = gatherBy(fingerprints, ({ files }) =>
    except(files, starter, 'normalised').flatMap(({ path, normalised }) =>
      normalised ? [{ key: normalised, path }] : [],
    ),
  )
  const told = new Told()
  const groups: SimilarityGroup[] = []
  const notes: string[] = []
  const add = (shared: Shared[], kind: SimilarityGroup['kind'], whyOf: (file: string) => string) => {
    for (const { ids, path } of shared) {
      if (told.has(ids)) continue
      told.add(ids)
      if (kind !== 'submission' && ids.length > common) {
        const advice =
          "if the handout gave it, put it into the folder `starter` beside the assignment's `assignment.ts`."
        notes.push(`${ids.length} submissions have the same \`${path}\`: ${advice}`)
      } else groups.push({ kind, why: whyOf(path), submissionIds: ids, ...(path === '' ? {} : { file: path }) })
    }
  }
  add(wholes, 'submission', () => 'the whole submission is the same, byte for byte')
  add(exact, 'file', (file) => `same file \`${file}\`, byte for byte`)
  add(normalised, 'normalised', (file) => `same file \`${file}\` but for comments, white space and case`)
  for (const { ids, percent } of compareTokens(fingerprints, starter, common)) {
    if (told.has(ids)) continue
    const why = `${percent} % of the smaller program is in the other one, too, once names, numbers and texts are left out`
    groups.push({ kind: 'tokens', why, submissionIds: ids, percent })
  }
  const partial = fingerprints.filter(({ isPartial }) => isPartial).length
  if (partial > 0) notes.push(`Of ${partial} with very many or large sources only a part was compared.`)
  if (groups.length > mostGroups) notes.push(`${groups.length - mostGroups} more hints are left out.`)
  const compared = fingerprints.filter(({ files }) => files.length > 0).length
  return { schema: 'cgrade/similarity/v1', compared, notes, groups: groups.slice(0, mostGroups) }
}

interface Shared {
  ids: string[]
  /** Of the first. */
  path: string
}

/** Submissions by what they have; what only one has is left out, and the largest group comes first. */
function gatherBy(prints: Fingerprint[], keysOf: (print: Fingerprint) => { key: string; path?: string }[]): Shared[] {
  const holders = new Map<string, { ids: Set<string>; path: string }>()
  for (const print of prints) {
    for (const { key, path = '' } of keysOf(print)) {
      const known = holders.get(key)
      if (known === undefined) holders.set(key, { ids: new Set([print.id]), path })
      else known.ids.add(print.id)
    }
  }
  const shared = [...holders.values()]
    .filter(({ ids }) => ids.size > 1)
    .map(({ ids, path }) => ({ ids: [...ids], path }))
  return shared.sort((a, b) => b.ids.length - a.ids.length)
}

function except(files: FingerprintFile[], starter: FingerprintFile[], key: 'exact' | 'normalised'): FingerprintFile[] {
  const given = new Set(starter.map((file) => file[key]))
  return files.filter((file) => file[key] === undefined || !given.has(file[key]))
}

/** Which submissions have been named together already. */
class Told {
  private readonly groupsOf = new Map<string, Set<number>>()
  private count = 0

  add(ids: string[]): void {
    this.count += 1
    for (const id of ids) this.groupsOf.set(id, (this.groupsOf.get(id) ?? new Set()).add(this.count))
  }

  /** Whether one group has all of them. */
  has([first = '', ...others]: string[]): boolean {
    const groups = [...(this.groupsOf.get(first) ?? [])]
    return groups.some((group) => others.every((id) => this.groupsOf.get(id)?.has(group)))
  }
}
