import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { execa } from 'execa'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assignmentSchema } from '../../model/assignment.ts'
import type { BuildCandidate, SnapshotEntry, Submission } from '../../model/submission.ts'
import { measureUnpacked } from '../../sandbox/unpacked-size.ts'
import { parseDockerfile } from '../dockerfile/dockerfile.ts'
import { findArchiveBomb } from './gate-archives.ts'

let folder = ''
const limits = { ...assignmentSchema.shape.limits.parse(undefined).build, diskBytes: 10 * 1024 ** 2 }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cgrade-archives-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function tarOf(bytes: number, entries = 1): Promise<Buffer> {
  const tar = pack()
  for (let at = 0; at < entries; at += 1) tar.entry({ name: `f${at}` }, Buffer.alloc(bytes))
  tar.finalize()
  return buffer(tar)
}

/** Some bytes that stand for a terabyte: old GNU's way to tell of a file with holes. */
async function tarWithHoles(): Promise<Buffer> {
  const tar = await tarOf(512)
  tar.write('S', 156)
  tar.write('        ', 148)
  let sum = 0
  for (const byte of tar.subarray(0, 512)) sum += byte
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return tar
}

async function paxWithHoles(): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: 'f', pax: { 'GNU.sparse.realsize': '1099511627776' } }, 'x')
  tar.finalize()
  return buffer(tar)
}

async function faultOf(line: string, files: Record<string, Buffer>, links: SnapshotEntry[] = []) {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  const entries: SnapshotEntry[] = Object.entries(files).map(([path, { length }]) => ({
    kind: 'file',
    path,
    bytes: length,
    executable: false,
  }))
  const submission = { root: folder, entries: [...entries, ...links] } as Submission
  const parsed = parseDockerfile(`FROM scratch\n${line}\n`)
  if (!parsed.ok) throw new Error(parsed.fault.message)
  const candidate = { dockerfile: 'Dockerfile', context: '.' } as BuildCandidate
  return (await findArchiveBomb(parsed.dockerfile, submission, candidate, limits))?.reason
}

test.each([
  ['gzip', async () => gzipSync(await tarOf(12e6))],
  [
    'gzip in several members',
    async () => Buffer.concat([gzipSync(await tarOf(5e6)), ...Array(3).fill(gzipSync(Buffer.alloc(4e6)))]),
  ],
  ['zstd', async () => zstdCompressSync(await tarOf(12e6))],
  ['xz', async () => (await execa('xz', ['-0c'], { input: await tarOf(12e6), encoding: 'buffer' })).stdout as Buffer],
  [
    'bzip2',
    async () => (await execa('bzip2', ['-c'], { input: await tarOf(12e6), encoding: 'buffer' })).stdout as Buffer,
  ],
  ['nothing', () => tarOf(12e6)],
  ['a file with holes', tarWithHoles],
  ['a file with holes, told in attributes', paxWithHoles],
  ['a file with holes, packed', async () => gzipSync(await tarWithHoles())],
  ['a number that no disk has', async () => gzipSync(Buffer.concat([await tarWithHoles(), Buffer.alloc(512)]))],
])('H45: an archive that unpacks to more than a build may write is not unpacked: %s', async (_, make) => {
  expect(await faultOf('ADD big.tgz /x', { 'big.tgz': Buffer.from(await make()) })).toBe('build.disk')
})

test('H45: the same archive counts each time, and by whatever name it is called', async () => {
  const files = { 'a.tgz': gzipSync(await tarOf(4e6)) }
  expect(await faultOf('ADD a.tgz /x', files)).toBeUndefined()
  expect(await faultOf('ADD a.tgz /x\nADD ./b/../a.tgz /y\nADD ["/a.tgz", "/z"]', files)).toBe('build.disk')
  expect(await faultOf('ADD a* /x\nADD $X /y\nADD a.tg? /z', files)).toBe('build.disk')
  expect(await faultOf('ONBUILD ADD a.tgz /x\nADD a.tgz /y\nADD a.tgz /z', files)).toBe('build.disk')
  const link: SnapshotEntry = { kind: 'link', path: 'l', target: 'a.tgz' }
  expect(await faultOf('ADD l /x\nADD l /y\nADD l /z', files, [link])).toBe('build.disk')
})

test('H45: archives that nobody unpacks, honest ones, and what is none, pass', async () => {
  const big = gzipSync(await tarOf(12e6))
  expect(await faultOf('COPY big.tgz /x', { 'big.tgz': big })).toBeUndefined()
  expect(
    await faultOf('ADD rootfs.tgz /', { 'rootfs.tgz': gzipSync(await tarOf(1e5, 20)), 'big.tgz': big }),
  ).toBeUndefined()
  expect(await faultOf('ADD main.go /', { 'main.go': Buffer.from('package main') })).toBeUndefined()
  expect(await faultOf('ADD broken.tgz /', { 'broken.tgz': big.subarray(0, 2000) })).toBeUndefined()
})

test('H45: a bomb is counted to the limit and no further, and takes no memory', async () => {
  const bomb = Buffer.concat([
    gzipSync(await tarOf(16e6)),
    ...Array(200).fill(gzipSync(Buffer.alloc(16e6), { level: 1 })),
  ])
  await writeFile(join(folder, 'bomb.tgz'), bomb)
  const before = process.memoryUsage.rss()
  const size = await measureUnpacked(join(folder, 'bomb.tgz'), 300e6)
  expect(size?.bytes).toBeGreaterThan(300e6)
  expect(size?.bytes).toBeLessThan(310e6)
  expect(process.memoryUsage.rss() - before).toBeLessThan(200e6)
})
