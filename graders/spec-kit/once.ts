import type { Fixtures } from './check.ts'
import type { Work } from './protocol.ts'

/** What the fixtures of a check belong to: one exercise of one submission. */
const workOf = new WeakMap<Fixtures, Work>()

export function noteWork(fixtures: Fixtures, work: Work): Fixtures {
  workOf.set(fixtures, work)
  return fixtures
}

/**
 * Something that several checks judge and that costs much to see, such as a start or a stop: it happens when the first of
 * them asks, and no second time for the same exercise of the same submission. Hand on the fixtures as a whole.
 */
export function once<T>(see: (fixtures: Fixtures) => Promise<T>): (fixtures: Fixtures) => Promise<T> {
  const seen = new WeakMap<Work, Promise<T>>()
  return (fixtures) => {
    const work = workOf.get(fixtures)
    if (work === undefined) throw new Error('`once` needs the fixtures that a check was called with, as they came')
    const before = seen.get(work)
    if (before !== undefined) return before
    const coming = see(fixtures)
    seen.set(work, coming)
    return coming
  }
}
