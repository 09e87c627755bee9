import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findOwnClone } from './own-clone.ts'

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'cgrade-own-clone-')))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function git(...words: string[]): Promise<string> {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@t']
  return (await execa('git', [...identity, '-C', folder, ...words])).stdout
}

/** A clone with one commit that `origin` has, when it is pushed. */
async function makeClone(remote: string, isPushed: boolean): Promise<string> {
  await git('init', '--quiet', '--initial-branch', 'main')
  await git('remote', 'add', 'origin', remote)
  await git('commit', '--quiet', '--allow-empty', '--message', 'one')
  if (isPushed) await git('update-ref', 'refs/remotes/origin/main', 'HEAD')
  return await git('rev-parse', 'HEAD')
}

describe('the clone that this program runs from', () => {
  test.each([
    'https://github.com/octo-org/cgrade.git',
    'https://github.com/octo-org/cgrade',
    'https://token@github.com/octo-org/cgrade.git',
    'git@github.com:octo-org/cgrade.git',
    'ssh://git@github.com/octo-org/cgrade.git',
  ])('is known by its remote %s when its commit was pushed', async (remote) => {
    const commit = await makeClone(remote, true)
    expect(await findOwnClone(folder)).toEqual({ known: true, repository: 'octo-org/cgrade', commit })
  })

  test('is known when it was checked out without a branch', async () => {
    const commit = await makeClone('https://github.com/octo-org/cgrade.git', true)
    await git('checkout', '--quiet', '--detach')
    expect(await findOwnClone(folder)).toMatchObject({ known: true, commit })
  })

  test('is not known with a commit that nobody else has', async () => {
    await makeClone('https://github.com/octo-org/cgrade.git', true)
    await git('commit', '--quiet', '--allow-empty', '--message', 'two')
    expect(await findOwnClone(folder)).toMatchObject({ known: false, why: expect.stringContaining('is on no branch') })
  })

  test.each([
    'https://gitlab.com/octo-org/cgrade.git',
    'https://github.com.evil.example/octo-org/cgrade.git',
    '/srv/x',
  ])('is not known from %s, which is not GitHub', async (remote) => {
    await makeClone(remote, true)
    expect(await findOwnClone(folder)).toMatchObject({ known: false, why: expect.stringContaining('not on github') })
  })

  test('is not the repository around it, and not where there is none', async () => {
    expect(await findOwnClone(folder)).toMatchObject({ known: false })
    await makeClone('https://github.com/octo-org/homework.git', true)
    await mkdir(join(folder, 'node_modules'))
    expect(await findOwnClone(join(folder, 'node_modules'))).toMatchObject({ known: false })
  })

  test('runs nothing that its settings name', async () => {
    await makeClone('https://github.com/octo-org/cgrade.git', true)
    const canary = join(folder, 'canary')
    await writeFile(join(folder, 'monitor'), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 })
    await git('config', 'core.fsmonitor', join(folder, 'monitor'))
    expect(await findOwnClone(folder)).toMatchObject({ known: true })
    await expect(realpath(canary)).rejects.toThrow('ENOENT')
  })
})
