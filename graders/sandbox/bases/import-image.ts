import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Engine } from '../engine.ts'
import type { ImageSettings } from './stand-in-recipe.ts'

/** Makes an untagged image of one layer from a root file system; the caller tags it once it knows that all went well. */
export async function importImage(
  engine: Engine,
  tar: Readable,
  image: { settings: ImageSettings; labels: Record<string, string>; signal: AbortSignal },
): Promise<string> {
  const { env = {}, workdir, user, command } = image.settings
  const changes = [
    ...Object.entries(image.labels).map(([key, value]) => `LABEL ${key}=${JSON.stringify(value)}`),
    ...Object.entries(env).map(([key, value]) => `ENV ${key}=${JSON.stringify(value)}`),
    ...(workdir === undefined ? [] : [`WORKDIR ${workdir}`]),
    ...(user === undefined ? [] : [`USER ${user}`]),
    ...(command === undefined ? [] : [`CMD ${JSON.stringify(command)}`]),
  ]
  const stream = await engine.docker.importImage(tar, { changes, abortSignal: image.signal } as object)
  let imageId: string | undefined
  for await (const line of createInterface({ input: stream as Readable, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line === '') continue
    const event = JSON.parse(line) as { status?: string; error?: string }
    if (event.error !== undefined) throw new Error(event.error)
    imageId = /sha256:[0-9a-f]{64}/.exec(event.status ?? '')?.[0] ?? imageId
  }
  if (imageId === undefined) throw new Error('the engine imported no image')
  return imageId
}
