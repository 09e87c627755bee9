import { open } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { type ImageQuestion, Registry } from './registry.ts'
import { parseJson } from './registry-auth.ts'
import { digestSchema, readManifest } from './registry-documents.ts'
import { RegistryTrouble } from './registry-http.ts'

/** An image on our disk, nothing of it unpacked or loaded. */
export interface FetchedImage {
  /** Its configuration, as it was pushed. */
  config: unknown
  /** Files, from the base up, packed as they were pushed. */
  layers: string[]
}

const layersSchema = z
  .array(z.looseObject({ digest: digestSchema, size: z.int().nonnegative(), mediaType: z.string() }))
  .max(127)

/**
 * Fetches the image of a manifest that was looked up, all layers together at most `limitBytes`, into a folder of ours. What keeps us
 * from it is thrown as a `RegistryTrouble`; a layer is as its digest says.
 */
export async function fetchImage(
  question: ImageQuestion,
  digest: string,
  folder: string,
  limitBytes: number,
): Promise<FetchedImage> {
  const signal = AbortSignal.any([question.signal, AbortSignal.timeout(question.timeoutMs)])
  const registry = new Registry({ ...question, signal })
  const found = await registry.manifest(digest)
  const manifest = 'body' in found ? readManifest(found.body) : undefined
  if (manifest?.kind !== 'image') throw new RegistryTrouble(`\`${question.door.registry}\` no longer has the image`)
  const layers = layersSchema.safeParse(manifest.layers)
  if (!layers.success) throw new RegistryTrouble('its layers are not those of an image that can be loaded')
  const foreign = layers.data.find(({ mediaType }) => /foreign|nondistributable/.test(mediaType))
  if (foreign !== undefined) throw new RegistryTrouble('some of its layers are not in its registry')
  const bytes = layers.data.reduce((total, { size }) => total + size, 0)
  if (bytes > limitBytes) {
    throw new RegistryTrouble(`it has ${toMiB(bytes)} MiB to fetch, and ${toMiB(limitBytes)} MiB are the limit`)
  }
  const config = parseJson(await registry.config(manifest.config))
  const files: string[] = []
  for (const [index, layer] of layers.data.entries()) {
    const path = join(folder, `layer-${index}`)
    const file = await open(path, 'wx', 0o600)
    try {
      await registry.saveBlob(layer.digest, layer.size, file)
    } finally {
      await file.close()
    }
    files.push(path)
  }
  return { config, layers: files }
}

function toMiB(bytes: number): number {
  return Math.ceil(bytes / 1024 ** 2)
}
