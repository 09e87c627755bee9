import type { BaseImages } from '../bases/base-images.ts'
import type { Engine } from '../engine.ts'
import { openHostObserver } from './host-observer.ts'
import type { ObserverChoice } from './observer.ts'
import { openProbeObserver } from './probe-observer.ts'

export interface ObserverSite {
  engine: Engine
  bases: Pick<BaseImages, 'prepare'>
  /** Of the run, on what is made in the engine. */
  labels: Record<string, string>
  signal: AbortSignal
}

/** Environment variable that our tests set to `host` or `probe-container`, to see the same facts from both. */
export const observerVariable = 'CGRADE_OBSERVER'

/** Who looks in a run; nobody: with what can be done about it, for those whose points are left out. */
export async function openObserver(site: ObserverSite): Promise<ObserverChoice> {
  const choice = await chooseObserver(site)
  if (choice.observer !== undefined) return choice
  return { observer: undefined, why: `${choice.why} (\`cgrade doctor\` says how to enable it)` }
}

/** The host where it gives root, else a container of ours, else nobody. */
export async function chooseObserver(site: ObserverSite): Promise<ObserverChoice> {
  const asked = process.env[observerVariable]
  if (asked === 'host') return openHostObserver(site)
  if (asked === 'probe-container') return openProbeObserver(site, `${observerVariable} asks for it`)
  const host = await openHostObserver(site)
  if (host.observer !== undefined) return host
  const probe = await openProbeObserver(site, host.why)
  return probe.observer === undefined ? { observer: undefined, why: `${host.why}, and ${probe.why}` } : probe
}
