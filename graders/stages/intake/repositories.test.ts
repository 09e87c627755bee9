import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { GraderError } from '../../model/grader-error.ts'
import type { GitSource } from '../../model/roster.ts'
import { fetchCommit } from '../../sandbox/git-clone.ts'
import { type GitServer, startGitServer, type TestRepository, type TreeLine } from '../../sandbox/test-git-server.ts'
import { takeIn, takeInRepository } from './intake.ts'
import { assignment } from './test-submission.ts'

const limits = { ...assignment.limits.intake, totalBytes: 1_000_000, fileBytes: 500_000, entries: 500 }
const marker = join(tmpdir(), `cgrade-git-marker-${process.pid}`)

vi.setConfig({ testTimeout: 60_000 })

let server: GitServer
let base: string
let count = 0
beforeAll(async () => {
  server = await startGitServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'cgrade-repositories-'))
})
afterEach(() => {
  // Neither a marker of code that ran, nor anything of a clone.
  expect(existsSync(marker)).toBe(false)
  expect(
    readdirSync(base).flatMap((name) => readdirSync(join(base, name)).filter((one) => !one.startsWith('snapshot-'))),
  ).toEqual([])
  rmSync(base, { recursive: true, force: true })
})

function repositoryOf(fill: (repository: TestRepository) => TreeLine[]): {
  url: string
  commit: string
  repository: TestRepository
} {
  const name = `r${count++}`
  const repository = server.makeRepository(name)
  const commit = repository.commit(repository.tree(fill(repository)))
  return { url: server.urlOf(name), commit, repository }
}

const work = () => join(base, 'work')
const clone = (git: GitSource) =>
  takeInRepository({ id: 'alice', path: git.url, git }, git, limits, work(), { protocol: 'http' })

async function accept(git: GitSource) {
  const intake = await clone(git)
  if (!intake.ok) throw new Error(`${intake.fault.reason}: ${intake.fault.message}`)
  return intake.submission
}

async function refuse(git: GitSource): Promise<string> {
  const intake = await clone(git)
  if (intake.ok) throw new Error(`accepted ${intake.submission.entries.map(({ path }) => path)}`)
  return intake.fault.reason
}

const honest = (repository: TestRepository): TreeLine[] => [
  { object: repository.blob('FROM scratch\n'), name: 'Dockerfile' },
  { mode: '100755', object: repository.blob('#!/bin/sh\n'), name: 'run.sh' },
  { mode: '120000', object: repository.blob('run.sh'), name: 'start.sh' },
  {
    mode: '040000',
    type: 'tree',
    object: repository.tree([{ object: repository.blob('package main\n'), name: '主.go' }]),
    name: 'src',
  },
]

describe('an honest repository', () => {
  test('is its newest commit, without history and without `.git`', async () => {
    const { url, commit } = repositoryOf(honest)
    const submission = await accept({ url })
    expect(submission.entries).toEqual([
      { kind: 'file', path: 'Dockerfile', bytes: 13, executable: false },
      { kind: 'file', path: 'run.sh', bytes: 10, executable: true },
      { kind: 'directory', path: 'src' },
      { kind: 'file', path: 'src/主.go', bytes: 13, executable: false },
      { kind: 'link', path: 'start.sh', target: 'run.sh' },
    ])
    expect(readFileSync(join(submission.root, 'src/主.go'), 'utf8')).toBe('package main\n')
    expect(submission.source).toContain(commit)
  })

  test('is the commit, the branch and the folder that the roster names', async () => {
    const { url, commit, repository } = repositoryOf(honest)
    repository.commit(repository.tree([{ object: repository.blob('later'), name: 'later.txt' }]))
    repository.commit(repository.tree([{ object: repository.blob('other'), name: 'other.txt' }]), '作业')
    const pathsOf = async (git: Omit<GitSource, 'url'>) =>
      (await accept({ url, ...git })).entries.map(({ path }) => path)
    expect(await pathsOf({})).toEqual(['later.txt'])
    expect(await pathsOf({ branch: '作业' })).toEqual(['other.txt'])
    expect(await pathsOf({ commit, folder: 'src' })).toEqual(['主.go'])
    expect(await pathsOf({ commit, folder: './src/' })).toEqual(['主.go'])
  })

  test('has the digest of the same files in a folder', async () => {
    const { url } = repositoryOf((repository) => [{ object: repository.blob('x'), name: 'a.txt' }])
    const { root, digest } = await accept({ url })
    const again = await takeIn({ id: 'b', path: root }, limits, work())
    expect(again).toMatchObject({ ok: true, submission: { digest } })
  })
})

