export type TreeEntry =
  | { kind: 'file'; executable: boolean; bytes: number }
  | { kind: 'directory' }
  | { kind: 'link'; target: string }

/** A root that was made by a script, as names alone: what lies where. */
export interface Tree {
  /** Otherwise what was found under its name is a file or a link, and the tree is empty. */
  isDirectory: boolean
  /** By path below it, without a leading `/`. */
  entries: Map<string, TreeEntry>
  /** Devices, FIFOs and odd names, which were not copied; at most 20. */
  leftOut: string[]
}

/** The root itself has the empty path. */
export const treeRoot = ''

/** What a path leads to for a process whose root is the tree, links followed; undefined: nowhere. */
export function resolveInTree(tree: Tree, path: string): { path: string; entry: TreeEntry } | undefined {
  const waiting = partsOf(path).reverse()
  let at: string[] = []
  let hops = 0
  while (waiting.length > 0) {
    const part = waiting.pop()
    if (part === undefined || part === '.') continue
    if (part === '..') {
      at.pop()
      continue
    }
    const next = [...at, part]
    const entry = tree.entries.get(next.join('/'))
    if (entry === undefined || (entry.kind === 'file' && waiting.length > 0)) return undefined
    if (entry.kind !== 'link') {
      at = next
      continue
    }
    hops += 1
    if (hops > 40) return undefined
    if (entry.target.startsWith('/')) at = []
    waiting.push(...partsOf(entry.target).reverse())
  }
  const entry = at.length === 0 ? ({ kind: 'directory' } as const) : tree.entries.get(at.join('/'))
  return entry === undefined ? undefined : { path: at.join('/'), entry }
}

/** Folders in which a shell looks for commands. */
export const commandFolders = ['bin', 'usr/bin', 'usr/local/bin', 'sbin', 'usr/sbin', 'usr/local/sbin']

/** Where a process in the tree would find this command: where shells look first, else where it lies least deep. */
export function findCommand(tree: Tree, name: string): string | undefined {
  const usual = commandFolders.map((folder) => `${folder}/${name}`)
  const elsewhere = [...tree.entries.keys()]
    .filter((path) => path === name || path.endsWith(`/${name}`))
    .sort((a, b) => partsOf(a).length - partsOf(b).length || (a < b ? -1 : 1))
    .slice(0, 20)
  return [...usual, ...elsewhere].find((path) => resolveInTree(tree, path)?.entry.kind === 'file')
}

/** Names of everything executable where shells look for commands. */
export function commandsIn(tree: Tree): Set<string> {
  const names = new Set<string>()
  for (const folder of commandFolders) {
    const place = resolveInTree(tree, folder)
    if (place?.entry.kind !== 'directory') continue
    const prefix = place.path === treeRoot ? '' : `${place.path}/`
    for (const path of tree.entries.keys()) {
      const name = path.slice(prefix.length)
      if (!path.startsWith(prefix) || name.includes('/')) continue
      const found = resolveInTree(tree, path)
      if (found?.entry.kind === 'file' && found.entry.executable) names.add(name)
    }
  }
  return names
}

/** What `ls /` shows there: no names that begin with a dot. */
export function topNames(tree: Tree): string[] {
  return [...tree.entries.keys()].filter((path) => !path.includes('/') && !path.startsWith('.'))
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '')
}
