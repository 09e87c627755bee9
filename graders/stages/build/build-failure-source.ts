import { posix } from 'node:path'
import type { CopyStep } from '../dockerfile/dockerfile.ts'
import { compileWildcard, matchWildcard } from '../dockerfile/wildcard.ts'
import type { BuildFailure } from './build-failure.ts'

/** Enough for every path of a submission with an ordinary pattern. */
const wildcardSteps = 5_000_000

/** Where a source that the context lacks is after all. */
export type Whereabouts =
  | { kind: 'outside' }
  | { kind: 'other-context'; context: string; found: string }
  | { kind: 'ignored'; ignoreFile: string }
  | { kind: 'other-case'; found: string }
  | { kind: 'host-built'; ignoredByGit: boolean }
  | { kind: 'elsewhere'; found: string }
  | { kind: 'nowhere' }
  /** Handed in, not ignored, and yet not in the context: our own doing. */
  | { kind: 'lost' }

/** Files and the folders above them, for questions about either. */
export function indexPaths(files: Iterable<string>): ReadonlySet<string> {
  const index = new Set(['.'])
  for (const file of files) {
    index.add(file)
    for (let folder = posix.dirname(file); !index.has(folder); folder = posix.dirname(folder)) index.add(folder)
  }
  return index
}

/** The first source that the context does not have; the engine's message names it when it is no pattern. */
export function findMissingSource({ contextPaths, engineMessage }: BuildFailure, copy: CopyStep): string | undefined {
  const named = /(?:stat |outside the build context: )([^:]{1,500}?)(?: \(\))?(?::|$)/.exec(engineMessage)?.[1]?.trim()
  const byName = copy.sources.find((source) => named !== undefined && trim(source) === trim(named))
  const context = indexPaths(contextPaths)
  return (
    byName ?? copy.sources.slice(0, 100).find((source) => foldersWith(trim(source), context, '.').length === 0) ?? named
  )
}

export function findWhere(failure: BuildFailure, source: string): Whereabouts {
  const { contextPath, submissionPaths } = failure
  const wanted = posix.normalize(source.replace(/^\/+/, '')).replace(/\/+$/, '')
  if (wanted === '..' || wanted.startsWith('../')) return { kind: 'outside' }
  const submission = indexPaths(submissionPaths)
  const folders = foldersWith(wanted, submission).filter((folder) => !isSourceOfProgram(failure, folder, wanted))
  if (folders.includes(posix.normalize(contextPath))) return whyLeftOut(failure, submission)
  const context = chooseContext(failure, folders, submission)
  if (context !== undefined) return { kind: 'other-context', context, found: posix.join(context, wanted) }
  const otherCase = findOtherCase(posix.join(contextPath, wanted), submission)
  if (otherCase !== undefined) return { kind: 'other-case', found: posix.relative(contextPath, otherCase) }
  if (looksBuilt(wanted)) return { kind: 'host-built', ignoredByGit: submission.has('.gitignore') }
  const sameName = submissionPaths.find((path) => posix.basename(path) === posix.basename(wanted))
  return sameName === undefined ? { kind: 'nowhere' } : { kind: 'elsewhere', found: sameName }
}

function trim(source: string): string {
  return posix.normalize(`/${source}`).replace(/^\/+|\/+$/g, '') || '.'
}

