import { posix } from 'node:path'
import type { SnapshotEntry, Submission } from '../../model/submission.ts'
import { findEntry, parentOf } from '../intake/links.ts'
import { isForeign, readSnapshotText } from '../intake/snapshot-text.ts'
import { type FolderTree, joinPath } from './folder-tree.ts'

/** A build command that the student wrote down. */
export interface DocumentedBuild {
  dockerfile: string
  /** '' is the root of the submission. */
  context: string
  /** `README.md` line 3. */
  where: string
}

const maxFiles = 40
const maxBytes = 128 * 1024
const maxLineLength = 2000
/** Flags of `docker build` that stand alone; all others take the next word. */
const switches = [
  '--no-cache',
  '--pull',
  '--rm',
  '--force-rm',
  '-q',
  '--quiet',
  '--squash',
  '--push',
  '--load',
  '--compress',
]

export function findDocumentedBuilds(submission: Submission, tree: FolderTree): DocumentedBuild[] {
  const files = submission.entries.filter((entry) => entry.kind === 'file' && isDocument(entry)).slice(0, maxFiles)
  return files.flatMap(({ path }) => {
    const text = readSnapshotText(submission, path, maxBytes).replaceAll('\\\r\n', ' ').replaceAll('\\\n', ' ')
    return text.split('\n').flatMap((line, number) => {
      if (line.length > maxLineLength || !/\bbuild/.test(line)) return []
      const found = readBuild(line, parentOf(path), tree)
      return found === undefined ? [] : [{ ...found, where: `\`${path}\` line ${number + 1}` }]
    })
  })
}

function isDocument({ path }: SnapshotEntry): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  if (isForeign(path)) return false
  if (/^(?:readme|makefile|gnumakefile|taskfile|justfile|jenkinsfile|\.gitlab-ci)/.test(name)) return true
  return /\.(?:md|sh|mk|bash)$/.test(name) || /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)
}

/** Reads `cd x && docker build -t name -f file context` of a line; paths count from the folder of the document. */
function readBuild(line: string, folder: string, tree: FolderTree): Omit<DocumentedBuild, 'where'> | undefined {
  const words = line
    .replaceAll('`', ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
  const start = words.findIndex(
    (word, at) =>
      isBuilder(word) && (words[at + 1] === 'build' || (isMiddleWord(words[at + 1]) && words[at + 2] === 'build')),
  )
  if (start === -1) return undefined
  const { file, context } = readArguments(words.slice(words.indexOf('build', start) + 1))
  if (context === undefined) return undefined
  const entered = words.findLastIndex((word, at) => word === 'cd' && at < start)
  const step = entered === -1 ? '.' : unquote(words[entered + 1] ?? '.').replace(/[;&]+$/, '')
  // A README is often written at the root of the repository for a folder below, or the other way round.
  const bases = [joinPath(folder, step), folder, joinPath('', step), '']
  for (const base of bases) {
    const found = locate(base, file, context, tree)
    if (found !== undefined) return found
  }
  return undefined
}

function isBuilder(word: string): boolean {
  return ['docker', 'podman', 'nerdctl', 'buildah', '$(docker)', '@docker'].includes(
    word.replace(/^[$#>@-]+(?=\w)/, '').toLowerCase(),
  )
}

function isMiddleWord(word: string | undefined): boolean {
  return word === 'image' || word === 'buildx'
}

function readArguments(words: string[]): { file?: string; context?: string } {
  const found: { file?: string; context?: string } = {}
  for (let at = 0; at < words.length; at++) {
    const word = unquote(words[at] as string)
    if (/^(?:&&|\|\|?|;|#|<|>|2>)/.test(word)) break
    if (word === '-f' || word === '--file') found.file = unquote(words[++at] ?? '')
    else if (word.startsWith('--file=')) found.file = unquote(word.slice('--file='.length))
    else if (word.startsWith('-f=')) found.file = unquote(word.slice('-f='.length))
    else if (word.startsWith('-') && word.length > 1) at += word.includes('=') || switches.includes(word) ? 0 : 1
    else if (found.context === undefined) found.context = word.replace(/[;&]+$/, '')
  }
  return found
}

function locate(base: string, file: string | undefined, context: string, tree: FolderTree) {
  const folder = findEntry(tree.index, plainPath(base, context))
  if (folder?.kind !== 'directory') return undefined
  const names = file === undefined ? ['Dockerfile', 'dockerfile', 'Containerfile'] : []
  const paths = file === undefined ? names.map((name) => joinPath(folder.path, name)) : [plainPath(base, file)]
  const dockerfile = paths.map((path) => findEntry(tree.index, path)).find((entry) => entry?.kind === 'file')
  return dockerfile === undefined ? undefined : { dockerfile: dockerfile.path, context: folder.path }
}

/** The folder in which a command runs goes by several names. */
function plainPath(base: string, path: string): string {
  return posix.join(base, path.replace(/^\$(?:\{PWD\}|PWD|\(pwd\)|\(PWD\)|\(CURDIR\)|\{CURDIR\})/, '.') || '.')
}

function unquote(word: string): string {
  return word.replace(/^["']|["']$/g, '')
}
