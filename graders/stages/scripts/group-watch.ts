import type { ScriptGroup } from '../../model/observations.ts'
import { effectiveLimitOf, isAskedLimit } from '../../model/script-groups.ts'
import type { MemoryReading, Observer, Subtree } from '../../sandbox/observer/observer.ts'

export interface GroupWatchOrder {
  observer: Pick<Observer, 'processesIn'>
  subtree: Pick<Subtree, 'groups' | 'delegated'>
  askedBytes: number
  /** Names under which our program runs. */
  names: string[]
  /** Puts a process of ours into the group, so that it cannot be removed with its counters before they are read. */
  pin(path: string): Promise<void>
  /** Has the program take memory. */
  grow(): Promise<void>
}

/** A script sets its limit and swappiness one after the other; meanwhile the program waits. */
const restMs = 400
/** After the kill, for what a script says about it. */
const graceMs = 1_500
/** An observer tells no more of them: whoever makes so many is not doing the exercise. */
/** Ours waits with twice as much: another program of that name is not what is to be limited. */
const ownBytes = 8 * 1024 ** 2
/** A group that is full may be a few pages below its limit. */
const nearLimit = 0.99
const mostGroups = 60
const mostAsked = 8

/**
 * Follows the groups that a script makes, from outside of its sandbox. As soon as our program is in one with the limit it is
 * told to take memory, and then the kernel either kills it there or does not.
 */
export class GroupWatch {
  /** More groups than any honest script makes. */
  crowded = false
  #groups = new Map<string, ScriptGroup>()
  #killedIn: string | undefined
  #killedAtMs = 0
  #readyAtMs: number | undefined
  #grown = false
  readonly #order: GroupWatchOrder

  constructor(order: GroupWatchOrder) {
    this.#order = order
  }

  /** True when there is nothing more to wait for while the script still runs. */
  async isSettled(): Promise<boolean> {
    await this.look(false)
    return this.crowded || (this.#killedIn !== undefined && performance.now() - this.#killedAtMs > graceMs)
  }

  /** True while the program sits in a group with the limit, and the kernel has not killed it yet. */
  async look(ended: boolean): Promise<boolean> {
    const seen = await this.#order.subtree.groups()
    if (seen.length >= mostGroups) this.crowded = true
    const holding: string[] = []
    let asked = 0
    for (const { path, reading, pids } of seen) {
      const holds = pids.length > 0 && asked++ < mostAsked && (await this.#holds(path))
      if (holds) holding.push(path)
      this.#keep(path, reading, holds)
    }
    for (const { path, held, oomKills } of this.#groups.values()) {
      if (this.#killedIn !== undefined || !held || oomKills === 0 || holding.includes(path)) continue
      this.#killedIn = path
      this.#killedAtMs = performance.now()
    }
    if (this.#killedIn !== undefined) return false
    const ready = holding.find((path) => this.#isLimited(path))
    if (ready !== undefined) await this.#press(ready, ended)
    return ready !== undefined
  }

  get killed(): boolean {
    return this.#killedIn !== undefined
  }

  /** The most memory that a group with our program has held. */
  get peakBytes(): number {
    return this.groups.reduce((most, group) => (group.held ? Math.max(most, group.peakBytes) : most), 0)
  }

  /** Our program sits in a group with the limit, and neither that group nor one above it ever came up to it. */
  get fallsShort(): boolean {
    const limited = this.groups.filter(({ path, held }) => held && this.#isLimited(path))
    return limited.every(({ path }) => {
      const peaks = this.groups.flatMap((group) => (`${path}/`.startsWith(`${group.path}/`) ? [group.peakBytes] : []))
      return Math.max(...peaks) < (effectiveLimitOf(this.groups, path) ?? 0) * nearLimit
    })
  }

  get groups(): ScriptGroup[] {
    return [...this.#groups.values()].slice(0, mostGroups)
  }

  async #holds(path: string): Promise<boolean> {
    const { observer, subtree, names } = this.#order
    const processes = await observer.processesIn(`${subtree.delegated}/${path}`)
    return processes.some(({ name, residentBytes }) => names.includes(name) && residentBytes > ownBytes)
  }

  #keep(path: string, reading: MemoryReading, holds: boolean): void {
    // What was in force when the kernel killed it is what counts, whatever the script does afterwards.
    if (this.#killedIn === path) return
    const before = this.#groups.get(path)
    const { limitBytes, swappiness, swapLimitBytes } = reading
    this.#groups.set(path, {
      path,
      ...(limitBytes === undefined ? {} : { limitBytes }),
      ...(swappiness === undefined ? {} : { swappiness }),
      ...(swapLimitBytes === undefined ? {} : { swapLimitBytes }),
      held: holds || before?.held === true,
      oomKills: Math.max(reading.oomKills, before?.oomKills ?? 0),
      peakBytes: Math.max(reading.peakBytes ?? reading.chargedBytes, before?.peakBytes ?? 0),
    })
  }

  #isLimited(path: string): boolean {
    return isAskedLimit(effectiveLimitOf(this.groups, path), this.#order.askedBytes)
  }

  async #press(path: string, ended: boolean): Promise<void> {
    const now = performance.now()
    this.#readyAtMs ??= now
    if (this.#grown || (!ended && now - this.#readyAtMs < restMs)) return
    this.#grown = true
    await this.#order.pin(path)
    await this.#order.grow()
  }
}
