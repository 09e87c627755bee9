import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { assignmentSchema, type IntakeLimits } from '../../model/assignment.ts'
import type { Submission } from '../../model/submission.ts'
import { removeSnapshot, takeIn } from './intake.ts'

const exercises = [{ id: 'httpserver', title: 't', checks: [{ id: 'httpserver.builds', points: 1 }] }]
const limits = assignmentSchema.parse({ id: 'a', title: 't', exercises }).limits.intake
const isRoot = process.getuid?.() === 0

let base: string
let source: string
let work: string

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'cgrade-intake-'))
  source = join(base, 'alice')
  work = join(base, 'work')
  mkdirSync(source)
})

afterEach(() => {
  rmSync(base, { recursive: true, force: true })
})

function put(path: string, content: string | Buffer = path, mode = 0o644): void {
  const file = join(source, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content, { mode })
}

async function submit(changed: Partial<IntakeLimits> = {}) {
  return takeIn({ id: 'alice', path: source }, { ...limits, ...changed }, work)
}

async function accept(changed: Partial<IntakeLimits> = {}): Promise<Submission> {
  const intake = await submit(changed)
  if (!intake.ok) throw new Error(intake.fault.message)
  return intake.submission
}

async function refuse(changed: Partial<IntakeLimits> = {}) {
  const before = existsSync(work) ? readdirSync(work) : []
  const intake = await submit(changed)
  if (intake.ok) throw new Error(`accepted ${intake.submission.entries.length} entries`)
  expect(readdirSync(work)).toEqual(before)
  return intake.fault
}

function filesBelow(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

test('copies files and folders, and lists them sorted with their modes', async () => {
  put('main.go', 'package main')
  put('run.sh', '#!/bin/sh', 0o755)
  put('httpserver/Dockerfile', 'FROM scratch')
  mkdirSync(join(source, 'empty'))
  symlinkSync('main.go', join(source, 'link.go'))
  const submission = await accept()
  expect(submission.entries).toEqual([
    { kind: 'directory', path: 'empty' },
    { kind: 'directory', path: 'httpserver' },
    { kind: 'file', path: 'httpserver/Dockerfile', bytes: 12, executable: false },
    { kind: 'link', path: 'link.go', target: 'main.go' },
    { kind: 'file', path: 'main.go', bytes: 12, executable: false },
    { kind: 'file', path: 'run.sh', bytes: 9, executable: true },
  ])
  expect(submission).toMatchObject({ id: 'alice', source, config: {}, flags: [], notes: [] })
  expect(readFileSync(join(submission.root, 'httpserver/Dockerfile'), 'utf8')).toBe('FROM scratch')
  expect(readdirSync(submission.root).sort()).toEqual(['empty', 'httpserver', 'main.go', 'run.sh'])
})

test('the copy is readable by its owner only', async () => {
  put('a/run.sh', 'x', 0o777)
  const { root } = await accept()
  expect(statSync(root).mode & 0o777).toBe(0o700)
  expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o700)
  expect(statSync(join(root, 'a/run.sh')).mode & 0o777).toBe(0o600)
})

test('removing the snapshot leaves nothing', async () => {
  put('main.go')
  await removeSnapshot(await accept())
  expect(readdirSync(work)).toEqual([])
})

test('the digest depends on content, path, kind and executable bit, and on nothing else', async () => {
  put('a', 'one')
  const first = (await accept()).digest
  expect(first).toMatch(/^[0-9a-f]{64}$/)
  put('.git/HEAD', 'ref')
  put('a', 'one')
  expect((await accept()).digest).toBe(first)
  chmodSync(join(source, 'a'), 0o755)
  const executable = (await accept()).digest
  put('a', 'two')
  const changed = (await accept()).digest
  rmSync(join(source, 'a'))
  put('b', 'two')
  const renamed = (await accept()).digest
  symlinkSync('b', join(source, 'c'))
  const linked = (await accept()).digest
  expect(new Set([first, executable, changed, renamed, linked]).size).toBe(5)
})

test('leaves out what version control and desktops leave behind, without a word', async () => {
  put('main.go')
  for (const path of ['.git/config', 'sub/.svn/x', '.hg/x', '__MACOSX/._main.go', '.DS_Store', 'sub/Thumbs.db'])
    put(path)
  const submission = await accept()
  expect(submission.entries.map(({ path }) => path)).toEqual(['main.go', 'sub'])
  expect(submission.notes).toEqual([])
})

test.each([
  ['an empty folder', () => {}],
  ['litter only', () => put('.git/HEAD')],
  ['empty folders only', () => mkdirSync(join(source, 'a/b'), { recursive: true })],
])('refuses %s as empty', async (_, make) => {
  make()
  expect((await refuse()).reason).toBe('intake.empty')
})

