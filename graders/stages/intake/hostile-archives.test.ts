import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { takeIn } from './intake.ts'
import { extractNaively, type TarEntry, tarOf, type ZipEntry, zipOf } from './test-archives.ts'
import { assignment } from './test-submission.ts'

const { intake: limits } = assignment.limits

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'cgrade-hostile-archives-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

async function refuse(bytes: Buffer) {
  const path = join(base, 'alice.zip')
  writeFileSync(path, bytes)
  const intake = await takeIn({ id: 'alice', path }, limits, join(base, 'work'))
  expect(readdirSync(base).sort()).toEqual(['alice.zip', 'work'])
  expect(readdirSync(join(base, 'work'))).toEqual([])
  if (intake.ok) throw new Error(`accepted ${intake.submission.entries.map(({ path: entry }) => entry)}`)
  return intake.fault
}

const names = [
  '../../canary',
  '/tmp/cgrade-canary-absolute',
  'C:\\canary',
  'a/../../canary',
  '..\\canary',
  'a\0b',
  '\\\\host\\x',
]

describe('H28: names that leave', () => {
  test.each(names)('H28: %j is refused in a zip, whoever made it, and named', async (name) => {
    for (const mode of [undefined, 0o100644]) {
      const fault = await refuse(zipOf([{ name: 'main.go' }, { name, content: 'x', ...(mode && { mode }) }]))
      expect(fault.reason).toBe('intake.archive-path')
      expect(fault.message).toContain(name.slice(-6).replaceAll('\0', '\\0').split('\\').at(-1))
    }
    expect(existsSync('/tmp/cgrade-canary-absolute')).toBe(false)
  })

  test.each(names.filter((name) => !name.includes('\0')))('H28: %j is refused in a tar', async (name) => {
    expect((await refuse(await tarOf([{ name, content: 'x' }]))).reason).toBe('intake.archive-path')
  })

  test('H28 control: a thoughtless extractor writes outside', async () => {
    await extractNaively([{ name: '../canary', content: 'x' }], join(base, 'in'))
    expect(existsSync(join(base, 'canary'))).toBe(true)
  })
})

const throughLink: TarEntry[] = [
  { name: 'way', type: 'symlink', linkname: '..' },
  { name: 'way/canary', content: 'x' },
]

describe('H29: links in archives', () => {
  test.each<[string, TarEntry[], string]>([
    ['a file through a link', throughLink, 'intake.archive-ambiguous'],
    [
      'a link in place of a folder',
      [
        { name: 'a/x', content: 'x' },
        { name: 'a', type: 'symlink', linkname: '/tmp' },
      ],
      'intake.archive-ambiguous',
    ],
    [
      'a file in place of a link',
      [
        { name: 'a', type: 'symlink', linkname: '/tmp/x' },
        { name: 'a', content: 'x' },
      ],
      'intake.archive-ambiguous',
    ],
    ['a link out', [{ name: 'main.go', type: 'symlink', linkname: '/etc/shadow' }], 'intake.link-outside'],
    [
      'links that leave together',
      [
        { name: 'd', type: 'directory' },
        { name: 'd/up', type: 'symlink', linkname: '..' },
        { name: 'x', type: 'symlink', linkname: 'd/up/../y' },
      ],
      'intake.link-outside',
    ],
    ['a hard link to our files', [{ name: 'x', type: 'link', linkname: '/etc/passwd' }], 'intake.archive-path'],
    ['a hard link up', [{ name: 'x', type: 'link', linkname: '../../etc/passwd' }], 'intake.archive-path'],
    [
      'a hard link to what does not come before',
      [{ name: 'x', type: 'link', linkname: 'etc/passwd' }],
      'intake.link-outside',
    ],
    [
      'a hard link to a link',
      [
        { name: 'l', type: 'symlink', linkname: '/etc/passwd' },
        { name: 'x', type: 'link', linkname: 'l' },
      ],
      'intake.link-outside',
    ],
  ])('H29: %s is refused', async (_, entries, reason) => {
    expect((await refuse(await tarOf(entries))).reason).toBe(reason)
  })

  test('H29: a link in a zip is one, too', async () => {
    const zip = zipOf([{ name: 'Dockerfile', content: '/etc/shadow', mode: 0o120777 }])
    expect((await refuse(zip)).reason).toBe('intake.link-outside')
  })

  test('H29 control: a thoughtless extractor writes through the link', async () => {
    await extractNaively(throughLink, join(base, 'in'))
    expect(readFileSync(join(base, 'canary'), 'utf8')).toBe('x')
  })
})

