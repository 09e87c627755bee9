import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { IntakeLimits } from '../../model/assignment.ts'
import type { Submission } from '../../model/submission.ts'
import { takeIn } from './intake.ts'
import { tarOf, zipOf } from './test-archives.ts'
import { assignment } from './test-submission.ts'

const { intake: limits } = assignment.limits

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'cgrade-archives-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

async function submit(name: string, bytes?: Buffer, changed: Partial<IntakeLimits> = {}) {
  const path = join(base, name)
  if (bytes !== undefined) writeFileSync(path, bytes)
  return takeIn({ id: 'alice', path }, { ...limits, ...changed }, join(base, 'work'))
}

async function accept(name: string, bytes?: Buffer): Promise<Submission> {
  const intake = await submit(name, bytes)
  if (!intake.ok) throw new Error(intake.fault.message)
  return intake.submission
}

async function refuse(name: string, bytes: Buffer, changed: Partial<IntakeLimits> = {}) {
  const intake = await submit(name, bytes, changed)
  if (intake.ok) throw new Error(`accepted ${intake.submission.entries.map(({ path }) => path)}`)
  expect(readdirSync(join(base, 'work'))).toEqual([])
  return intake.fault
}

const pathsOf = ({ entries }: Submission) => entries.map(({ path }) => path)

const isInstalled = (tool: string) =>
  (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, tool)))

test.each([
  ['zip', 'alice.zip', ['-qry', 'alice.zip', 'alice']],
  ['tar', 'alice.tar', ['-cf', 'alice.tar', 'alice']],
  ['tar', 'alice.tgz', ['-czf', 'alice.tgz', '-C', 'alice', '.']],
  ['tar', 'alice.tar.xz', ['-cJf', 'alice.tar.xz', 'alice'], 'xz'],
  ['tar', 'alice.tar.zst', ['--zstd', '-cf', 'alice.tar.zst', 'alice'], 'zstd'],
  ['tar', 'v7.tar', ['--format=v7', '-cf', 'v7.tar', '-C', 'alice', '.']],
  ['tar', 'pax.tar', ['--format=pax', '-cf', 'pax.tar', '-C', 'alice', '.']],
])('a folder and what `%s` makes of it as %s are the same submission', async (tool, name, args, other = tool) => {
  const folder = join(base, 'alice')
  for (const below of ['sub', 'empty', '.git']) mkdirSync(join(folder, below), { recursive: true })
  for (const file of [
    'main.go',
    'run.sh',
    '.git/config',
    '说明.md',
    `sub/${'长'.repeat(name.startsWith('v7') ? 20 : 60)}`,
  ]) {
    writeFileSync(join(folder, file), file)
  }
  chmodSync(join(folder, 'run.sh'), 0o755)
  symlinkSync('../main.go', join(folder, 'sub/link.go'))
  execFileSync('ln', ['main.go', 'sub/hard.go'], { cwd: folder })
  const fromFolder = await accept('alice')
  if (!isInstalled(tool) || !isInstalled(other)) return console.log(`skipped: no ${tool} or ${other} here`)
  execFileSync(tool, args, { cwd: base })
  const fromArchive = await accept(name)
  expect(fromArchive.entries).toEqual(fromFolder.entries)
  expect(fromArchive.digest).toBe(fromFolder.digest)
  expect(readdirSync(join(base, 'work'))).toHaveLength(2)
})

test('a zip of macOS loses what macOS adds', async () => {
  const names = ['hw/main.go', '__MACOSX/hw/._main.go', 'hw/.DS_Store', '.DS_Store']
  const zip = zipOf(names.map((name) => ({ name, content: 'x', mode: 0o100644 })))
  expect(pathsOf(await accept('hw.zip', zip))).toEqual(['main.go'])
})

test('names in a Chinese zip of Windows are readable, and its backslashes are folders', async () => {
  const zip = zipOf([
    { name: Buffer.from([0xb2, 0xe2, 0xca, 0xd4, 0x2e, 0x67, 0x6f]), content: 'x' },
    { name: 'web\\main.go', content: 'y' },
  ])
  expect(pathsOf(await accept('a.zip', zip))).toEqual(['web', 'web/main.go', '测试.go'])
})

test('a top folder is entered when it has the name of the archive or a cgrade.yml, else it stays', async () => {
  const zip = (...names: string[]) => zipOf(names.map((name) => ({ name, mode: 0o100644 })))
  expect(pathsOf(await accept('hw3.zip', zip('hw3/a', 'hw3/b')))).toEqual(['a', 'b'])
  expect(pathsOf(await accept('x.zip', zip('repo-main/cgrade.yml', 'repo-main/b')))).toEqual(['b', 'cgrade.yml'])
  expect(pathsOf(await accept('y.zip', zip('chroot/a')))).toEqual(['chroot', 'chroot/a'])
})

test('the first bytes decide, not the ending', async () => {
  expect(pathsOf(await accept('a.zip', gzipSync(await tarOf([{ name: 'main.go', content: 'x' }]))))).toEqual([
    'main.go',
  ])
})

test.each([
  ['a RAR', Buffer.from('Rar!\x1a\x07\x01\0more'), 'intake.archive-format', 'RAR'],
  ['a 7z', Buffer.from('377abcaf271c', 'hex'), 'intake.archive-format', '7z'],
  ['nothing at all', Buffer.alloc(0), 'intake.archive-damaged', 'empty'],
  ['a web page', Buffer.from('<html>log in first</html>'.padEnd(600)), 'intake.archive-damaged', 'cannot be read'],
  ['a zip cut off', zipOf([{ name: 'a', content: 'x'.repeat(99) }]).subarray(0, 60), 'intake.archive-damaged', ''],
  ['a gzip cut off', gzipSync(Buffer.alloc(9999)).subarray(0, 20), 'intake.archive-damaged', ''],
  ['an encrypted zip', zipOf([{ name: 'a', isEncrypted: true }]), 'intake.archive-encrypted', 'password'],
  ['a zip packed by LZMA', zipOf([{ name: 'a', method: 14 }]), 'intake.archive-format', 'method 14'],
  ['a wrong checksum', zipOf([{ name: 'a', content: 'x', claimedSum: 1 }]), 'intake.archive-damaged', 'checksum'],
  ['a zip of nothing', zipOf([]), 'intake.empty', 'empty'],
])('%s is refused in words that help', async (_, bytes, reason, word) => {
  const fault = await refuse('alice.zip', bytes)
  expect(fault.reason).toBe(reason)
  expect(fault.message + fault.hint).toContain(word)
})

test('an archive in an archive is a file', async () => {
  const inner = zipOf([{ name: '../../x', content: 'x' }])
  const { entries } = await accept('a.zip', zipOf([{ name: 'inner.zip', content: inner }]))
  expect(entries).toEqual([{ kind: 'file', path: 'inner.zip', bytes: inner.length, executable: false }])
})

test('names that differ by case or composition alone are two files, as in a folder', async () => {
  const names = ['Dockerfile', 'dockerfile', 'jos\u00e9', 'jose\u0301']
  expect((await accept('a.tar', await tarOf(names.map((name) => ({ name, content: name }))))).entries).toHaveLength(4)
})

test('a full disk of ours is nobody’s zero', async ({ skip }) => {
  if (!existsSync('/dev/full')) return skip()
  const { writing } = await import('./snapshot.ts')
  expect(() => writing('main.go', () => writeFileSync('/dev/full', 'x'))).toThrow(
    expect.objectContaining({ code: 'disk.full' }),
  )
})
