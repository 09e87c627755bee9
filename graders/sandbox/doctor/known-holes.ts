import { engineHoles } from './engine-holes.ts'
import { hostHoles } from './host-holes.ts'

/** A hole of what stands between a submission and this machine. */
export interface KnownHole {
  component: ComponentName
  ids: string[]
  /** What it allows here, with what cgrade does; completes "..., so that". */
  allows: string
  /**
   * `escape`: a submission can get out of its container with it, and the machine is below `basic`. `limited`: it reaches
   * something, but no way out is known. `unused`: cgrade does not use the part that has it.
   */
  reach: 'escape' | 'limited' | 'unused'
  /** The first version that has it; undefined: all before the fix. */
  since?: string
  /** The first fixed version of each release line; undefined where no fix of `component` is known by its number. */
  fixedIn: string[]
  source: string
}

/** How many numbers make a release line: each `runc 1.2.x` is one, each major version of undici is one. */
export const linePlaces = {
  engine: 2,
  containerd: 2,
  runc: 2,
  crun: 2,
  'engine (BuildKit)': 2,
  kernel: 2,
  node: 1,
  undici: 1,
  tar: 1,
  'tar-fs': 1,
  git: 2,
} as const
export type ComponentName = keyof typeof linePlaces

/**
 * As of November 2026. Not a vulnerability scanner: what is here decides whether submissions of strangers should be run. A new
 * one is one entry.
 */
export const knownHoles: KnownHole[] = [...engineHoles, ...hostHoles]
