/** A folder of the box that may be the root that the script made. */
export interface RootCandidate {
  /** Where the script made it. */
  path: string
  /** Where it is read from: a copy of how it was when it was entered, where we kept one. */
  readFrom: string
}

/** What is known about a box after a script ended. */
export interface RootClues {
  /** Paths that the script added or changed. */
  changed: string[]
  /** Roots that it entered by chroot, in that order. */
  entered: string[]
  /** `copyOf(3)`: where the third of them was kept. */
  copies: Map<number, string>
}

/** Not a root that somebody made: the sandbox itself, and ours. */
const never = ['', '/', '/usr', '/usr/local', '/var/lib/sandbox']

/**
 * Folders that look like a root, best first: those with all the programs, entered by chroot, the last one first; then the others.
 * `programs` are alternatives per program: `[['bin/bash', 'usr/bin/bash'], ['bin/ls', 'usr/bin/ls']]`.
 */
export function findRoots(clues: RootClues, programs: string[][]): RootCandidate[] {
  const found = new Map<string, Set<number>>()
  programs.forEach((paths, index) => {
    for (const changed of clues.changed) {
      for (const path of paths) {
        if (!changed.endsWith(`/${path}`)) continue
        const root = changed.slice(0, -path.length - 1)
        if (isNever(root)) continue
        found.set(root, (found.get(root) ?? new Set()).add(index))
      }
    }
  })
  const entered = clues.entered.map((path) => path.replace(/(.)\/+$/, '$1'))
  const isThere = (path: string) => clues.changed.some((one) => one === path || one.startsWith(`${path}/`))
  const paths = [...new Set([...found.keys(), ...entered.filter((path) => !isNever(path) && isThere(path))])]
  const score = (path: string) => {
    const complete = found.get(path)?.size ?? 0
    return complete * 2 + (entered.includes(path) ? 1 : 0)
  }
  const depth = (path: string) => path.split('/').length
  const asLeft = paths
    .sort(
      (a, b) =>
        score(b) - score(a) ||
        entered.lastIndexOf(b) - entered.lastIndexOf(a) ||
        depth(a) - depth(b) ||
        (a < b ? -1 : 1),
    )
    .map((path) => ({ path, readFrom: path }))
  const kept = entered
    .flatMap((path, index) => {
      const copy = clues.copies.get(index + 1)
      return copy === undefined || isNever(path) ? [] : [{ path, readFrom: copy }]
    })
    .reverse()
  const complete = asLeft.filter(({ path }) => found.get(path)?.size === programs.length)
  return [...complete, ...kept, ...asLeft.filter((candidate) => !complete.includes(candidate))]
}

function isNever(path: string): boolean {
  return never.includes(path) || path.startsWith('/var/lib/sandbox/')
}
