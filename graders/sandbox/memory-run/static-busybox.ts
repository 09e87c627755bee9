import { Readable } from 'node:stream'
import { extract, pack } from 'tar-stream'
import { GraderError } from '../../model/grader-error.ts'
import type { BaseImages } from '../bases/base-images.ts'
import { removeContainer } from '../container.ts'
import { type Engine, roleLabel } from '../engine.ts'

const busyboxPath = '/bin/busybox'
const maxBytes = 16 * 1024 ** 2

/** One reading per engine: a busybox is the same for every container of a run. */
const binaries = new WeakMap<Engine, Promise<Buffer>>()

/** A statically linked busybox for the engine's processor, out of the `busybox` base image: it runs in any image. */
export function readStaticBusybox(
  engine: Engine,
  order: { bases: Pick<BaseImages, 'prepare'>; labels: Record<string, string>; signal: AbortSignal },
): Promise<Buffer> {
  const known = binaries.get(engine)
  if (known !== undefined) return known
  const reading = order.bases
    .prepare('busybox', { signal: order.signal })
    .then(({ id }) => readFromImage(engine, id, order.labels))
  binaries.set(engine, reading)
  // What failed once is tried again by the next that asks.
  reading.catch(() => binaries.delete(engine))
  return reading
}

async function readFromImage(engine: Engine, imageId: string, labels: Record<string, string>): Promise<Buffer> {
  const container = await engine.docker.createContainer({
    Image: imageId,
    Cmd: ['true'],
    Labels: { ...labels, [roleLabel]: 'parts' },
    HostConfig: { NetworkMode: 'none' },
  })
  try {
    return await readSingleFile((await container.getArchive({ path: busyboxPath })) as unknown as Readable)
  } finally {
    await removeContainer(engine.docker, container.id)
  }
}

async function readSingleFile(archive: Readable): Promise<Buffer> {
  const unpacking = archive.pipe(extract())
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const entry of unpacking) {
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes <= maxBytes) chunks.push(chunk)
    }
  }
  if (bytes === 0 || bytes > maxBytes) {
    throw new GraderError('base-image.unavailable', `The base image busybox has no usable ${busyboxPath}.`)
  }
  return Buffer.concat(chunks)
}

/** An archive that puts the binary into a folder of a container; it must keep its name, which tells it what to be. */
export function packBusybox(binary: Buffer, folder: string): Readable {
  const tar = pack()
  tar.entry({ name: folder, type: 'directory', mode: 0o755, uid: 0, gid: 0 })
  tar.entry({ name: `${folder}/busybox`, mode: 0o555, uid: 0, gid: 0 }, binary)
  tar.finalize()
  return Readable.from(tar)
}
