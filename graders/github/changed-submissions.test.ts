import { chmod, cp, mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { UsageError } from '../model/grader-error.ts'
import { listSubmissions } from '../stages/intake/list-submissions.ts'
import { type Changes, changesSince, pickChanged } from './changed-submissions.ts'
import { git } from './test-repositories.ts'

let top = ''
const folder = () => join(top, 'submissions')

beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'cgrade-changes-')))
  await git(top, ['init', '-q', '-b', 'main'])
  await write({
    'README.md': 'course',
    'submissions/li-wei/Dockerfile': 'FROM scratch',
    'submissions/wang/go.mod': 'm',
  })
  await commit()
  await git(top, ['checkout', '-q', '-b', 'homework'])
})

afterEach(async () => {
  await rm(top, { recursive: true, force: true })
})

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(top, name)), { recursive: true })
    await writeFile(join(top, name), text)
  }
}

async function commit(): Promise<void> {
  await git(top, ['add', '-A'])
  await git(top, ['commit', '-q', '-m', 'a change'])
}

/** What `batch --changed-since` would grade. */
async function namesOf(changes: Changes): Promise<string[]> {
  return pickChanged((await listSubmissions(folder())).sources, changes).map(({ id }) => id)
}

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as Error,
  )

describe('what differs from the merge base', () => {
  test('a submission that came, and one that was changed; main went on meanwhile', async () => {
    await write({ 'submissions/new/Dockerfile': 'FROM scratch', 'submissions/wang/deep/er/main.go': 'package main' })
    await commit()
    await git(top, ['checkout', '-q', 'main'])
    await write({ 'submissions/li-wei/Dockerfile': 'FROM busybox', 'submissions/other/go.mod': 'm' })
    await commit()
    await git(top, ['checkout', '-q', 'homework'])
    const changes = await changesSince('main', folder())
    expect(await namesOf(changes)).toEqual(['new', 'wang'])
    expect(changes.gone).toEqual([])
    expect(changes.uncommitted).toEqual([])
    expect(changes.mergeBase).toBe(await git(top, ['rev-parse', 'main~1']))
  })

  test('the merge commit that GitHub checks out, against the base it was merged with', async () => {
    await write({ 'submissions/wang/go.mod': 'module w' })
    await commit()
    await git(top, ['checkout', '-q', 'main'])
    await write({ 'submissions/li-wei/Dockerfile': 'FROM busybox' })
    await commit()
    await git(top, ['merge', '-q', '--no-ff', '-m', 'merge', 'homework'])
    expect(await namesOf(await changesSince('HEAD^1', folder()))).toEqual(['wang'])
  })

  test('one that was renamed is graded by its new name, and its old name is told', async () => {
    await rename(join(folder(), 'li-wei'), join(folder(), 'li-wei-2'))
    await commit()
    const changes = await changesSince('main', folder())
    expect(await namesOf(changes)).toEqual(['li-wei-2'])
    expect(changes.gone).toEqual([{ name: 'li-wei', wasFolder: true }])
  })

  test('one that went is told, and not graded', async () => {
    await rm(join(folder(), 'wang'), { recursive: true })
    await commit()
    const changes = await changesSince('main', folder())
    expect(await namesOf(changes)).toEqual([])
    expect(changes.gone).toEqual([{ name: 'wang', wasFolder: true }])
  })

  test('a mode, a link and a file that went, deep inside', async () => {
    await write({
      'submissions/a/run.sh': 'x',
      'submissions/b/Dockerfile': 'x',
      'submissions/c/y': 'y',
      'submissions/c/z': '',
    })
    await commit()
    await git(top, ['branch', '-f', 'before'])
    await chmod(join(folder(), 'a/run.sh'), 0o755)
    await rm(join(folder(), 'b/Dockerfile'))
    await symlink('/etc/passwd', join(folder(), 'b/Dockerfile'))
    await rm(join(folder(), 'c/y'))
    await commit()
    expect(await namesOf(await changesSince('before', folder()))).toEqual(['a', 'b', 'c'])
  })

  test('archives, and names with blanks, quotes, line ends and leading dashes, in any script', async () => {
    const names = [
      '--output=x',
      '-rf',
      ' a b ',
      '"q"',
      'two\nlines',
      'tab\t',
      '王小明',
      'ö',
      '*',
      ':(top)x',
      '\\',
      'z.zip',
    ]
    const files = names.map((name) => [`submissions/${name}${name.endsWith('.zip') ? '' : '/f'}`, name])
    await write(Object.fromEntries(files))
    await commit()
    const changes = await changesSince('main', folder())
    expect((await namesOf(changes)).sort()).toEqual([...names.filter((name) => name !== 'z.zip'), 'z'].sort())
  })

  test('a folder of submissions that is new, that is the whole repository, or that has a strange name', async () => {
    await write({ ':(top)-h x\n*/one/f': '1' })
    await commit()
    const strange = await changesSince('main', join(top, ':(top)-h x\n*'))
    expect([...strange.changed]).toEqual(['one'])
    await write({ ':(top)-h x\n*/two/f': '1' })
    expect((await changesSince('main', join(top, ':(top)-h x\n*'))).uncommitted).toEqual(['two'])
    expect([...(await changesSince('main', top)).changed]).toEqual([':(top)-h x\n*'])
  })

  test('a folder that a link leads to', async () => {
    await write({ 'submissions/new/f': '1' })
    await commit()
    await symlink(folder(), `${top}-link`)
    try {
      expect([...(await changesSince('main', `${top}-link`)).changed]).toEqual(['new'])
    } finally {
      await rm(`${top}-link`)
    }
  })

  test('nothing, where only other files changed', async () => {
    await write({ 'README.md': 'new words' })
    await commit()
    expect(await changesSince('main', folder())).toMatchObject({ changed: new Set(), gone: [], uncommitted: [] })
  })

  test('a linked work tree is one, too', async () => {
    const linked = `${top}-linked`
    await git(top, ['worktree', 'add', '-q', linked, 'main'])
    try {
      await write({})
      expect((await changesSince('homework', join(linked, 'submissions'))).changed.size).toBe(0)
    } finally {
      await rm(linked, { recursive: true, force: true })
    }
  })
})

