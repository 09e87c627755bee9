import type { Fingerprint, FingerprintFile } from '../../model/similarity.ts'

const leastPercent = 75
/** Hashes that two must share: about two hundred tokens. */
const fewestShared = 15
const mostPairs = 500
/** A hash in more submissions than this says little, and pairs them all. */
const mostHolders = 40
/** Meetings of two at one hash: a few seconds. The rarest hashes, which say most, come first. */
const mostMeetings = 6_000_000

export interface AlikePair {
  ids: [string, string]
  percent: number
}

/**
 * Pairs whose programs are alike but for their names. What the starter code has, and what many have, does not count. Its cost is
 * bounded, whatever was handed in.
 */
export function compareTokens(prints: Fingerprint[], starter: FingerprintFile[], common: number): AlikePair[] {
  const given = new Set(starter.flatMap(({ tokens }) => tokens ?? []))
  const holders = new Map<number, number[]>()
  for (const [index, { files }] of prints.entries()) {
    for (const hash of new Set(files.flatMap(({ tokens }) => tokens ?? []))) {
      if (given.has(hash)) continue
      const known = holders.get(hash)
      if (known === undefined) holders.set(hash, [index])
      else known.push(index)
    }
  }
  const most = Math.min(mostHolders, common)
  const rare = [...holders.values()].filter(({ length }) => length <= most).sort((a, b) => a.length - b.length)
  let meetings = 0
  const own = new Map<number, number>()
  const shared = new Map<number, number>()
  for (const indexes of rare) {
    meetings += (indexes.length * (indexes.length - 1)) / 2
    if (meetings > mostMeetings) break
    for (const [place, a] of indexes.entries()) {
      own.set(a, (own.get(a) ?? 0) + 1)
      for (const b of indexes.slice(place + 1)) {
        const key = a * prints.length + b
        shared.set(key, (shared.get(key) ?? 0) + 1)
      }
    }
  }
  const pairs: AlikePair[] = []
  for (const [key, count] of shared) {
    const [a, b] = [Math.floor(key / prints.length), key % prints.length]
    const percent = Math.floor((count / Math.max(1, Math.min(own.get(a) ?? 1, own.get(b) ?? 1))) * 100)
    if (count < fewestShared || percent < leastPercent) continue
    pairs.push({ ids: [prints[a]?.id ?? '', prints[b]?.id ?? ''], percent })
  }
  return pairs.sort((a, b) => b.percent - a.percent).slice(0, mostPairs)
}