test.each([
  ['FIFO', (path: string) => execFileSync('mkfifo', [path]), 'named pipe (FIFO)'],
  ...(isRoot ? [['device', (path: string) => execFileSync('mknod', [path, 'c', '1', '5']), 'device'] as const] : []),
] as const)('refuses a %s anywhere, and names it', async (_, make, kind) => {
  put('main.go')
  mkdirSync(join(source, 'deep/er'), { recursive: true })
  make(join(source, 'deep/er/go.mod'))
  const fault = await refuse()
  expect(fault.reason).toBe('intake.special-file')
  expect(fault.message).toContain(`\`deep/er/go.mod\` is a ${kind}`)
})

test('refuses a socket', async () => {
  put('main.go')
  const server = createServer()
  await new Promise<void>((done) => server.listen(join(source, 'app.sock'), done))
  try {
    expect((await refuse()).message).toContain('`app.sock` is a socket')
  } finally {
    server.close()
  }
})

test.each(['/dev/zero', '/etc/passwd', '../bob/main.go', 'sub/../../bob'])('refuses a link to %s', async (target) => {
  put('sub/main.go')
  symlinkSync(target, join(source, 'Dockerfile'))
  const fault = await refuse()
  expect(fault.reason).toBe('intake.link-outside')
  expect(fault.message).toContain(`\`Dockerfile\` is a link to \`${target}\``)
})

test('leaves out links of a virtual environment and of node_modules, with a note and a flag', async () => {
  put('app.py')
  put('.venv/pyvenv.cfg')
  mkdirSync(join(source, '.venv/bin'))
  symlinkSync('/usr/bin/python3', join(source, '.venv/bin/python'))
  mkdirSync(join(source, 'node_modules'))
  symlinkSync('/srv/shared', join(source, 'node_modules/shared'))
  const submission = await accept()
  expect(submission.entries.some(({ kind }) => kind === 'link')).toBe(false)
  expect(submission.flags.map(({ code }) => code)).toEqual(['intake.link-left-out'])
  expect(submission.notes.join()).toContain('`.venv/bin/python`, `node_modules/shared`')
})

test('leaves out names that are not UTF-8 with a note, and accepts Chinese ones', async () => {
  put('main.go')
  put('作业三/说明.md')
  writeFileSync(Buffer.concat([Buffer.from(`${source}/`), Buffer.from([0xb2, 0xe2, 0xca, 0xd4])]), 'gbk')
  const submission = await accept()
  expect(submission.entries.map(({ path }) => path)).toEqual(['main.go', '作业三', '作业三/说明.md'])
  expect(submission.flags.map(({ code }) => code)).toEqual(['intake.name-not-utf8'])
  expect(submission.notes.join()).toContain('`测试`')
})

test('the path itself may be a link, as the person at the keyboard gave it', async () => {
  put('main.go')
  symlinkSync(source, join(base, 'link'))
  const intake = await takeIn({ id: 'link', path: join(base, 'link') }, limits, work)
  expect(intake.ok && intake.submission.entries).toHaveLength(1)
})

test.each(['nowhere', 'file.txt'])('a source that is neither folder nor archive is nobody’s zero: %s', async (name) => {
  writeFileSync(join(base, 'file.txt'), 'PK')
  await expect(takeIn({ id: name, path: join(base, name) }, limits, work)).rejects.toMatchObject({
    name: 'GraderError',
    code: 'intake.unreadable',
  })
})

test(`a file that we may not read is our fault${isRoot ? ' (skipped: root may read every file)' : ''}`, async ({
  skip,
}) => {
  if (isRoot) {
    console.log('skipped: root can read every file')
    skip()
  }
  put('main.go', 'x', 0o000)
  await expect(submit()).rejects.toMatchObject({ code: 'intake.unreadable' })
})

test('nothing outside is ever read: a canary is in neither list nor copy', async () => {
  const canary = `canary-${base}`
  mkdirSync(join(base, 'bob'))
  writeFileSync(join(base, 'bob/secret'), canary)
  put('main.go')
  mkdirSync(join(source, 'node_modules'))
  for (const target of ['../../bob/secret', join(base, 'bob/secret'), '../../bob', '../../alice/../bob/secret']) {
    symlinkSync(target, join(source, 'node_modules/secret'))
    const { root, entries } = await accept()
    expect(entries.map(({ path }) => path)).toEqual(['main.go', 'node_modules'])
    for (const file of filesBelow(root)) expect(readFileSync(file, 'utf8')).not.toContain(canary)
    rmSync(join(source, 'node_modules/secret'))
    symlinkSync(target, join(source, 'secret'))
    expect((await refuse()).reason).toBe('intake.link-outside')
    rmSync(join(source, 'secret'))
  }
})
