import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { deriveImage } from '../bases/derive-image.ts'
import { connectEngine, ownerLabel, ownerOfThisProcess, runLabel } from '../engine.ts'
import { listRoot } from './image-files.ts'
import { listImage, readImageArchive } from './image-listing.ts'

type Entry = Partial<Header> & { name: string; content?: string | Buffer }

function tarOf(entries: Entry[]): Promise<Buffer> {
  const tar = pack()
  for (const { content, ...header } of entries) {
    if (content === undefined) tar.entry(header)
    else tar.entry(header, content as string)
  }
  tar.finalize()
  return buffer(tar)
}

const folder = (name: string): Entry => ({ name, type: 'directory' })
const lower = () =>
  tarOf([
    folder('bin/'),
    { name: 'bin/sh', content: 'sh' },
    { name: 'bin/cat', type: 'link', linkname: 'bin/sh' },
    folder('etc/'),
    { name: 'etc/passwd', content: 'root' },
    folder('var/'),
    folder('var/log/'),
    { name: 'var/log/old', content: '' },
    { name: 'lib', type: 'symlink', linkname: 'usr/lib' },
  ])
const upper = () =>
  tarOf([
    folder('./'),
    folder('./etc/'),
    { name: './etc/.wh.passwd', content: '' },
    { name: './etc/group', content: 'root' },
    folder('./var/log/'),
    { name: './var/log/.wh..wh..opq', content: '' },
    { name: './var/log/new', content: '' },
    { name: './.wh.lib', content: '' },
    { name: './httpserver', content: 'x'.repeat(1500) },
  ])
const seen = ['bin', 'bin/cat', 'bin/sh', 'etc', 'etc/group', 'httpserver', 'var', 'var/log', 'var/log/new']

async function pathsOf(entries: Entry[]) {
  const files = await readImageArchive(Readable.from([await tarOf(entries)]))
  return [...(files?.keys() ?? [])].sort()
}

test('an archive of an old engine: layers in the order of the manifest, whiteouts applied, twins linked', async () => {
  const saved = await pathsOf([
    { name: 'b2/layer.tar', content: await upper() },
    { name: 'b2/json', content: '{"id":"b2"}' },
    { name: 'b2/VERSION', content: '1.0' },
    { name: 'a1/layer.tar', content: await lower() },
    { name: 'c3/layer.tar', type: 'symlink', linkname: '../b2/layer.tar' },
    { name: 'manifest.json', content: '[{"Layers":["a1/layer.tar","c3/layer.tar"]}]' },
  ])
  expect(saved).toEqual(seen)
})

test.for([
  ['plain', (layer: Buffer) => layer],
  ['gzip', (layer: Buffer) => gzipSync(layer)],
  ['zstd', (layer: Buffer) => zstdCompressSync(layer)],
] as const)('an archive of a new engine without the old manifest, layers %s', async ([, compress]) => {
  const manifest = { layers: [{ digest: 'sha256:aa' }, { digest: 'sha256:bb' }] }
  const saved = await pathsOf([
    folder('blobs/'),
    folder('blobs/sha256/'),
    { name: 'blobs/sha256/bb', content: compress(await upper()) },
    { name: 'blobs/sha256/cc', content: JSON.stringify(manifest) },
    { name: 'blobs/sha256/aa', content: compress(await lower()) },
    { name: 'index.json', content: '{"manifests":[{"digest":"sha256:cc"}]}' },
    { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
  ])
  expect(saved).toEqual(seen)
})

test('the listing shows folders with what lies in them, programs with their size, links with their target', async () => {
  const files = await readImageArchive(
    Readable.from([
      await tarOf([
        { name: 'a/layer.tar', content: await lower() },
        { name: 'manifest.json', content: '[{"Layers":["a/layer.tar"]}]' },
      ]),
    ]),
  )
  expect(listRoot(files ?? new Map())).toBe('bin/  2 files\netc/  1 file\nlib -> usr/lib\nvar/  1 file')
})

test('an archive that is none is our error, and ends nothing else', async () => {
  await expect(readImageArchive(Readable.from([Buffer.from('{"message":"no such image"}')]))).rejects.toThrow()
})

test('an image that the engine built is listed, layer upon layer', async () => {
  const engine = await connectEngine()
  const labels = { [runLabel]: `test-${randomBytes(6).toString('hex')}`, [ownerLabel]: await ownerOfThisProcess() }
  const signal = new AbortController().signal
  const dockerfile = 'FROM scratch\nCOPY Dockerfile /kept\nCOPY Dockerfile /etc/conf\n'
  const imageId = await deriveImage(engine, { dockerfile, labels, signal })
  try {
    const files = await listImage(engine, imageId)
    expect([...(files?.keys() ?? [])].sort()).toEqual(['etc', 'etc/conf', 'kept'])
  } finally {
    await engine.docker.getImage(imageId).remove({ force: true })
  }
})
