import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { ImageSettings } from '../model/observations.ts'
import { parseJson } from './registry-auth.ts'

/** What stands in a registry under a name or a digest. Whoever pushed it wrote it: only what is asked for is read. */
export type Manifest =
  | { kind: 'image'; config: Descriptor; layers: unknown[] }
  | { kind: 'index'; entries: { digest: string; platform: string | undefined }[] }
  | { kind: 'other'; problem: string }

export interface Descriptor {
  digest: string
  bytes: number
}

export const manifestTypes = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
]
const configTypes = ['application/vnd.docker.container.image.v1+json', 'application/vnd.oci.image.config.v1+json']

export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$|^sha512:[0-9a-f]{128}$/)
const platformSchema = z.looseObject({ os: z.string().max(50), architecture: z.string().max(50) })
const indexSchema = z.looseObject({
  manifests: z.array(z.looseObject({ digest: digestSchema, platform: platformSchema.nullish() })).max(1000),
})
const imageSchema = z.looseObject({
  config: z.looseObject({ mediaType: z.string(), digest: digestSchema, size: z.int().nonnegative() }),
  layers: z.array(z.unknown()),
})

export function readManifest(body: Buffer): Manifest {
  const parsed = parseJson(body)
  const index = indexSchema.safeParse(parsed)
  if (index.success) {
    const entries = index.data.manifests.map(({ digest, platform }) => ({
      digest,
      platform: platform ? `${platform.os}/${platform.architecture}` : undefined,
    }))
    return { kind: 'index', entries }
  }
  const image = imageSchema.safeParse(parsed)
  if (image.success) {
    const { mediaType, digest, size } = image.data.config
    if (configTypes.includes(mediaType))
      return { kind: 'image', config: { digest, bytes: size }, layers: image.data.layers }
    return { kind: 'other', problem: `it is a package of another kind (\`${mediaType.slice(0, 100)}\`)` }
  }
  if (typeof parsed === 'object' && parsed !== null && 'fsLayers' in parsed) {
    return { kind: 'other', problem: 'it is in the format of 2015 (`schemaVersion` 1), which engines no longer start' }
  }
  return { kind: 'other', problem: 'its manifest is not that of an image' }
}

const words = z.array(z.string()).nullish()
const configSchema = z.looseObject({
  os: z.string().max(50),
  architecture: z.string().max(50),
  config: z
    .looseObject({
      Entrypoint: words,
      Cmd: words,
      Env: words,
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
})

export function readImageConfig(body: Buffer): { platform: string; settings: ImageSettings } | undefined {
  const parsed = configSchema.safeParse(parseJson(body))
  if (!parsed.success) return undefined
  const { os, architecture, config } = parsed.data
  return { platform: `${os}/${architecture}`, settings: toSettings(config ?? {}) }
}

/** As an engine or a registry tells them; bounded, as they come from strangers. */
export function toSettings(config: {
  Entrypoint?: string[] | string | null | undefined
  Cmd?: string[] | string | null | undefined
  Env?: string[] | null | undefined
  ExposedPorts?: Record<string, unknown> | null | undefined
}): ImageSettings {
  const list = (given: string[] | string | null | undefined) =>
    [given ?? []]
      .flat()
      .slice(0, mostWords)
      .map((word) => word.slice(0, mostCharacters))
  const ports = list(Object.keys(config.ExposedPorts ?? {})).map((port) => (port.includes('/') ? port : `${port}/tcp`))
  return {
    entrypoint: list(config.Entrypoint),
    command: list(config.Cmd),
    env: list(config.Env),
    ports: ports.sort(),
  }
}

const mostWords = 500
const mostCharacters = 4096

/** Whether these bytes are what their digest says. */
export function hasDigest(body: Buffer, digest: string): boolean {
  const [algorithm = '', hex] = digest.split(':')
  return createHash(algorithm).update(body).digest('hex') === hex
}

export function digestOf(body: Buffer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`
}
