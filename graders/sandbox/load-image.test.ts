import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectEngine, type Engine, runLabel } from './engine.ts'
import { removeImage } from './images.ts'
import { loadImage } from './load-image.ts'

let engine: Engine
let folder: string

beforeAll(async () => {
  engine = await connectEngine()
  folder = await mkdtemp(join(tmpdir(), 'cgrade-load-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function tarOf(bytes: number): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: 'file' }, Buffer.alloc(bytes))
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function load(
  layer: Buffer,
  { config = {}, diffId }: { config?: object; diffId?: string } = {},
): Promise<string> {
  const path = join(folder, `layer-${Math.random()}`)
  await writeFile(path, layer)
  const plain = layer[0] === 0x1f ? gunzipSync(layer) : layer
  const id = diffId ?? `sha256:${createHash('sha256').update(plain).digest('hex')}`
  return await loadImage(engine, {
    config: { architecture: 'amd64', os: 'linux', config, rootfs: { type: 'layers', diff_ids: [id] } },
    layers: [path],
    labels: { [runLabel]: 'test-load', mine: 'yes' },
    limitBytes: 10_000_000,
    signal: new AbortController().signal,
  })
}

test.each<[string, (tar: Buffer) => Buffer]>([
  ['plain', (tar) => tar],
  ['packed', (tar) => gzipSync(tar)],
])(
  'an image whose layer is %s is loaded with the settings of a start, and labels of ours alone',
  async (_how, make) => {
    const config = {
      ...{ Entrypoint: ['/a'], Env: ['A=1'], WorkingDir: '/w', User: '7', ExposedPorts: { '80/tcp': {} } },
      ...{ Labels: { theirs: 'yes', [runLabel]: 'somebody-else' }, OnBuild: ['RUN x'], Volumes: { '/v': {} } },
      ...{ Healthcheck: { Test: ['CMD', '/a'] } },
    }
    const id = await load(make(await tarOf(1000)), { config })
    try {
      const { Config, RepoTags } = await engine.docker.getImage(id).inspect()
      expect(Config).toMatchObject({ Entrypoint: ['/a'], Env: ['A=1'], WorkingDir: '/w', User: '7' })
      expect(Config.Labels).toEqual({ [runLabel]: 'test-load', mine: 'yes' })
      expect([Config.OnBuild ?? [], Config.Volumes ?? {}, Config.Healthcheck ?? {}]).toEqual([[], {}, {}])
      expect(RepoTags ?? []).toEqual([])
    } finally {
      await removeImage(engine, id)
    }
  },
)

test.each<[string, () => Promise<string>, string]>([
  [
    'unpacks to more than the limit',
    async () => load(gzipSync(await tarOf(20_000_000))),
    'more on a disk than the 10 MiB',
  ],
  ['is packed otherwise', async () => load(zstdCompressSync(await tarOf(1000))), 'packed in a way'],
  ['is no archive', async () => load(Buffer.from('x'.repeat(1000))), 'packed in a way'],
  ['is empty', async () => load(Buffer.alloc(0)), 'packed in a way'],
  [
    'is another than its configuration says',
    async () => load(await tarOf(1), { diffId: `sha256:${'0'.repeat(64)}` }),
    'the engine does not take it',
  ],
])('a layer that %s does not come in', async (_what, loading, why) => {
  await expect(loading()).rejects.toThrow(why)
})
