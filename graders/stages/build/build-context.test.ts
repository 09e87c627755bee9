import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { extract, type Header } from 'tar-stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Submission } from '../../model/submission.ts'
import { takeIn } from '../intake/intake.ts'
import { type DockerfileReplacement, packContext } from './build-context.ts'

const limits = { totalBytes: 1e9, fileBytes: 1e9, entries: 1e5, depth: 40 }
const dockerfile = { path: 'Dockerfile', text: 'FROM scratch' }

let base: string
let source: string

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'cgrade-context-'))
  source = join(base, 'alice')
  mkdirSync(source)
})

afterEach(() => {
  rmSync(base, { recursive: true, force: true })
})

function put(path: string, content: string | Buffer = path, mode = 0o644): void {
  mkdirSync(dirname(join(source, path)), { recursive: true })
  writeFileSync(join(source, path), content, { mode })
}

async function submit(): Promise<Submission> {
  const intake = await takeIn({ id: 'alice', path: source }, limits, join(base, 'work'))
  if (!intake.ok) throw new Error(intake.fault.message)
  return intake.submission
}

async function unpack(tar: Readable) {
  const found: { header: Header; text: string }[] = []
  const reader = tar.pipe(extract())
  for await (const entry of reader) found.push({ header: entry.header, text: (await buffer(entry)).toString() })
  return found
}

async function namesIn(context: string, replacement: DockerfileReplacement = dockerfile): Promise<string[]> {
  const { tar, paths } = packContext(await submit(), context, replacement)
  const names = (await unpack(tar)).map(({ header }) => header.name.replace(/\/$/, ''))
  expect(new Set(names)).toEqual(paths)
  return names
}

test('packs files, folders, empty folders and links with plain owners, times and modes', async () => {
  put('run.sh', '#!/bin/sh', 0o700)
  put('src/main.go', 'package main', 0o600)
  mkdirSync(join(source, 'empty'))
  symlinkSync('src/main.go', join(source, 'link'))
  const { tar } = packContext(await submit(), '.', dockerfile)
  const found = await unpack(tar)
  expect(found.map(({ header, text }) => [header.name, header.type, header.mode?.toString(8), text])).toEqual([
    ['Dockerfile', 'file', '644', 'FROM scratch'],
    ['empty', 'directory', '755', ''],
    ['link', 'symlink', '777', ''],
    ['run.sh', 'file', '755', '#!/bin/sh'],
    ['src', 'directory', '755', ''],
    ['src/main.go', 'file', '644', 'package main'],
  ])
  expect(found[2]?.header.linkname).toBe('src/main.go')
  for (const { header } of found) expect([header.uid, header.gid, header.mtime?.getTime()]).toEqual([0, 0, 0])
})

test('puts our text in place of the Dockerfile', async () => {
  put('Dockerfile', 'FROM evil')
  const { tar } = packContext(await submit(), '.', dockerfile)
  expect(await unpack(tar)).toMatchObject([{ text: 'FROM scratch' }])
})

test('a context below the root has its own paths, and takes a Dockerfile from elsewhere', async () => {
  put('main.go')
  put('app/main.go')
  put('app/sub/x')
  put('application/y')
  expect(await namesIn('app', { path: '.cgrade-7f.Dockerfile', text: 'FROM scratch' })).toEqual([
    '.cgrade-7f.Dockerfile',
    'main.go',
    'sub',
    'sub/x',
  ])
})

test('honours .dockerignore, and sends the Dockerfile and .dockerignore in any case', async () => {
  put('.dockerignore', '*\n!src\nsrc/*.md\n')
  for (const path of ['Dockerfile', 'main.go', 'src/a.go', 'src/a.md', 'doc/b']) put(path)
  expect(await namesIn('.')).toEqual(['.dockerignore', 'Dockerfile', 'src', 'src/a.go'])
})

test('the folders above a file that is taken back are sent too', async () => {
  put('.dockerignore', 'a\n!a/b/keep\n')
  for (const path of ['a/b/keep', 'a/b/drop', 'a/c/drop']) put(path)
  expect(await namesIn('.')).toEqual(['.dockerignore', 'Dockerfile', 'a', 'a/b', 'a/b/keep'])
})

