import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Pack, pack } from 'tar-stream'
import * as z from 'zod'
import { GraderError } from '../model/grader-error.ts'
import type { Engine } from './engine.ts'
import { measureUnpacked } from './unpacked-size.ts'

/** What keeps an image of a stranger out of our engine, as a sentence without its end. */
export class NotLoadable extends Error {
  override readonly name = 'NotLoadable'
}

export interface StrangersImage {
  /** As it was pushed: of it, only what a start needs is kept. */
  config: unknown
  /** Files of ours: a tar each, plain or packed by gzip. */
  layers: string[]
  labels: Record<string, string>
  /** Of all layers on a disk. */
  limitBytes: number
  signal: AbortSignal
}

const mostEntries = 200_000

const configSchema = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  rootfs: z.looseObject({ diff_ids: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/)).max(127) }),
  config: z
    .looseObject({
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      Env: z.array(z.string()).nullish(),
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
      WorkingDir: z.string().nullish(),
      User: z.string().nullish(),
    })
    .nullish(),
})

/** Loads an image that was fetched from a registry, under our labels and no name; returns its id. */
export async function loadImage(engine: Engine, image: StrangersImage): Promise<string> {
  const parsed = configSchema.safeParse(image.config)
  if (!parsed.success || parsed.data.rootfs.diff_ids.length !== image.layers.length) {
    throw new NotLoadable('its configuration does not belong to its layers')
  }
  await vetLayers(image)
  const { architecture, os, rootfs, config } = parsed.data
  const { Entrypoint, Cmd, Env, ExposedPorts, WorkingDir, User } = config ?? {}
  const kept = {
    ...{ architecture, os, rootfs: { type: 'layers', diff_ids: rootfs.diff_ids } },
    // No health check, volume, trigger or label of a stranger: our own labels are how the image is found again.
    config: { Entrypoint, Cmd, Env, ExposedPorts, WorkingDir, User, Labels: image.labels },
  }
  const archive = pack()
  const writing = writeArchive(archive, JSON.stringify(kept), image.layers)
  writing.catch((thrown: Error) => archive.destroy(thrown))
  try {
    const stream = await engine.docker.loadImage(Readable.from(archive), { abortSignal: image.signal } as object)
    const id = await readId(stream as Readable)
    await writing
    return id
  } catch (thrown) {
    image.signal.throwIfAborted()
    const message = (thrown as Error).message ?? ''
    if (/no space left on device/.test(message)) throw thrown
    if (thrown instanceof NotLoadable || !/diffID|layer|archive|tar|unexpected|invalid/i.test(message)) throw thrown
    throw new NotLoadable(`the engine does not take it: ${message.slice(0, 200)}`)
  }
}

/** The engine unpacks outside of all limits: what is too large, or no plain archive, never comes to it. */
async function vetLayers({ layers, limitBytes }: StrangersImage): Promise<void> {
  let total = 0
  for (const path of layers) {
    if (!(await isTarOrGzip(path))) throw new NotLoadable('a layer of it is packed in a way that is not taken here')
    const size = await measureUnpacked(path, limitBytes)
    total += size?.bytes ?? 0
    const isBomb = size === undefined || size.hasHoles || size.entries > mostEntries || total > limitBytes
    if (isBomb)
      throw new NotLoadable(
        `it takes more on a disk than the ${Math.ceil(limitBytes / 1024 ** 2)} MiB that an image may have`,
      )
  }
}

/** Others would start a program of the host to be unpacked. */
async function isTarOrGzip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(512), 0, 512, 0)
    return buffer.readUInt16BE(0) === 0x1f8b || buffer.toString('latin1', 257, 262) === 'ustar'
  } finally {
    await file.close()
  }
}

/** As `docker save` writes it. */
async function writeArchive(archive: Pack, config: string, layers: string[]): Promise<void> {
  const names = layers.map((_, index) => `${index}/layer.tar`)
  archive.entry({ name: 'config.json' }, config)
  archive.entry({ name: 'manifest.json' }, JSON.stringify([{ Config: 'config.json', RepoTags: null, Layers: names }]))
  for (const [index, path] of layers.entries()) {
    const entry = archive.entry({ name: names[index] as string, size: (await stat(path)).size })
    await pipeline(createReadStream(path), entry)
  }
  archive.finalize()
}

async function readId(stream: Readable): Promise<string> {
  let id: string | undefined
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    const { error } = JSON.parse(line || '{}') as { error?: string }
    if (error !== undefined) throw new Error(error)
    id = /sha256:[0-9a-f]{64}/.exec(line)?.[0] ?? id
  }
  if (id === undefined) throw new GraderError('engine.failed', 'The engine loaded no image, and did not say why.')
  return id
}
