import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { IntakeLimits } from '../../model/assignment.ts'
import { takeIn } from './intake.ts'
import { tarOf, zipOf } from './test-archives.ts'
import { assignment } from './test-submission.ts'

const { intake: limits } = assignment.limits
const mebibyte = 1024 ** 2

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'cgrade-archive-bombs-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

async function refuse(bytes: Buffer, changed: Partial<IntakeLimits> = {}) {
  const path = join(base, 'alice.zip')
  writeFileSync(path, bytes)
  const intake = await takeIn({ id: 'alice', path }, { ...limits, ...changed }, join(base, 'work'))
  expect(readdirSync(base).sort()).toEqual(['alice.zip', 'work'])
  expect(readdirSync(join(base, 'work'))).toEqual([])
  if (intake.ok) throw new Error(`accepted ${intake.submission.entries.map(({ path: entry }) => entry)}`)
  return intake.fault
}

describe('H31: bombs', () => {
  const small = { totalBytes: 8 * mebibyte, fileBytes: 4 * mebibyte, entries: 100, depth: 10 }
  const zeros = (bytes: number) => Buffer.alloc(bytes)

  test.each<[string, () => Buffer | Promise<Buffer>, string]>([
    ['zeros in a zip', () => zipOf([{ name: 'z', content: zeros(64 * mebibyte) }]), 'intake.too-large'],
    [
      'zeros that claim to be few',
      () => zipOf([{ name: 'z', content: zeros(64 * mebibyte), claimedBytes: 10 }]),
      'intake.archive-damaged',
    ],
    [
      'many files of zeros',
      () => zipOf(Array.from({ length: 20 }, (_, i) => ({ name: `z${i}`, content: zeros(mebibyte) }))),
      'intake.too-large',
    ],
    [
      'zeros in a tar',
      async () => gzipSync(await tarOf([{ name: 'z', content: zeros(64 * mebibyte) }])),
      'intake.too-large',
    ],
    [
      'zeros behind a name that is passed over',
      async () => gzipSync(await tarOf([{ name: '.git/z', content: zeros(64 * mebibyte) }])),
      'intake.too-large',
    ],
    ['a gzip in many members', () => Buffer.concat(Array(100).fill(gzipSync(zeros(mebibyte)))), 'intake.too-large'],
    [
      'thousands of empty files',
      () => zipOf(Array.from({ length: 5000 }, (_, i) => ({ name: `f${i}` }))),
      'intake.too-many-files',
    ],
    ['thousands of folders in one name', () => zipOf([{ name: `${'d/'.repeat(5000)}x` }]), 'intake.too-deep'],
    [
      'a folder over and over',
      async () => tarOf(Array.from({ length: 5000 }, () => ({ name: 'd', type: 'directory' as const }))),
      'intake.too-many-files',
    ],
    [
      'one file under many names',
      async () =>
        tarOf([
          { name: 'z', content: zeros(mebibyte) },
          ...Array.from({ length: 50 }, (_, i) => ({ name: `h${i}`, type: 'link' as const, linkname: 'z' })),
        ]),
      'intake.too-large',
    ],
    [
      'entries that share their bytes',
      () =>
        zipOf([
          { name: 'a', content: zeros(mebibyte) },
          { name: 'a', content: zeros(mebibyte), sharesWith: 0 },
        ]),
      'intake.archive-ambiguous',
    ],
    [
      'attributes of 8 MiB',
      async () => tarOf([{ name: 'x', content: 'x', pax: { comment: 'x'.repeat(8 * mebibyte) } }]),
      'intake.archive-damaged',
    ],
  ])('H31: %s: refused, and nothing stays', { timeout: 30_000 }, async (_, make, reason) => {
    expect((await refuse(await make(), small)).reason).toBe(reason)
  })
})
