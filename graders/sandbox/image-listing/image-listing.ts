import { posix } from 'node:path'
import { PassThrough, Readable, type Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import type { Engine } from '../engine.ts'
import { type ImageFile, type ImageFiles, layOver } from './image-files.ts'

/** A larger image takes longer to save than its listing is worth. */
const mostImageBytes = 160 * 1024 ** 2
const mostFiles = 60_000
const mostJsonBytes = 1024 ** 2

/** The files of an image with all its layers, out of the archive that the engine saves; undefined: too large for that. */
export async function listImage(engine: Engine, imageId: string): Promise<ImageFiles | undefined> {
  const image = engine.docker.getImage(imageId)
  const { Size } = await image.inspect()
  if (Size > mostImageBytes) return undefined
  return readImageArchive((await image.get()) as unknown as Readable)
}

/**
 * Reads a saved image, in the layout of engines up to 24 (`ID/layer.tar`) or from 25 on (`blobs/sha256/ID`). The order of the
 * layers stands in a manifest that may come last, so each layer is read to a list of names as it passes.
 */
export async function readImageArchive(source: Readable): Promise<ImageFiles | undefined> {
  const archive = extract()
  const layers = new Map<string, ImageFiles>()
  const texts = new Map<string, string>()
  const budget = { files: mostFiles }
  for (const stream of [source, archive]) stream.on('error', ignore)
  source.on('error', (error) => archive.destroy(error))
  source.pipe(archive)
  try {
    for await (const entry of archive) {
      const name = posix.normalize(entry.header.name)
      if (entry.header.type === 'symlink') {
        // The same layer twice is kept once, and linked.
        const twin = layers.get(posix.join(posix.dirname(name), entry.header.linkname ?? ''))
        if (twin !== undefined) layers.set(name, twin)
        entry.resume()
      } else {
        const content = await readMember(entry as unknown as Readable, budget)
        if (typeof content === 'string') texts.set(name, content)
        else layers.set(name, content)
      }
    }
  } finally {
    source.destroy()
  }
  if (budget.files < 0) return undefined
  const files: ImageFiles = new Map()
  for (const name of layerOrder(texts)) layOver(files, layers.get(name) ?? new Map())
  return files
}

/** A member by its first bytes: text where it is JSON, else a layer. */
async function readMember(member: Readable, budget: { files: number }): Promise<string | ImageFiles> {
  const chunks = member[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const first = await chunks.next()
  if (first.done) return ''
  const begin = first.value
  const rest = async function* () {
    yield begin
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value
  }
  if (/^\s*[{["\d]/.test(begin.subarray(0, 16).toString('latin1')) && !looksLikeTar(begin)) return readText(rest())
  return readLayer(Readable.from(rest()), begin, budget)
}

/** Long enough for a header with the word that tells one. */
function looksLikeTar(begin: Buffer): boolean {
  return begin.length >= 262 && begin.subarray(257, 262).toString('latin1') === 'ustar'
}

async function readText(chunks: AsyncIterable<Buffer>): Promise<string> {
  const kept: Buffer[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes <= mostJsonBytes) kept.push(chunk)
  }
  return Buffer.concat(kept).toString()
}

async function readLayer(content: Readable, begin: Buffer, budget: { files: number }): Promise<ImageFiles> {
  const files: ImageFiles = new Map()
  const unpacked = unpackerFor(begin)
  const layer = extract()
  for (const stream of [content, unpacked, layer]) stream.on('error', ignore)
  content.on('error', (error) => unpacked.destroy(error))
  unpacked.on('error', (error) => layer.destroy(error))
  content.pipe(unpacked).pipe(layer)
  for await (const entry of layer) {
    budget.files -= 1
    const path = posix.normalize(`/${entry.header.name}`).replace(/^\/+|\/+$/g, '')
    if (path !== '' && budget.files >= 0) files.set(path, fileOf(entry.header))
    entry.resume()
  }
  return files
}

function unpackerFor(begin: Buffer): Transform {
  if (begin[0] === 0x1f && begin[1] === 0x8b) return createGunzip()
  if (begin.readUInt32LE(0) === 0xfd2fb528) return createZstdDecompress()
  return new PassThrough()
}

function fileOf(header: Header): ImageFile {
  const bytes = header.size ?? 0
  switch (header.type) {
    case 'directory':
      return { kind: 'directory', bytes: 0 }
    case 'symlink':
      return { kind: 'link', bytes: 0, target: header.linkname ?? '' }
    case 'file':
    case 'contiguous-file':
    case 'link':
      return { kind: 'file', bytes }
    default:
      return { kind: 'special', bytes: 0 }
  }
}

interface Manifest {
  layers?: { digest?: string }[]
}

/** Names of the layers from the lowest to the highest. */
function layerOrder(texts: Map<string, string>): string[] {
  const [saved] = parse<{ Layers?: string[] }[]>(texts.get('manifest.json')) ?? []
  if (saved?.Layers !== undefined) return saved.Layers.map((name) => posix.normalize(name))
  const index = parse<{ manifests?: { digest?: string }[] }>(texts.get('index.json'))
  for (const { digest = '' } of index?.manifests ?? []) {
    const manifest = parse<Manifest>(texts.get(blobOf(digest)))
    if (manifest?.layers !== undefined) return manifest.layers.map((layer) => blobOf(layer.digest ?? ''))
  }
  return []
}

function blobOf(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`
}

function parse<T>(text: string | undefined): T | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T)
  } catch {
    return undefined
  }
}

function ignore(): void {}