describe('what the student can put right is rejected, and said', () => {
  const none = '0123456789'.repeat(4)

  test.each([
    ['no repository', { url: 'nothing' }, 'intake.git-not-found'],
    ['a private one', { url: 'status/401' }, 'intake.git-not-found'],
    ['no such commit', { commit: none }, 'intake.git-no-commit'],
    ['no such branch', { branch: 'solution' }, 'intake.git-no-commit'],
    ['no such folder', { folder: 'hw/3' }, 'intake.git-no-folder'],
    ['a file for a folder', { folder: 'Dockerfile' }, 'intake.git-no-folder'],
  ])('%s', async (_what, { url, ...git }: Partial<GitSource>, reason) => {
    const there = repositoryOf(honest)
    expect(await refuse({ url: url === undefined ? there.url : server.urlOf(url), ...git })).toBe(reason)
  })

  test('a repository without a commit', async () => {
    server.makeRepository('empty')
    expect(await refuse({ url: server.urlOf('empty') })).toBe('intake.git-no-commit')
  })
})

describe('what the network does is ours', () => {
  test.each([
    ['a server that fails', 'status/500'],
    ['one that has enough of us', 'status/429'],
  ])('%s', async (_what, path) => {
    await expect(clone({ url: server.urlOf(path) })).rejects.toMatchObject({ code: 'git.unreachable' })
  })

  test('a host that nobody reaches', async () => {
    const failure = await clone({ url: 'http://127.0.0.1:9/a' }).catch((thrown) => thrown)
    expect(failure).toBeInstanceOf(GraderError)
    expect(failure).toMatchObject({ code: 'git.unreachable', remedy: expect.any(String) })
  })

  test('one that never answers', async () => {
    const repository = mkdtempSync(join(base, 'r-'))
    const fetching = fetchCommit(
      { url: server.urlOf('stall') },
      repository,
      { packBytes: 1e6, timeoutMs: 1500 },
      { protocol: 'http' },
    )
    await expect(fetching).rejects.toMatchObject({
      code: 'git.unreachable',
      message: expect.stringContaining('within 1.5 s'),
    })
    rmSync(repository, { recursive: true })
  })
})

