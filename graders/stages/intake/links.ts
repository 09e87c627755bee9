import type { SnapshotEntry } from '../../model/submission.ts'

/** Entries by path; links are resolved in it, never on disk. */
export type EntryIndex = ReadonlyMap<string, SnapshotEntry>

export function indexEntries(entries: SnapshotEntry[]): EntryIndex {
  return new Map(entries.map((entry) => [entry.path, entry]))
}

const maxHops = 40
/** Far more than an honest path has; a longer way is treated as one that leads out. */
const maxSteps = 200
const maxPathLength = 1024

export type Resolved =
  /** Where the path ends, whether or not something is there; '' is the root. */
  { inside: true; path: string } | { inside: false }

/** Follows a path from the root of the submission through its links, by names alone. */
export function resolvePath(index: EntryIndex, path: string): Resolved {
  const pending = path.split('/').reverse()
  let current = ''
  let hops = 0
  for (let steps = 0; pending.length > 0; steps++) {
    if (steps > maxSteps) return { inside: false }
    const name = pending.pop() as string
    if (name === '' || name === '.') continue
    if (name === '..') {
      if (current === '') return { inside: false }
      current = parentOf(current)
      continue
    }
    const next = current === '' ? name : `${current}/${name}`
    const entry = next.length <= maxPathLength ? index.get(next) : undefined
    if (entry?.kind !== 'link') {
      current = next
      continue
    }
    // A loop of links ends nowhere, but it never leaves.
    if (++hops > maxHops) return { inside: true, path: next }
    if (entry.target.startsWith('/')) return { inside: false }
    pending.push(...entry.target.split('/').reverse())
  }
  return { inside: true, path: current }
}

/** '' for an entry of the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** The file or folder that a path means, through links; undefined when there is none inside. */
export function findEntry(index: EntryIndex, path: string): SnapshotEntry | undefined {
  const resolved = resolvePath(index, path)
  if (!resolved.inside) return undefined
  if (resolved.path === '') return { kind: 'directory', path: '' }
  const entry = index.get(resolved.path)
  return entry?.kind === 'link' ? undefined : entry
}

type Link = Extract<SnapshotEntry, { kind: 'link' }>

export interface SortedLinks {
  /** Lead out of the submission, and no tool put them there. */
  outside: Link[]
  /** Lead out too, but were made by a package manager: left out instead of refused. */
  installed: Link[]
}

/** Finds the links that lead out; all others may stay. */
export function findLinksOutside(index: EntryIndex): SortedLinks {
  const sorted: SortedLinks = { outside: [], installed: [] }
  for (const entry of index.values()) {
    if (entry.kind !== 'link' || resolvePath(index, entry.path).inside) continue
    if (isInstalled(index, entry.path)) sorted.installed.push(entry)
    else sorted.outside.push(entry)
  }
  return sorted
}

function isInstalled(index: EntryIndex, path: string): boolean {
  for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) {
    const name = folder.slice(folder.lastIndexOf('/') + 1)
    if (name === 'node_modules') return true
    if (['venv', '.venv', 'env'].includes(name) && index.has(`${folder}/pyvenv.cfg`)) return true
  }
  return false
}
