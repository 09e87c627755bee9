import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UsageError } from '../../model/grader-error.ts'
import { listSubmissions } from './list-submissions.ts'

let inbox: string

beforeEach(() => {
  inbox = join(mkdtempSync(join(tmpdir(), 'cgrade-list-')), 'inbox')
  mkdirSync(inbox)
})

afterEach(() => {
  rmSync(join(inbox, '..'), { recursive: true, force: true })
})

function addFolders(...names: (string | Buffer)[]): void {
  for (const name of names) mkdirSync(Buffer.concat([Buffer.from(`${inbox}/`), Buffer.from(name)]))
}

test('lists the sub-folders sorted, with NFC ids and their real paths', async () => {
  addFolders('bob', 'Alice', 'alice', '张三', 'jose\u0301')
  expect(await listSubmissions(inbox)).toEqual({
    sources: [
      { id: 'Alice', path: join(inbox, 'Alice') },
      { id: 'alice', path: join(inbox, 'alice') },
      { id: 'bob', path: join(inbox, 'bob') },
      { id: 'jos\u00e9', path: join(inbox, 'jose\u0301') },
      { id: '张三', path: join(inbox, '张三') },
    ],
    leftOut: [],
  })
})

test('says what was left out and why', async () => {
  addFolders('bob', '.cache', Buffer.from([0xb2, 0xe2]))
  for (const file of ['README.md', 'carol.rar', 'dave.TAR.BZ2', '.zip']) writeFileSync(join(inbox, file), '')
  symlinkSync('bob', join(inbox, 'eve'))
  const { sources, leftOut } = await listSubmissions(inbox)
  expect(sources.map(({ id }) => id)).toEqual(['bob'])
  expect(leftOut).toEqual([
    { name: '.cache', why: 'hidden, not a submission' },
    { name: '.zip', why: 'hidden, not a submission' },
    { name: 'README.md', why: 'neither a folder nor an archive' },
    { name: 'carol.rar', why: expect.stringContaining('an archive that is not read here') },
    { name: 'dave.TAR.BZ2', why: expect.stringContaining('an archive that is not read here') },
    { name: 'eve', why: 'a link, not a folder: put the folder itself here' },
    { name: '²â', why: expect.stringContaining('not UTF-8') },
  ])
})

test('an archive is a submission, named without its ending', async () => {
  addFolders('bob', 'dir.zip')
  for (const file of ['carol.zip', 'dave.TAR.GZ', 'e.v2.tgz']) writeFileSync(join(inbox, file), '')
  expect(await listSubmissions(inbox)).toEqual({
    sources: [
      { id: 'bob', path: join(inbox, 'bob') },
      { id: 'carol', path: join(inbox, 'carol.zip') },
      { id: 'dave', path: join(inbox, 'dave.TAR.GZ') },
      { id: 'dir.zip', path: join(inbox, 'dir.zip') },
      { id: 'e.v2', path: join(inbox, 'e.v2.tgz') },
    ],
    leftOut: [],
  })
})

test('a folder and an archive of one name are told, not chosen between', async () => {
  addFolders('alice')
  writeFileSync(join(inbox, 'alice.zip'), '')
  await expect(listSubmissions(inbox)).rejects.toThrow('`alice` and `alice.zip`')
})

test('H38: names that look like options or commands are names', async () => {
  const names = ['--upload-pack=x', '-x', '$(touch x)', '`touch x`', ';x']
  addFolders(...names)
  writeFileSync(join(inbox, '--out.zip'), '')
  expect((await listSubmissions(inbox)).sources.map(({ id }) => id).sort()).toEqual([...names, '--out'].sort())
})

test('refuses two names that are the same after normalisation', async () => {
  addFolders('jos\u00e9', 'jose\u0301')
  await expect(listSubmissions(inbox)).rejects.toThrow(UsageError)
  await expect(listSubmissions(inbox)).rejects.toThrow('Two submissions')
})

test.each([
  ['inbx', 'Did you mean `', 'inbox'],
  ['zzzzzzzz', 'There is no folder', ''],
  ['inbx/week3', 'Did you mean `', 'inbox'],
])('names the nearest folder for %s', async (name, sentence, meant) => {
  const thrown = await listSubmissions(join(inbox, '..', name)).catch((error) => error)
  expect(thrown).toBeInstanceOf(UsageError)
  expect(thrown.message).toContain(sentence)
  expect(thrown.message).toContain(meant)
})

test.each(['Dockerfile', 'DockerFile', 'go.mod', 'web.Dockerfile'])(
  'a folder with a %s is one submission',
  async (file) => {
    addFolders('sub')
    writeFileSync(join(inbox, file), '')
    await expect(listSubmissions(inbox)).rejects.toThrow(`\`cgrade check ${inbox}\``)
  },
)

test('a file is not a folder of submissions', async () => {
  writeFileSync(join(inbox, 'a.zip'), '')
  await expect(listSubmissions(join(inbox, 'a.zip'))).rejects.toThrow('To grade one archive, call `cgrade check`')
})

test('an empty folder has no submissions', async () => {
  expect(await listSubmissions(inbox)).toEqual({ sources: [], leftOut: [] })
})