test('what is not committed is named', async () => {
  await write({ 'submissions/wang/go.mod': 'other', 'submissions/not committed/f': '1', 'elsewhere/f': '1' })
  const changes = await changesSince('main', folder())
  expect(changes.uncommitted.sort()).toEqual(['not committed', 'wang'])
  expect(await namesOf(changes)).toEqual([])
})

describe('wrong use is told with what to do', () => {
  test.each([
    ['no-such-branch', 'expects a commit that is known in', 'got `no-such-branch`', 'fetch-depth: 0'],
    ['0123456789012345678901234567890123456789', 'expects a commit that is known', 'fetch-depth: 0'],
    ['--upload-pack=touch /tmp/x', 'got `--upload-pack=touch /tmp/x`'],
    ['HEAD:submissions', 'got `HEAD:submissions`'],
  ])('%s is no commit', async (word, ...said) => {
    const failure = await failureOf(changesSince(word, folder()))
    expect(failure).toBeInstanceOf(UsageError)
    for (const part of said) expect(failure?.message).toContain(part)
  })

  test('a shallow clone lacks the merge base', async () => {
    await write({ 'submissions/new/f': '1' })
    await commit()
    const [main, homework] = [await git(top, ['rev-parse', 'main']), await git(top, ['rev-parse', 'homework'])]
    const shallow = join(top, 'shallow')
    await mkdir(shallow)
    await git(shallow, ['init', '-q'])
    await git(top, ['config', 'uploadpack.allowAnySHA1InWant', 'true'])
    const url = `file://${top}`
    await git(shallow, ['fetch', '-q', '--depth=1', url, homework])
    await git(shallow, ['checkout', '-q', homework])
    const unknown = await failureOf(changesSince(main, join(shallow, 'submissions')))
    expect(unknown?.message).toContain('A shallow clone has only the newest: check out with `fetch-depth: 0`')
    await git(top, ['checkout', '-q', '--orphan', 'apart'])
    await commit()
    await git(shallow, ['fetch', '-q', '--depth=1', url, 'apart:apart'])
    const apart = await failureOf(changesSince('apart', join(shallow, 'submissions')))
    expect(apart).toBeInstanceOf(UsageError)
    expect(apart?.message).toContain('have no commit in common')
    expect(apart?.message).toContain('fetch-depth: 0')
  })

  test('no repository, and one without a commit', async () => {
    await rm(join(top, '.git'), { recursive: true })
    expect((await failureOf(changesSince('main', folder())))?.message).toContain('expects a folder in a git work tree')
    await git(top, ['init', '-q'])
    expect((await failureOf(changesSince('main', folder())))?.message).toContain('has no commit yet')
  })

  test('branches named like options are branches', async () => {
    const before = await git(top, ['rev-parse', 'HEAD'])
    await write({ 'submissions/new/f': '1' })
    await commit()
    for (const name of ['-p', '--all', '--output=x']) {
      await git(top, ['update-ref', `refs/heads/${name}`, before])
      expect([...(await changesSince(name, folder())).changed]).toEqual(['new'])
    }
  })

  test('a folder made up like a bare repository is a folder', async () => {
    await cp(join(top, '.git'), join(folder(), 'fake'), { recursive: true })
    for (const name of ['HEAD', 'objects', 'refs', 'config'])
      await rename(join(folder(), 'fake', name), join(folder(), name))
    await rm(join(folder(), 'fake'), { recursive: true })
    await write({ 'submissions/new/f': '1' })
    await commit()
    expect(await namesOf(await changesSince('main', folder()))).toContain('new')
  })
})
