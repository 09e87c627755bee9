import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { IntakeLimits } from '../../model/assignment.ts'
import type { SnapshotEntry } from '../../model/submission.ts'
import { type OpenFolder, openFolder } from './open-folder.ts'
import { copySnapshot, type Snapshot } from './snapshot.ts'
import { walk } from './walk.ts'

const limits: IntakeLimits = { totalBytes: 1000, fileBytes: 600, entries: 100, depth: 10 }
const canary = 'canary of another student'

let base: string
let source: string
let root: string
let folder: OpenFolder
let walked: SnapshotEntry[]

/** A submission that has just been walked; each test then changes it under our feet. */
beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'cgrade-snapshot-'))
  source = join(base, 'alice')
  root = join(base, 'root')
  mkdirSync(join(source, 'sub'), { recursive: true })
  mkdirSync(root)
  mkdirSync(join(base, 'bob'))
  writeFileSync(join(base, 'bob/main.go'), canary)
  writeFileSync(join(source, 'sub/main.go'), 'package main')
  writeFileSync(join(source, 'go.mod'), 'module x')
  folder = openFolder(source)
  const result = await walk(folder, limits)
  if ('reason' in result) throw new Error(result.message)
  walked = result.entries
})

afterEach(() => {
  folder[Symbol.dispose]()
  rmSync(base, { recursive: true, force: true })
})

async function copy(): Promise<Snapshot> {
  const snapshot = await copySnapshot(folder, walked, root, limits)
  if ('reason' in snapshot) throw new Error(snapshot.message)
  return snapshot
}

test('a file that became a link is left out and told', async () => {
  rmSync(join(source, 'sub/main.go'))
  symlinkSync('../../bob/main.go', join(source, 'sub/main.go'))
  expect(await copy()).toMatchObject({ vanished: ['sub/main.go'] })
  expect(readdirSync(join(root, 'sub'))).toEqual([])
})

test('a folder that became a link is left out, and what it leads to is not read', async () => {
  renameSync(join(source, 'sub'), join(base, 'moved'))
  symlinkSync('../bob', join(source, 'sub'))
  expect(await copy()).toMatchObject({ vanished: ['sub'] })
  expect(readdirSync(join(root, 'sub'))).toEqual([])
})

test('the whole submission may be moved away meanwhile', async () => {
  renameSync(source, join(base, 'moved'))
  symlinkSync(join(base, 'bob'), source)
  expect((await copy()).vanished).toEqual([])
  expect(readFileSync(join(root, 'sub/main.go'), 'utf8')).toBe('package main')
})

test('a file that is gone is left out and told', async () => {
  rmSync(join(source, 'go.mod'))
  const { entries, vanished } = await copy()
  expect(vanished).toEqual(['go.mod'])
  expect(entries.map(({ path }) => path)).toEqual(['sub', 'sub/main.go'])
})

test('a file that became a FIFO does not hold us', async () => {
  rmSync(join(source, 'go.mod'))
  execFileSync('mkfifo', [join(source, 'go.mod')])
  expect(await copySnapshot(folder, walked, root, limits)).toMatchObject({ reason: 'intake.special-file' })
})

test.each([
  ['one file may have', 601, 0],
  ['may be handed in', 500, 500],
])('a file that grew is counted as it is read: %s', async (_, first, second) => {
  appendFileSync(join(source, 'go.mod'), 'x'.repeat(first - 8))
  appendFileSync(join(source, 'sub/main.go'), 'x'.repeat(second))
  expect(await copySnapshot(folder, walked, root, limits)).toMatchObject({ reason: 'intake.too-large' })
})

test('the digest is that of what was copied, not of what was listed', async () => {
  const before = await copy()
  rmSync(root, { recursive: true })
  mkdirSync(root)
  writeFileSync(join(source, 'go.mod'), 'module y!')
  const after = await copy()
  expect(after.digest).not.toBe(before.digest)
  expect(after.entries).toContainEqual({ kind: 'file', path: 'go.mod', bytes: 9, executable: false })
})

test('copies a file of many chunks byte for byte', async () => {
  const content = Buffer.alloc(900_000, 'abcdefg')
  writeFileSync(join(source, 'go.mod'), content)
  const snapshot = await copySnapshot(folder, walked, root, { ...limits, fileBytes: 1e6, totalBytes: 1e6 })
  expect('reason' in snapshot).toBe(false)
  expect(readFileSync(join(root, 'go.mod')).equals(content)).toBe(true)
})
