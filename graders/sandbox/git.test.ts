import { chmod, mkdir, mkdtemp, readdir, realpath, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type GitRepository, openRepository } from './git.ts'
import { cleanEnvironment } from './host.ts'

let here = ''
let top = ''
const marks = () => join(here, 'marks')

beforeEach(async () => {
  here = await realpath(await mkdtemp(join(tmpdir(), 'cgrade-git-')))
  top = join(here, 'repository')
  await mkdir(marks())
  await mkdir(join(top, 'inbox', 'li-wei'), { recursive: true })
  await plainGit(['init', '-q', '-b', 'main'])
  await writeFile(join(top, 'inbox/li-wei/Dockerfile'), 'FROM scratch\n')
  await plainGit(['add', '-A'])
  await plainGit(['commit', '-q', '-m', 'one'])
})

afterEach(async () => {
  await rm(here, { recursive: true, force: true })
})

/** As any user calls it: with all that the repository asks for. */
function plainGit(args: string[]) {
  const identity = { GIT_AUTHOR_NAME: 't', GIT_AUTHOR_EMAIL: 't', GIT_COMMITTER_NAME: 't', GIT_COMMITTER_EMAIL: 't' }
  const env = { ...cleanEnvironment, ...identity, HOME: here }
  return execa('git', args, { cwd: top, env, extendEnv: false, stdin: 'ignore', reject: false, timeout: 20_000 })
}

async function open(): Promise<GitRepository> {
  const repository = await openRepository(join(top, 'inbox'))
  if (repository === undefined) throw new Error('no repository was found')
  return repository
}

/** A program that tells that it was run. */
async function trap(name: string): Promise<string> {
  const path = join(here, `${name}.sh`)
  await writeFile(path, `#!/bin/sh\ntouch '${join(marks(), name)}'\n${name === 'fetched' ? 'exit 1' : 'cat'}\n`)
  await chmod(path, 0o755)
  return path
}

/** What git looks at again, because its time says that it may have changed. */
async function makeItLookChanged(): Promise<void> {
  await utimes(join(top, 'inbox/li-wei/Dockerfile'), new Date(), new Date(Date.now() - 86_400_000))
}

const questions = [
  ['status', '--porcelain=v1', '-z', '--', 'inbox'],
  ['diff-tree', '-z', '--raw', '--no-ext-diff', '--no-textconv', 'HEAD^{tree}', 'HEAD:inbox', '--'],
  ['rev-parse', '--verify', 'HEAD'],
  ['merge-base', 'HEAD', 'HEAD'],
]

describe('a repository starts no program of its own', () => {
  const settings: [name: string, key: string, attribute: string][] = [
    ['fsmonitor', 'core.fsmonitor', ''],
    ['clean', 'filter.evil.clean', '* filter=evil'],
    ['process', 'filter.evil.process', '* filter=evil'],
    ['odd-name', 'filter.a=b.clean', '* filter=a=b'],
    ['textconv', 'diff.evil.textconv', '* diff=evil'],
    ['command', 'diff.evil.command', '* diff=evil'],
    ['external', 'diff.external', ''],
    ['pager', 'core.pager', ''],
  ]
  test.each(settings)('%s', async (name, key, attribute) => {
    await plainGit(['config', key, await trap(name)])
    await writeFile(join(top, '.gitattributes'), `${attribute}\n`)
    await makeItLookChanged()
    const repository = await open()
    for (const question of questions)
      expect(await repository.ask(question)).toMatchObject({ exitCode: 0, isCut: false })
    expect(await readdir(marks())).toEqual([])
  })

  async function setTraps(): Promise<void> {
    const hook = await trap('hook')
    await writeFile(join(top, '.git/hooks/post-index-change'), `#!/bin/sh\n${hook} </dev/null\n`)
    await chmod(join(top, '.git/hooks/post-index-change'), 0o755)
    await writeFile(join(top, 'more'), `[filter "evil"]\n clean = ${await trap('included')}\n required = true\n`)
    await plainGit(['config', 'include.path', join(top, 'more')])
    await plainGit(['config', 'core.fsmonitor', await trap('fsmonitor')])
    await plainGit(['config', 'remote.origin.url', `ext::${await trap('fetched')}`])
    await plainGit(['config', 'remote.origin.promisor', 'true'])
    await plainGit(['config', 'protocol.ext.allow', 'always'])
    await plainGit(['config', 'core.repositoryFormatVersion', '1'])
    await plainGit(['config', 'extensions.partialClone', 'origin'])
    await writeFile(join(top, '.gitattributes'), '* filter=evil\n')
    await makeItLookChanged()
    const { stdout: tree } = await plainGit(['rev-parse', 'HEAD:inbox'])
    await rm(join(top, '.git/objects', tree.slice(0, 2), tree.slice(2)))
    await rm(marks(), { recursive: true })
    await mkdir(marks())
  }

  test('hooks, settings of another file, and objects that a partial clone lacks', async () => {
    await setTraps()
    const repository = await open()
    expect((await repository.ask(['diff-tree', '-r', '--raw', 'HEAD^{tree}', 'HEAD:inbox'])).exitCode).not.toBe(0)
    for (const question of questions) await repository.ask(question)
    expect(await readdir(marks())).toEqual([])
  })

  test('these traps are real: git alone walks into each', async () => {
    await setTraps()
    await plainGit(['status'])
    await plainGit(['update-index', '--refresh'])
    await plainGit(['diff-tree', '-r', '--raw', 'HEAD^{tree}', 'HEAD:inbox'])
    expect((await readdir(marks())).sort()).toEqual(['fetched', 'fsmonitor', 'hook', 'included'])
  })
})

test('the repository is as it was afterwards', async () => {
  await makeItLookChanged()
  const files = async () => (await readdir(join(top, '.git'), { recursive: true })).sort()
  const before = await files()
  const { stdout: index } = await execa('sha256sum', [join(top, '.git/index')])
  for (const question of questions) await (await open()).ask(question)
  expect(await files()).toEqual(before)
  expect((await execa('sha256sum', [join(top, '.git/index')])).stdout).toBe(index)
})

test('a configuration that cannot be read is told, not guessed', async () => {
  await writeFile(join(top, '.git/config'), '[filter "x\n')
  await expect(open()).rejects.toThrow('cannot read the configuration')
})

test('outside of every work tree there is none', async () => {
  expect(await openRepository(here)).toBeUndefined()
})