describe('H30: what is no file', () => {
  test.each(['fifo', 'character-device', 'block-device'] as const)('H30: a %s in a tar is refused', async (type) => {
    const fault = await refuse(
      await tarOf([
        { name: 'main.go', content: 'x' },
        { name: 'Dockerfile', type },
      ]),
    )
    expect(fault).toMatchObject({ reason: 'intake.special-file', location: { file: 'Dockerfile' } })
  })

  test.each([0o010644, 0o020666, 0o060666, 0o140777])('H30: a zip entry of mode %o is refused', async (mode) => {
    expect((await refuse(zipOf([{ name: 'Dockerfile', mode }]))).reason).toBe('intake.special-file')
  })

  test('H30: files with holes are refused, as a few bytes would fill a disk', async () => {
    const pax = { 'GNU.sparse.major': '1', 'GNU.sparse.realsize': '1099511627776' }
    expect((await refuse(await tarOf([{ name: 'big', content: 'x', pax }]))).message).toContain('holes')
  })

  test('H30: set-uid bits and folders that nobody may enter do not arrive', async () => {
    const path = join(base, 'a.tar')
    writeFileSync(
      path,
      await tarOf([
        { name: 'd', type: 'directory', mode: 0 },
        { name: 'd/x', mode: 0o6777, content: 'x' },
      ]),
    )
    const intake = await takeIn({ id: 'a', path }, limits, join(base, 'work'))
    expect(intake.ok && intake.submission.entries.at(-1)).toMatchObject({ path: 'd/x', executable: true })
  })
})

describe('H32: archives that say two things', () => {
  test.each<[string, ZipEntry[]]>([
    ['another name beside the file', [{ name: 'main.go', localName: 'evil.go', content: 'x' }]],
    [
      'the same name twice',
      [
        { name: 'a', content: 'x' },
        { name: 'a', content: 'y' },
      ],
    ],
    [
      'the same name, spelled another way',
      [
        { name: 'd/a', content: 'x' },
        { name: './d//a', content: 'y' },
      ],
    ],
    [
      'a file and a folder',
      [
        { name: 'a', content: 'x' },
        { name: 'a/b', content: 'y' },
      ],
    ],
  ])('H32: %s is refused', async (_, entries) => {
    expect((await refuse(zipOf(entries))).reason).toBe('intake.archive-ambiguous')
  })

  test('H32: a size beside the file that is another is refused', async () => {
    const zip = zipOf([{ name: 'main.go', content: 'x' }])
    zip.writeUInt32LE(7, 22)
    expect((await refuse(zip)).reason).toBe('intake.archive-ambiguous')
  })
})

describe('H40: saved images', () => {
  const digest = 'a'.repeat(64)
  test.each([`${digest}.json`, `${digest}/layer.tar`, `blobs/sha256/${digest}`])(
    'H40: an image with the tag of a base is refused by %s, in words that help, and never loaded',
    async (name) => {
      const manifest = JSON.stringify([{ Config: `${digest}.json`, RepoTags: ['golang:1.24'], Layers: [] }])
      const fault = await refuse(
        await tarOf([
          { name, content: '{}' },
          { name: 'manifest.json', content: manifest },
        ]),
      )
      expect(fault.reason).toBe('intake.saved-image')
      expect(fault.message).toContain('docker save')
    },
  )
})
