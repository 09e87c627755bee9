import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { GraderError } from '../../model/grader-error.ts'
import type { GitSource } from '../../model/roster.ts'
import { fetchCommit } from '../../sandbox/git-clone.ts'
import { takeIn } from './intake.ts'
import { accept, base, clone, honest, limits, refuse, repositoryOf, server, work } from './test-repositories.ts'

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
