import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

/** Test support: repositories as GitHub keeps them, with forks, pull requests and their merge commits. */

export interface Repositories extends AsyncDisposable {
  /** Of everything that belongs to this GitHub. */
  folder: string
  pathOf(repository: string): string
  add(repository: string, files?: Changes): Promise<string>
  fork(repository: string, fork: string): Promise<void>
  /** Commits onto a branch, made from main when it is new; returns the commit. */
  commit(repository: string, branch: string, changes: Changes): Promise<string>
  /** As GitHub does when a branch is offered: `refs/pull/N/head` and the merge with main, `refs/pull/N/merge`. */
  openPull(base: string, head: { repository: string; branch: string }): Promise<PullRequest>
  read(repository: string, commit: string, path: string): Promise<string>
}

/** New contents by path; undefined deletes, `move` renames, `link` makes a symbolic link. */
export type Changes = Record<string, string | Buffer | undefined | { move: string } | { link: string }>

export interface PullRequest {
  number: number
  base: { repository: string; sha: string }
  head: { repository: string; branch: string; sha: string }
  mergeSha: string
}

const identity = { GIT_AUTHOR_NAME: 't', GIT_AUTHOR_EMAIL: 't@t', GIT_COMMITTER_NAME: 't', GIT_COMMITTER_EMAIL: 't@t' }
const clean = { ...identity, PATH: '/usr/bin:/bin', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' }

export async function git(folder: string, words: string[], env: Record<string, string> = {}): Promise<string> {
  const options = { cwd: folder, env: { ...clean, ...env }, extendEnv: false, timeout: 60_000 }
  return (await execa('git', ['-c', 'core.hooksPath=/dev/null', ...words], options)).stdout
}

export async function makeRepositories(): Promise<Repositories> {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-github-'))
  const pathOf = (repository: string) => join(folder, `${repository}.git`)
  let pulls = 0
  return {
    folder,
    pathOf,
    async add(repository, files = {}) {
      await mkdir(pathOf(repository), { recursive: true })
      await git(pathOf(repository), ['init', '-q', '--bare', '-b', 'main'])
      await git(pathOf(repository), ['config', 'uploadpack.allowAnySHA1InWant', 'true'])
      return await commitTo(pathOf(repository), 'main', { 'README.md': '# here\n', ...files })
    },
    async fork(repository, fork) {
      await mkdir(dirname(pathOf(fork)), { recursive: true })
      await git(folder, ['clone', '-q', '--bare', pathOf(repository), pathOf(fork)])
    },
    commit: (repository, branch, changes) => commitTo(pathOf(repository), branch, changes),
    async openPull(base, head) {
      pulls += 1
      const path = pathOf(base)
      await git(path, ['fetch', '-q', pathOf(head.repository), `+${head.branch}:refs/pull/${pulls}/head`])
      const [baseSha, headSha] = await Promise.all(
        ['main', `refs/pull/${pulls}/head`].map((ref) => git(path, ['rev-parse', ref])),
      )
      if (baseSha === undefined || headSha === undefined) throw new Error('no such commit')
      const tree = await git(path, ['merge-tree', '--write-tree', baseSha, headSha])
      const merge = await git(path, ['commit-tree', tree, '-p', baseSha, '-p', headSha, '-m', 'merge'])
      await git(path, ['update-ref', `refs/pull/${pulls}/merge`, merge])
      return {
        number: pulls,
        base: { repository: base, sha: baseSha },
        head: { ...head, sha: headSha },
        mergeSha: merge,
      }
    },
    read: (repository, commit, path) => git(pathOf(repository), ['show', `${commit}:${path}`]),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** By way of a work tree, so that a link, a mode and a name are what they are in one. */
async function commitTo(path: string, branch: string, changes: Changes): Promise<string> {
  const tree = await mkdtemp(join(tmpdir(), 'cgrade-commit-'))
  try {
    const start = await git(path, ['rev-parse', '--verify', '-q', branch])
      .catch(() => git(path, ['rev-parse', '--verify', '-q', 'main']))
      .catch(() => undefined)
    const env = { GIT_DIR: path, GIT_WORK_TREE: tree, GIT_INDEX_FILE: `${tree}.index` }
    if (start !== undefined) await git(tree, ['read-tree', start], env)
    if (start !== undefined) await git(tree, ['checkout-index', '-a', '-q'], env)
    for (const [name, change] of Object.entries(changes)) await applyChange(tree, name, change)
    await git(tree, ['add', '-A', '--', '.'], env)
    const made = await git(tree, ['write-tree'], env)
    const parents = start === undefined ? [] : ['-p', start]
    const commit = await git(tree, ['commit-tree', made, ...parents, '-m', `change ${branch}`], env)
    await git(path, ['update-ref', `refs/heads/${branch}`, commit])
    return commit
  } finally {
    for (const path of [tree, `${tree}.index`]) await rm(path, { recursive: true, force: true })
  }
}

async function applyChange(tree: string, name: string, change: Changes[string]): Promise<void> {
  const path = join(tree, name)
  await mkdir(dirname(path), { recursive: true })
  if (typeof change === 'string' || Buffer.isBuffer(change)) return await writeFile(path, change, { mode: 0o755 })
  await rm(path, { recursive: true, force: true })
  if (change === undefined) return
  if ('link' in change) return await symlink(change.link, path)
  await execa('mv', [join(tree, change.move), path])
}

/** This working tree as a repository, without what grading does not need; returns the commit. */
export async function addThisRepository(repositories: Repositories, repository: string): Promise<string> {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const path = repositories.pathOf(repository)
  await mkdir(path, { recursive: true })
  await git(path, ['init', '-q', '--bare', '-b', 'main'])
  await git(path, ['config', 'uploadpack.allowAnySHA1InWant', 'true'])
  const env = { GIT_DIR: path, GIT_WORK_TREE: root }
  const needed = ['.github', '.gitignore', 'action.yml', 'bin', 'grade', 'graders', 'specs', 'tsconfig*.json']
  await git(root, ['add', '-A', '--', ...needed, 'package.json', 'package-lock.json'], env)
  const commit = await git(root, ['commit-tree', await git(root, ['write-tree'], env), '-m', 'cgrade'], env)
  await git(root, ['update-ref', 'refs/heads/main', commit], env)
  return commit
}
