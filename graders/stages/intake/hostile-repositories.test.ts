import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { GraderError } from '../../model/grader-error.ts'
import type { TestRepository, TreeLine } from '../../sandbox/test-git-server.ts'
import { takeIn } from './intake.ts'
import { accept, base, honest, limits, marker, refuse, repositoryOf, server, work } from './test-repositories.ts'

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