describe('H39: a hostile repository', () => {
  test('H39: with trees of trees without end, with files or without, is given up soon', async () => {
    for (const leaf of ['file', 'folder']) {
      const { url } = repositoryOf((repository) => {
        let line: TreeLine = { object: repository.blob('x'), name: 'x' }
        if (leaf === 'folder') line = { mode: '040000', type: 'tree', object: repository.tree([]), name: 'x' }
        for (let depth = 0; depth < 12; depth += 1) {
          const lines = Array.from({ length: 10 }, (_, index) => ({ ...line, name: `${index}` }))
          line = { mode: '040000', type: 'tree', object: repository.tree(lines), name: 'x' }
        }
        return [line]
      })
      expect(await refuse({ url })).toBe('intake.too-many-files')
    }
  })

  test('H39: with 100,000 files', async () => {
    const { url } = repositoryOf((repository) => {
      const object = repository.blob('x')
      return Array.from({ length: 100_000 }, (_, index) => ({ object, name: `f${String(index).padStart(6, '0')}` }))
    })
    expect(await refuse({ url })).toBe('intake.too-many-files')
  })

  test('H39: with a file that unpacks to too much, whose bytes are never asked for', async () => {
    const { url } = repositoryOf((repository) => [
      { object: repository.blob('FROM scratch'), name: 'Dockerfile' },
      { object: repository.blob(Buffer.alloc(30_000_000)), name: 'zeros' },
    ])
    expect(await refuse({ url })).toBe('intake.too-large')
  })

  test('H39: with more in its pack than may come over the network', async () => {
    const { url } = repositoryOf((repository) => [{ object: repository.blob(randomBytes(9_000_000)), name: 'noise' }])
    expect(await refuse({ url })).toBe('intake.git-limit')
  })

  test('H37: H39: with submodules whose addresses are commands or paths is read without them', async () => {
    const modules = `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% ${marker}\n[submodule "y"]\n\tpath = y\n\turl = --upload-pack=touch ${marker}\n`
    const { url, commit } = repositoryOf((repository) => [
      { object: repository.blob(modules), name: '.gitmodules' },
      { object: repository.blob('FROM scratch'), name: 'Dockerfile' },
      { mode: '160000', type: 'commit', object: 'a'.repeat(40), name: 'x' },
      { mode: '160000', type: 'commit', object: 'b'.repeat(40), name: 'y' },
    ])
    const submission = await accept({ url, commit })
    expect(submission.entries.map(({ path }) => path)).toEqual(['.gitmodules', 'Dockerfile'])
    expect(submission.flags).toEqual([
      { code: 'intake.submodule-left-out', message: expect.stringContaining('`x`, `y`') },
    ])
  })

  test('H36: H39: with hooks, filters, large-file pointers and attributes runs nothing, and is what is committed', async () => {
    const { url } = repositoryOf((repository) => {
      const hook = repository.blob(`#!/bin/sh\ntouch ${marker}\n`)
      const hooks = repository.tree([{ mode: '100755', object: hook, name: 'post-checkout' }])
      return [
        {
          object: repository.blob(
            '* filter=lfs diff=x merge=x text eol=crlf working-tree-encoding=UTF-16\nREADME export-ignore\n',
          ),
          name: '.gitattributes',
        },
        {
          object: repository.blob(
            `[filter "lfs"]\n\tsmudge = touch ${marker}\n[core]\n\thooksPath = hooks\n\tfsmonitor = touch ${marker}\n`,
          ),
          name: '.gitconfig',
        },
        { object: repository.blob('one\ntwo\n'), name: 'README' },
        { mode: '040000', type: 'tree', object: hooks, name: 'hooks' },
      ]
    })
    const submission = await accept({ url })
    expect(readFileSync(join(submission.root, 'README'), 'utf8')).toBe('one\ntwo\n')
  })

  test.each([
    [
      'a link named `.git`',
      (one: TestRepository) => ({ mode: '120000', object: one.blob('/etc'), name: '.git' }),
      undefined,
    ],
    [
      'a folder named `.git` with hooks',
      (one: TestRepository) => ({
        mode: '040000',
        type: 'tree',
        object: one.tree([{ object: one.blob('x'), name: 'config' }]),
        name: '.git',
      }),
      undefined,
    ],
    [
      'a name that leads out',
      (one: TestRepository) => ({
        mode: '040000',
        type: 'tree',
        object: one.tree([{ object: one.blob('x'), name: 'x' }]),
        name: '..',
      }),
      'intake.archive-path',
    ],
    [
      'a link out',
      (one: TestRepository) => ({ mode: '120000', object: one.blob('../../../etc/passwd'), name: 'x' }),
      'intake.link-outside',
    ],
    [
      'a link without end',
      (one: TestRepository) => ({ mode: '120000', object: one.blob('x'.repeat(100_000)), name: 'x' }),
      'intake.archive-path',
    ],
  ])('H39: with %s', async (_what, make, reason) => {
    const { url } = repositoryOf((repository) => [
      { object: repository.blob('x'), name: 'Dockerfile' },
      make(repository),
    ])
    if (reason !== undefined) expect(await refuse({ url })).toBe(reason)
    else expect((await accept({ url })).entries.map(({ path }) => path)).toEqual(['Dockerfile'])
  })

  test('H39: with names that differ in case alone keeps both, and with one name twice is refused', async () => {
    const names = ['Main.go', 'main.go']
    const { url } = repositoryOf((repository) => names.map((name) => ({ object: repository.blob(name), name })))
    const submission = await accept({ url })
    for (const name of names) expect(readFileSync(join(submission.root, name), 'utf8')).toBe(name)
    const twice = repositoryOf((repository) => [
      { object: repository.blob('a'), name: 'a' },
      { object: repository.blob('b'), name: 'a' },
    ])
    expect(await refuse({ url: twice.url })).toBe('intake.archive-ambiguous')
  })

  test('H39: no address but HTTPS is spoken to, whoever wrote it', async () => {
    const { url } = repositoryOf(honest)
    const asked = server.requests.length
    for (const address of [
      url,
      `ext::sh -c touch% ${marker}`,
      'file:///etc',
      '/etc',
      `--upload-pack=touch ${marker}`,
    ]) {
      const git = { url: address }
      await expect(takeIn({ id: 'a', path: address, git }, limits, work()), address).rejects.toBeInstanceOf(GraderError)
    }
    expect(server.requests.length).toBe(asked)
  })

  test('H39 control: git itself, told to check out, runs the filter that a repository names', async () => {
    const { url } = repositoryOf((one) => [
      { object: one.blob('* filter=x\n'), name: '.gitattributes' },
      { object: one.blob('text'), name: 'README' },
    ])
    const target = join(base, 'work', 'clone')
    const naive = ['-c', `filter.x.smudge=touch ${marker}; cat`, 'clone', '--quiet', url, target]
    // The server is in this process, which must not wait.
    await promisify(execFile)('git', naive)
    expect(existsSync(marker)).toBe(true)
    for (const left of [marker, join(base, 'work')]) rmSync(left, { recursive: true })
  })
})