test('the ignore file beside the Dockerfile wins', async () => {
  put('.dockerignore', 'main.go')
  put('build/web.Dockerfile')
  put('build/web.Dockerfile.dockerignore', 'other.go')
  put('main.go')
  put('other.go')
  const names = await namesIn('.', { path: 'build/web.Dockerfile', text: 'FROM scratch' })
  expect(names).toContain('main.go')
  expect(names).not.toContain('other.go')
})

test('for a Dockerfile of ours nothing is left out', async () => {
  put('.dockerignore', '*')
  put('a/main.go')
  expect(await namesIn('.', { ...dockerfile, path: '.ours', all: true })).toEqual([
    '.dockerignore',
    '.ours',
    'a',
    'a/main.go',
  ])
})

test('a malformed .dockerignore is told, and the rest of it honoured', async () => {
  put('.dockerignore', '[\n*.md')
  put('a.md')
  put('a.go')
  const { tar, paths, notes } = packContext(await submit(), '.', dockerfile)
  await unpack(tar)
  expect([...paths]).toEqual(['.dockerignore', 'Dockerfile', 'a.go'])
  expect(notes.join()).toContain('`.dockerignore` has patterns that Docker cannot read')
})

test('the same submission gives the same bytes', async () => {
  for (let i = 0; i < 50; i++) put(`d${i % 7}/f${i}`, `${i}`.repeat(i))
  const digests = new Set<string>()
  for (let round = 0; round < 3; round++) {
    const { tar } = packContext(await submit(), '.', dockerfile)
    digests.add(
      createHash('sha256')
        .update(await buffer(tar))
        .digest('hex'),
    )
  }
  expect(digests.size).toBe(1)
})

test('long and strange names survive, as GNU tar reads it', async () => {
  const names = ['说明.md', `${'长'.repeat(60)}/${'x'.repeat(200)}`, 'a b\tc', "it's", 'new\nline']
  for (const name of names) put(name, 'content')
  const { tar } = packContext(await submit(), '.', dockerfile)
  writeFileSync(join(base, 'context.tar'), await buffer(tar))
  mkdirSync(join(base, 'out'))
  execFileSync('tar', ['-xf', join(base, 'context.tar'), '-C', join(base, 'out')])
  for (const name of names) {
    expect(execFileSync('cat', [join(base, 'out', name)], { encoding: 'utf8' })).toBe('content')
  }
})

test('a reader that pauses holds the packing back, and one that leaves ends it', async () => {
  for (let i = 0; i < 8; i++) put(`big${i}`, Buffer.alloc(8_000_000, i))
  const { tar } = packContext(await submit(), '.', dockerfile)
  const before = process.memoryUsage().arrayBuffers
  tar.once('readable', () => {})
  await setTimeout(200)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16_000_000)
  tar.destroy()
  await setTimeout(50)
  expect(tar.destroyed).toBe(true)
})

test('a big file is packed byte for byte', async () => {
  const content = Buffer.alloc(3_000_001, 'abcdefg')
  put('big', content)
  const { tar } = packContext(await submit(), '.', dockerfile)
  expect((await unpack(tar)).find(({ header }) => header.name === 'big')?.text).toBe(content.toString())
})

test('a snapshot that is gone breaks the stream instead of ending it early', async () => {
  put('a')
  const submission = await submit()
  rmSync(submission.root, { recursive: true })
  const { tar } = packContext(submission, '.', dockerfile)
  await expect(buffer(tar)).rejects.toThrow('ENOENT')
})

test('a canary outside is in no tar, whatever links there are', async () => {
  mkdirSync(join(base, 'bob'))
  writeFileSync(join(base, 'bob/secret'), 'canary-of-bob')
  put('venv/pyvenv.cfg')
  symlinkSync(join(base, 'bob/secret'), join(source, 'venv/secret'))
  symlinkSync('venv/secret', join(source, 'hop'))
  const intake = await takeIn({ id: 'alice', path: source }, limits, join(base, 'work'))
  // `hop` itself stays inside, but what it leads to is outside: refused as a whole.
  expect(intake.ok).toBe(false)
  rmSync(join(source, 'hop'))
  const { tar } = packContext(await submit(), '.', dockerfile)
  expect((await buffer(tar)).includes('canary-of-bob')).toBe(false)
})
