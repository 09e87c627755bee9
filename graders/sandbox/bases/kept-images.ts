import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { GraderError, UsageError } from '../../model/grader-error.ts'
import { type Engine, roleLabel, runLabel } from '../engine.ts'
import { listImages } from '../images.ts'
import { standInLabel } from './stand-ins.ts'
import { warmLabel } from './warm-bases.ts'

export interface KeptImage {
  /** As the engine calls it; for a warm base the image that it was made from. */
  name: string
  kind: 'real' | 'stand-in' | 'warm'
  /** `Debian trixie with Go 1.24`, or `cgo0` of a warm base. */
  detail?: string
  id: string
  bytes: number
}

/** Every tagged image of the engine that a build may start from; nothing that belongs to a run. */
export async function listKeptImages(engine: Engine): Promise<KeptImage[]> {
  const isKept = (labels: Record<string, string> | null) =>
    labels?.[runLabel] === undefined && labels?.[roleLabel] !== 'run-base'
  const images = (await listImages(engine.docker)).filter((image) => isKept(image.Labels))
  const nameById = new Map(images.map((image) => [image.Id, image.RepoTags?.[0] ?? image.Id]))
  const kept = images.flatMap((image) => {
    const { [warmLabel]: warmOf, [standInLabel]: sentence } = image.Labels ?? {}
    return (image.RepoTags ?? []).flatMap((tag): KeptImage[] => {
      const seen = { id: image.Id, bytes: image.Size }
      if (tag === '<none>:<none>') return []
      if (warmOf === undefined && sentence === undefined) return [{ ...seen, name: tag, kind: 'real' }]
      if (warmOf === undefined || !tag.startsWith('cgrade-warm/')) {
        return [{ ...seen, name: tag, kind: 'stand-in', detail: sentence ?? '' }]
      }
      return [{ ...seen, name: nameById.get(warmOf) ?? warmOf, kind: 'warm', detail: tag.slice(tag.indexOf(':') + 1) }]
    })
  })
  return kept.sort((a, b) => a.name.localeCompare(b.name) || a.kind.localeCompare(b.kind))
}

/** Loads what `docker save` wrote: a file of the TA, trusted as the images in the engine are. Returns the names in it. */
export async function loadImages(engine: Engine, file: string, signal: AbortSignal): Promise<string[]> {
  const tar = createReadStream(file)
  const names: string[] = []
  try {
    const stream = (await engine.docker.loadImage(tar, { abortSignal: signal } as object)) as Readable
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      const event = readEvent(line)
      if (event.error !== undefined) throw new UsageError(`\`--load ${file}\`: ${event.error.trim()}`)
      const name = /^Loaded image(?: ID)?: (.*)/.exec(event.stream ?? '')?.[1]
      if (name !== undefined) names.push(name.trim())
    }
    return names
  } catch (thrown) {
    signal.throwIfAborted()
    if (thrown instanceof UsageError) throw thrown
    throw new GraderError('engine.failed', `The engine could not load ${file}: ${(thrown as Error).message}`, {
      cause: thrown,
      remedy: 'It should be a file that `docker save -o file.tar golang:1.24 ...` wrote.',
    })
  } finally {
    tar.destroy()
  }
}

function readEvent(line: string): { stream?: string; error?: string } {
  try {
    return JSON.parse(line)
  } catch {
    return {}
  }
}