/** Folders below which the path (file, folder or pattern) exists; with `only`, none but that one is looked at. */
function foldersWith(wanted: string, index: ReadonlySet<string>, only?: string): string[] {
  if (wanted === '.') return only === undefined ? [] : [only]
  if (!/[*?[]/.test(wanted)) {
    if (only !== undefined) return index.has(posix.join(only, wanted)) ? [only] : []
    const suffix = `/${wanted}`
    const found = [...index].filter((path) => path.endsWith(suffix)).map((path) => path.slice(0, -suffix.length))
    return index.has(wanted) ? ['.', ...found] : found
  }
  const depth = wanted.split('/').length
  // `**` means no more than `*` to COPY, but would cross folders here.
  const wildcard = compileWildcard(wanted.replaceAll(/\*{2,}/g, '*'))
  const folders = new Set<string>()
  const budget = { steps: wildcardSteps }
  for (const path of wildcard === undefined ? [] : index) {
    const parts = path.split('/')
    if (only !== undefined ? parts.length !== depth : parts.length < depth) continue
    const isMatch = wildcard !== undefined && matchWildcard(wildcard, parts.slice(-depth).join('/'), budget) === 'path'
    if (isMatch) folders.add(parts.slice(0, -depth).join('/') || '.')
  }
  return [...folders]
}

/** A folder that has the name of the program that the image starts, or that the Dockerfile lies in, is not that program. */
function isSourceOfProgram(failure: BuildFailure, folder: string, wanted: string): boolean {
  const found = posix.join(folder, wanted)
  if (/[*?[]/.test(wanted) || !failure.submissionPaths.some((path) => path.startsWith(`${found}/`))) return false
  const { entrypoint, cmd } = failure.dockerfile.entry
  const program = posix.basename((entrypoint ?? cmd ?? '').trim().split(/\s/, 1)[0] ?? '')
  return program === posix.basename(wanted) || failure.dockerfilePath.startsWith(`${found}/`)
}

function whyLeftOut({ contextPath, dockerfilePath }: BuildFailure, submission: ReadonlySet<string>): Whereabouts {
  const ignoreFiles = [`${dockerfilePath}.dockerignore`, posix.join(contextPath, '.dockerignore')]
  const ignoreFile = ignoreFiles.find((file) => submission.has(file))
  return ignoreFile === undefined ? { kind: 'lost' } : { kind: 'ignored', ignoreFile }
}

/** Of the folders that have the source, the one that has most of the others too; the nearest to the Dockerfile. */
function chooseContext(failure: BuildFailure, folders: string[], submission: ReadonlySet<string>): string | undefined {
  const { dockerfile, dockerfilePath } = failure
  const sources = dockerfile.copies.filter(({ from }) => from === undefined).flatMap((copy) => copy.sources)
  let best: { folder: string; cost: number } | undefined
  for (const folder of folders.slice(0, 50)) {
    const lacking = sources.filter((source) => !submission.has(posix.join(folder, trim(source)))).length
    const distance = posix.relative(posix.dirname(dockerfilePath), folder).split('/').length
    const cost = 1000 * lacking + distance
    if (best === undefined || cost < best.cost) best = { folder, cost }
  }
  return best?.folder
}

function findOtherCase(path: string, submission: ReadonlySet<string>): string | undefined {
  const folded = path.toLowerCase()
  return [...submission].find((candidate) => candidate.toLowerCase() === folded)
}

const buildFolders = new Set(['bin', 'target', 'dist', 'build', 'out', 'output', 'release', '_output', '_build'])
const builtExtension = /\.(?:jar|war|exe|bin|out|so|a|o|class|whl|linux|amd64|elf)$/i
/** Names without extension that are not programs. */
const plainNames =
  /^(?:makefile|license|readme|src|conf|config|configs|static|public|templates?|assets|html|www|web|pkg|internal|vendor|scripts?|certs?|etc|docs?|lib|data|tests?|views|resources|requirements|pipfile|gemfile|module\d*)$/i

/** What a compiler makes: by its folder, its extension, or a bare name. */
function looksBuilt(path: string): boolean {
  const parts = path.split('/')
  const name = parts.at(-1) ?? ''
  if (builtExtension.test(name)) return true
  if (/\.\w{1,10}$/.test(name.replaceAll('*', ''))) return false
  if (parts.slice(0, -1).some((part) => buildFolders.has(part.toLowerCase()))) return true
  return !name.startsWith('.') && !plainNames.test(name) && !/[*?[]/.test(name)
}
