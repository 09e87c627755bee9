import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeIn } from '../stages/intake/intake.ts'
import { listSubmissions } from '../stages/intake/list-submissions.ts'
import { openFolder } from '../stages/intake/open-folder.ts'
import { copySnapshot } from '../stages/intake/snapshot.ts'
import { tarOf, zipOf } from '../stages/intake/test-archives.ts'
import { assignment } from '../stages/intake/test-submission.ts'
import { walk } from '../stages/intake/walk.ts'

/** What intake refuses or leaves alone, given to a reader that does neither: each attack succeeds. */

const { intake: limits } = assignment.limits
const mebibyte = 1024 ** 2

let base: string
let alice: string
let bob: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'cgrade-intake-controls-'))
  alice = join(base, 'alice')
  bob = join(base, 'bob')
  for (const folder of [alice, bob]) mkdirSync(folder)
  writeFileSync(join(alice, 'main.go'), 'package main')
  writeFileSync(join(bob, 'secret'), 'canary-of-bob')
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

async function takeInArchive(name: string, bytes: Buffer, changed: Partial<typeof limits> = {}) {
  const path = join(base, name)
  writeFileSync(path, bytes)
  return takeIn({ id: 'alice', path }, { ...limits, ...changed }, join(base, 'work'))
}

test('H30 control: tar itself makes the pipe and the program that runs as its owner', async () => {
  const entries = [
    { name: 'pipe', type: 'fifo' as const },
    { name: 'tool', mode: 0o4755, content: 'x' },
  ]
  const bytes = await tarOf(entries)
  expect(await takeInArchive('a.tar', bytes)).toMatchObject({ ok: false, fault: { reason: 'intake.special-file' } })
  execFileSync('tar', ['-xpf', join(base, 'a.tar'), '-C', bob])
  expect(lstatSync(join(bob, 'pipe')).isFIFO()).toBe(true)
  expect(lstatSync(join(bob, 'tool')).mode & 0o4000).toBe(0o4000)
})

test('H31 control: with the caps raised, a few kilobytes are written out as what they unpack to', async () => {
  const bomb = gzipSync(await tarOf([{ name: 'zeros', content: Buffer.alloc(16 * mebibyte) }]))
  expect(bomb.length).toBeLessThan(64 * 1024)
  const small = { totalBytes: 4 * mebibyte, fileBytes: 4 * mebibyte }
  expect(await takeInArchive('a.tgz', bomb, small)).toMatchObject({ ok: false, fault: { reason: 'intake.too-large' } })
  const taken = await takeInArchive('a.tgz', bomb)
  expect(taken.ok && lstatSync(join(taken.submission.root, 'zeros')).size).toBe(16 * mebibyte)
  expect(gunzipSync(bomb).length).toBeGreaterThan(100 * bomb.length)
})

test('H32 control: a reader of the headers and a reader of the directory see two submissions', async () => {
  const zip = zipOf([{ name: 'main.go', localName: 'evil.go', content: 'x' }])
  const namesBehind = (mark: string, at: number, lengthAt: number) => {
    const head = zip.indexOf(mark)
    return zip.subarray(head + at, head + at + zip.readUInt16LE(head + lengthAt)).toString()
  }
  expect([namesBehind('PK\x03\x04', 30, 26), namesBehind('PK\x01\x02', 46, 28)]).toEqual(['evil.go', 'main.go'])
  const taken = await takeInArchive('a.zip', zip)
  expect(taken).toMatchObject({ ok: false, fault: { reason: 'intake.archive-ambiguous' } })
})

test('H35 control: a copy by path, after the folder was looked at, brings the neighbour along', async () => {
  mkdirSync(join(alice, 'src'))
  writeFileSync(join(alice, 'src/secret'), 'mine')
  using folder = openFolder(alice)
  const walked = await walk(folder, limits)
  if ('reason' in walked) throw new Error(walked.message)
  renameSync(join(alice, 'src'), join(base, 'aside'))
  symlinkSync('../bob', join(alice, 'src'))

  const naive = walked.entries.filter(({ kind }) => kind === 'file').map(({ path }) => readFileSync(join(alice, path)))
  expect(naive.map(String)).toContain('canary-of-bob')
  mkdirSync(join(base, 'copy'))
  const snapshot = await copySnapshot(folder, walked.entries, join(base, 'copy'), limits)
  expect('reason' in snapshot || snapshot.entries.map(({ path }) => path)).toEqual(['main.go', 'src'])
  expect(existsSync(join(base, 'copy/src/secret'))).toBe(false)
})

test('H37 control: git that is asked for the submodules fetches the neighbour', async ({ skip }) => {
  const who = ['-c', 'user.name=x', '-c', 'user.email=x@example.invalid', '-c', 'init.defaultBranch=main']
  const run = (folder: string, ...words: string[]) =>
    execFileSync('git', ['-C', folder, ...who, ...words], { encoding: 'utf8', stdio: 'pipe', timeout: 20_000 }).trim()
  try {
    run(base, '--version')
  } catch {
    return skip('there is no git here')
  }
  for (const folder of [alice, bob]) run(folder, 'init', '-q')
  run(bob, 'add', 'secret')
  run(bob, 'commit', '-qm', 'x')
  run(alice, 'update-index', '--add', '--cacheinfo', `160000,${run(bob, 'rev-parse', 'HEAD')},c`)
  writeFileSync(join(alice, '.gitmodules'), `[submodule "c"]\n\tpath = c\n\turl = file://${bob}\n`)

  const taken = await takeIn({ id: 'alice', path: alice }, limits, join(base, 'work'))
  expect(taken.ok && taken.submission.entries.map(({ path }) => path)).toEqual(['.gitmodules', 'main.go'])
  run(alice, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init')
  expect(readFileSync(join(alice, 'c/secret'), 'utf8')).toBe('canary-of-bob')
})

test.skipIf(process.platform !== 'linux')(
  'H38 control: a tool that is given the names as its words takes them for options',
  async () => {
    const inbox = join(base, 'inbox')
    const names = ['--checkpoint-action=exec=touch canary', '--checkpoint=1', 'alice']
    for (const name of names) mkdirSync(join(inbox, name), { recursive: true })
    expect((await listSubmissions(inbox)).sources.map(({ id }) => id).sort()).toEqual(names)
    expect(existsSync(join(inbox, 'canary'))).toBe(false)
    execFileSync('tar', ['-cf', join(base, 'all.tar'), ...names], { cwd: inbox, stdio: 'ignore' })
    expect(existsSync(join(inbox, 'canary'))).toBe(true)
  },
)
