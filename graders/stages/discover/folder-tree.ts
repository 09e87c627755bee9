import { posix } from 'node:path'
import type { SnapshotEntry } from '../../model/submission.ts'
import { type Budget, compileWildcard, matchWildcard } from '../dockerfile/wildcard.ts'
import { type EntryIndex, findEntry, indexEntries, parentOf } from '../intake/links.ts'
import { isForeign } from '../intake/snapshot-text.ts'

/** The folders of a submission, '' for its root, and what lies in them. */
export interface FolderTree {
  index: EntryIndex
  /** Names in a folder. */
  children: ReadonlyMap<string, string[]>
  /** Folders that hold a program or its manifest, nearest to the root first. */
  programFolders: string[]
  /** All glob matching of one discovery together. */
  budget: Budget
}

const manifests = ['go.mod', 'main.go', 'package.json', 'requirements.txt', 'Cargo.toml', 'pom.xml', 'build.gradle']
const programs = [
  ...manifests,
  'app.py',
  'main.py',
  'server.py',
  'app.js',
  'server.js',
  'index.js',
  'main.rs',
  'main.c',
]

export function buildFolderTree(entries: SnapshotEntry[]): FolderTree {
  const children = new Map<string, string[]>([['', []]])
  const programFolders = new Set<string>()
  for (const { path, kind } of entries) {
    const parent = parentOf(path)
    const name = path.slice(parent === '' ? 0 : parent.length + 1)
    if (kind === 'directory') children.set(path, children.get(path) ?? [])
    const siblings = children.get(parent)
    if (siblings === undefined) children.set(parent, [name])
    else siblings.push(name)
    if (kind === 'file' && (programs.includes(name) || name.endsWith('.go')) && !isForeign(path))
      programFolders.add(parent)
  }
  const nearestFirst = [...programFolders].sort((a, b) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1))
  return { index: indexEntries(entries), children, programFolders: nearestFirst, budget: { steps: 5_000_000 } }
}

export function depthOf(folder: string): number {
  return folder === '' ? 0 : folder.split('/').length
}

export function joinPath(folder: string, path: string): string {
  const joined = posix.normalize(posix.join(folder === '' ? '.' : folder, path)).replace(/(?<=.)\/$/, '')
  return joined === '.' ? '' : joined
}

export function isBelow(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}

/** A program lies in the folder or below it. */
export function holdsProgram(tree: FolderTree, folder: string): boolean {
  return tree.programFolders.some((other) => isBelow(other, folder))
}

/** Whether a source of COPY exists in a folder taken as the build context. */
export function hasCopySource(tree: FolderTree, folder: string, source: string): boolean {
  const path = posix.normalize(source.replaceAll('\\', '/')).replace(/^\/+/, '')
  // The engine does not look above the context.
  if (path === '..' || path.startsWith('../')) return false
  if (!/[*?[]/.test(path)) return findEntry(tree.index, joinPath(folder, path)) !== undefined
  return matchesBelow(
    tree,
    folder,
    path.split('/').filter((name) => name !== ''),
  )
}

function matchesBelow(tree: FolderTree, folder: string, patterns: string[]): boolean {
  const [first, ...rest] = patterns
  if (first === undefined) return true
  const wildcard = compileWildcard(first)
  if (wildcard === undefined) return false
  return (tree.children.get(folder) ?? []).some(
    (name) =>
      matchWildcard(wildcard, name, tree.budget) === 'path' &&
      (rest.length === 0 || matchesBelow(tree, joinPath(folder, name), rest)),
  )
}
