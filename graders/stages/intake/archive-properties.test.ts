import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeIn } from './intake.ts'
import { type TarEntry, tarOf, zipOf } from './test-archives.ts'

const limits = { totalBytes: 20_000, fileBytes: 8_000, entries: 12, depth: 4 }

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'cgrade-archive-properties-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const part = fc.constantFrom(
  'a',
  'b',
  '..',
  '.',
  '',
  'c\\..\\..',
  'C:',
  'main.go',
  'cgrade.yml',
  '.git',
  'n\u0000',
  '测试',
  'x'.repeat(300),
)
const name = fc.oneof(
  fc.array(part, { maxLength: 6 }).map((parts) => parts.join('/')),
  fc.string({ maxLength: 20 }),
)
const content = fc.oneof(
  fc.string({ maxLength: 50 }),
  fc.integer({ min: 0, max: 12_000 }).map((size) => 'z'.repeat(size)),
)
const kind = fc.constantFrom('file', 'symlink', 'link', 'directory', 'fifo', 'block-device')

const tars = fc
  .array(fc.record({ name, content, type: kind, linkname: name }), { maxLength: 16 })
  .map((entries) => entries.map(asTarEntry))

function asTarEntry(entry: { name: string; content: string; type: string; linkname: string }): TarEntry {
  const type = entry.type as 'file'
  const named = { name: entry.name, type, linkname: entry.linkname || 'a' }
  return type === 'file' ? { ...named, content: entry.content } : named
}

const zips = fc.array(
  fc.record({ name, content, mode: fc.constantFrom(0o100644, 0o100755, 0o120777, 0o040755, 0o010644) }),
  { maxLength: 16 },
)
/** Bytes that are changed, and where, as a share of the whole. */
const flips = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { maxLength: 4 })

function flip(bytes: Buffer, changes: [number, number][]): Buffer {
  const changed = Buffer.from(bytes)
  for (const [share, value] of changed.length === 0 ? [] : changes) {
    changed[Math.floor(share * (changed.length - 1))] = value
  }
  return changed
}

/** Whatever it is: a verdict, nothing outside, no more than may be, and nothing left where it was refused. */
async function holds(bytes: Buffer): Promise<void> {
  const inside = join(base, 'deep/er')
  rmSync(base, { recursive: true, force: true })
  mkdirSync(inside, { recursive: true })
  const path = join(inside, 'a.zip')
  writeFileSync(path, bytes)
  const intake = await takeIn({ id: 'a', path }, limits, join(inside, 'work'))
  expect(readdirSync(base)).toEqual(['deep'])
  expect(readdirSync(join(base, 'deep'))).toEqual(['er'])
  expect(readdirSync(inside).sort()).toEqual(['a.zip', 'work'])
  const left = readdirSync(join(inside, 'work'))
  expect(left).toHaveLength(intake.ok ? 1 : 0)
  if (!intake.ok) return
  const { root } = intake.submission
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((below) => lstatSync(join(root, below)))
  expect(found.every((stats) => stats.isFile() || stats.isDirectory())).toBe(true)
  expect(found.length).toBeLessThanOrEqual(limits.entries)
  const total = found.filter((stats) => stats.isFile()).reduce((sum, { size }) => sum + size, 0)
  expect(total).toBeLessThanOrEqual(limits.totalBytes)
}

test('H28: arbitrary and damaged tars never write outside or more than may be', { timeout: 60_000 }, () =>
  fc.assert(
    fc.asyncProperty(tars, flips, fc.constantFrom('none', 'gzip', 'zstd'), async (entries, changes, packing) => {
      const tar = flip(await tarOf(entries), changes)
      await holds(packing === 'gzip' ? gzipSync(tar) : packing === 'zstd' ? zstdCompressSync(tar) : tar)
    }),
    { numRuns: 300 },
  ),
)

test('H28: arbitrary and damaged zips never write outside or more than may be', { timeout: 60_000 }, () =>
  fc.assert(
    fc.asyncProperty(zips, flips, async (entries, changes) => holds(flip(zipOf(entries), changes))),
    { numRuns: 300 },
  ),
)

test('H31: arbitrary bytes behind the mark of any format come to a verdict', { timeout: 60_000 }, () => {
  const marks = ['504b0304', '504b0506', '1f8b08', '28b52ffd', 'fd377a585a00', ''].map((hex) => Buffer.from(hex, 'hex'))
  return fc.assert(
    fc.asyncProperty(fc.constantFrom(...marks), fc.uint8Array({ maxLength: 2000 }), (mark, bytes) =>
      holds(Buffer.concat([mark, bytes])),
    ),
    { numRuns: 150 },
  )
})
