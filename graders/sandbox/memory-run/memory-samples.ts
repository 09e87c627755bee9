import type { MemorySample } from '../../model/observations.ts'

/** A picture has no use for more. */
export const maxSamples = 120

/** Keeps a curve within `maxSamples`, however long it becomes; of two neighbours the higher one stays, and so do both ends. */
export class MemorySamples {
  /** The highest of all that were added. */
  highestBytes = 0
  #kept: MemorySample[] = []

  add(sample: MemorySample): void {
    this.highestBytes = Math.max(this.highestBytes, sample.bytes)
    this.#kept.push(sample)
    if (this.#kept.length > 4 * maxSamples) this.#kept = halve(this.#kept)
  }

  /** Puts a mark that was left between the last two samples there. */
  mark(sample: MemorySample): void {
    const last = this.#kept.pop()
    const before = this.#kept.at(-1)
    const atMs = last === undefined ? sample.atMs : Math.round(((before?.atMs ?? 0) + last.atMs) / 2)
    this.add({ ...sample, atMs })
    if (last !== undefined) this.add(last)
  }

  toArray(): MemorySample[] {
    let thinned = this.#kept
    while (thinned.length > maxSamples) thinned = halve(thinned)
    return thinned
  }
}

function halve(samples: MemorySample[]): MemorySample[] {
  const [first, ...rest] = samples
  const last = rest.pop()
  if (first === undefined || last === undefined) return samples
  const inner: MemorySample[] = []
  for (let at = 0; at < rest.length; at += 2) {
    const [one, other] = [rest[at] as MemorySample, rest[at + 1]]
    inner.push(other === undefined || one.bytes > other.bytes ? one : other)
  }
  return [first, ...inner, last]
}
