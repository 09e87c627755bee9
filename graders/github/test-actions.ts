import { cp, lstat, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { git, type Repositories } from './test-repositories.ts'
import type { Permissions } from './test-workflow-file.ts'

/** Test support: what the three actions of GitHub that we use do, on the repositories and artifacts of a test. */

/** Folders by the name of the artifact, for each run. */
export type Artifacts = Map<string, string>

export interface ActionAsk {
  inputs: Record<string, string>
  workspace: string
  /** `owner/name` of the repository that the run belongs to, and what it is about. */
  repository: string
  sha: string
  ref: string
  runId: string
  permissions: Permissions
  token: string
  store: Store
}

/** What outlives a job. */
export interface Store {
  repositories: Repositories
  artifacts: Map<string, Artifacts>
  /** After a check-out, by repository: what a test has at hand and need not install again. */
  prepare?: Record<string, (folder: string) => Promise<void>>
}

type ActionEnd = Record<string, string>

export const actions: Record<string, (ask: ActionAsk) => Promise<ActionEnd>> = {
  'actions/checkout': checkOut,
  'actions/upload-artifact': uploadArtifact,
  'actions/download-artifact': downloadArtifact,
}

function readInputs(ask: ActionAsk, known: string[]): (name: string) => string {
  const unknown = Object.keys(ask.inputs).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new Error(`our stand-in for this action knows no input \`${unknown}\``)
  return (name) => ask.inputs[name] ?? ''
}

async function checkOut(ask: ActionAsk): Promise<ActionEnd> {
  const known = ['repository', 'ref', 'path', 'fetch-depth', 'persist-credentials', 'submodules', 'lfs']
  const input = readInputs(ask, known)
  if (input('persist-credentials') !== 'false') throw new Error('this check-out leaves its token in the repository')
  const repository = input('repository') || ask.repository
  const own = repository === ask.repository
  if (own && ask.permissions.contents === undefined) throw new Error('the token may not read the contents')
  const folder = resolve(ask.workspace, input('path') || '.')
  if (relative(ask.workspace, folder).startsWith('..')) throw new Error(`${folder} is not below the workspace`)
  const asked = input('ref') || (own ? ask.sha : 'main')
  const commit = /^[\da-f]{40}$/.test(asked) ? asked : `refs/heads/${asked}`
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await git(folder, ['init', '-q', '-b', 'main'])
  await git(folder, ['remote', 'add', 'origin', `file://${ask.store.repositories.pathOf(repository)}`])
  const depth = Number(input('fetch-depth') || '1')
  const all = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*']
  const wanted = depth === 0 ? all : [`--depth=${depth}`]
  await git(folder, [
    'fetch',
    '-q',
    '--no-tags',
    ...wanted.filter((word) => word.startsWith('-')),
    'origin',
    ...wanted.filter((word) => word.startsWith('+')),
    `+${commit}:refs/remotes/pull/asked`,
  ])
  await git(folder, ['checkout', '-q', '--force', '--detach', 'refs/remotes/pull/asked'])
  await ask.store.prepare?.[repository]?.(folder)
  return { commit: await git(folder, ['rev-parse', 'HEAD']), ref: asked }
}

async function uploadArtifact(ask: ActionAsk): Promise<ActionEnd> {
  const input = readInputs(ask, ['name', 'path', 'if-no-files-found', 'retention-days', 'compression-level'])
  const name = input('name') || 'artifact'
  if (/["\\/:<>|*?\r\n]/.test(name)) throw new Error(`The artifact name is not valid: ${name}`)
  const path = resolve(ask.workspace, input('path'))
  const artifacts = ask.store.artifacts.get(ask.runId) ?? new Map<string, string>()
  if (artifacts.has(name)) throw new Error(`(409) Conflict: an artifact with this name already exists: ${name}`)
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) {
    if (input('if-no-files-found') !== 'error') return {}
    throw new Error(`No files were found with the provided path: ${path}. No artifacts will be uploaded.`)
  }
  const kept = join(ask.store.repositories.folder, 'artifacts', ask.runId, name)
  await mkdir(dirname(kept), { recursive: true })
  // A file is kept by its own name, without the folders above it; hidden ones stay behind.
  const to = found.isFile() ? join(kept, basename(path)) : kept
  await cp(path, to, {
    recursive: true,
    dereference: true,
    filter: (from) => from === path || !/\/\.[^/]*$/.test(from),
  })
  ask.store.artifacts.set(ask.runId, artifacts.set(name, kept))
  return { 'artifact-id': '1' }
}

async function downloadArtifact(ask: ActionAsk): Promise<ActionEnd> {
  const input = readInputs(ask, ['name', 'path', 'run-id', 'github-token', 'repository'])
  const other = input('run-id') !== '' && input('run-id') !== ask.runId
  if (other && input('github-token') !== ask.token) throw new Error('the artifact of another run needs the token')
  if (other && ask.permissions.actions === undefined) throw new Error('403: Resource not accessible by integration')
  const name = input('name')
  if (name === '') throw new Error('an artifact without a name is not fetched by our workflows')
  const kept = ask.store.artifacts.get(input('run-id') || ask.runId)?.get(name)
  if (kept === undefined) throw new Error(`Unable to download artifact(s): Artifact not found for name: ${name}`)
  const folder = resolve(ask.workspace, input('path') || '.')
  await mkdir(folder, { recursive: true })
  await cp(kept, folder, { recursive: true, verbatimSymlinks: true })
  return { 'download-path': folder }
}

/** Names of the files of an artifact. */
export async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  const files: string[] = []
  for (const name of names) if (!(await lstat(join(folder, name))).isDirectory()) files.push(name)
  return files.sort()
}
