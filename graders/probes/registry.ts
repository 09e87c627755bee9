import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import * as z from 'zod'
import type { RegistrySight } from '../model/observations.ts'
import type { ImageReference } from '../sandbox/bases/image-reference.ts'
import { askPermission, parseJson, type RegistryUsers, usersVariable } from './registry-auth.ts'
import {
  type Descriptor,
  digestOf,
  hasDigest,
  manifestTypes,
  readImageConfig,
  readManifest,
} from './registry-documents.ts'
import type { RegistryDoor } from './registry-hosts.ts'
import { askRegistry, type RegistryReply, type RegistryRequest, RegistryTrouble } from './registry-http.ts'

export interface ImageQuestion {
  door: RegistryDoor
  reference: ImageReference
  /** `linux/amd64`. */
  platform: string
  users: RegistryUsers
  timeoutMs: number
  signal: AbortSignal
}

const manifestBytes = 4 * 1024 * 1024
const configBytes = 1024 * 1024
const tagsBytes = 64 * 1024

/** Looks an image up by the registry's API; nothing is pulled. What keeps us from it is thrown as a `RegistryTrouble`. */
export async function lookUpImage(question: ImageQuestion): Promise<RegistrySight> {
  const signal = AbortSignal.any([question.signal, AbortSignal.timeout(question.timeoutMs)])
  const registry = new Registry({ ...question, signal })
  const { tag = 'latest', digest } = question.reference
  const first = await registry.manifest(digest ?? tag)
  if ('nothing' in first) {
    return { found: 'nothing', answer: first.nothing, tags: digest === undefined ? await registry.tags() : [] }
  }
  return await registry.describe(first.body, question.platform)
}

/** One repository, asked with one permission. */
export class Registry {
  readonly #question: ImageQuestion
  #authorization: string | undefined

  constructor(question: ImageQuestion) {
    this.#question = question
  }

  async describe(body: Buffer, platform: string): Promise<RegistrySight> {
    const manifest = readManifest(body)
    if (manifest.kind === 'other') return { found: 'no-image', problem: manifest.problem }
    if (manifest.kind === 'image') return await this.#image(manifest.config, digestOf(body), platform)
    // Builders put their own notes beside the images, for a platform called `unknown`.
    const entries = manifest.entries.filter((entry) => entry.platform !== 'unknown/unknown')
    const fitting =
      entries.find((entry) => entry.platform === platform) ?? (entries.length === 1 ? entries[0] : undefined)
    if (fitting === undefined || (fitting.platform ?? platform) !== platform) {
      const platforms = [...new Set(entries.flatMap((entry) => entry.platform ?? []))].slice(0, 20)
      if (entries.length === 0) return { found: 'no-image', problem: 'it is a list of images without any' }
      return { found: 'other-platform', platforms }
    }
    const chosen = await this.manifest(fitting.digest)
    if ('nothing' in chosen) throw this.#trouble(`does not have what its own list names (${chosen.nothing})`)
    const inner = readManifest(chosen.body)
    if (inner.kind === 'image') return await this.#image(inner.config, fitting.digest, platform)
    return { found: 'no-image', problem: inner.kind === 'other' ? inner.problem : 'it is a list of lists' }
  }

  async #image(config: Descriptor, manifestDigest: string, wanted: string): Promise<RegistrySight> {
    if (config.bytes > configBytes) return { found: 'no-image', problem: `its configuration has ${config.bytes} bytes` }
    const body = await this.config(config)
    const read = readImageConfig(body)
    if (read === undefined) return { found: 'no-image', problem: 'its configuration is not that of an image' }
    if (read.platform !== wanted) return { found: 'other-platform', platforms: [read.platform] }
    return { found: 'image', digest: manifestDigest, settings: read.settings }
  }

  async config({ digest }: Descriptor): Promise<Buffer> {
    const reply = await this.#ask(`blobs/${digest}`, { limitBytes: configBytes, accept: '*/*' })
    if (reply.status !== 200)
      throw this.#trouble(`does not hand out the configuration of the image (HTTP ${reply.status})`)
    if (reply.isCut || !hasDigest(reply.body, digest)) throw this.#trouble('sent something else than was asked for')
    return reply.body
  }

  /** Writes a layer to a file, at most `limitBytes` of it. */
  async saveBlob(digest: string, limitBytes: number, file: FileHandle): Promise<void> {
    const hash = createHash(digest.split(':', 1)[0] ?? '')
    const sink = async (chunk: Buffer) => {
      hash.update(chunk)
      await file.write(chunk)
    }
    const reply = await this.#ask(`blobs/${digest}`, { limitBytes, accept: '*/*', sink })
    if (reply.status !== 200) throw this.#trouble(`does not hand out a layer of the image (HTTP ${reply.status})`)
    if (reply.isCut || hash.digest('hex') !== digest.split(':')[1])
      throw this.#trouble('sent something else than was asked for')
  }

  /** By tag or digest; `nothing` is what the registry answered where it has none, or none for everybody. */
  async manifest(reference: string): Promise<{ body: Buffer } | { nothing: string }> {
    const reply = await this.#ask(`manifests/${reference}`, {
      limitBytes: manifestBytes,
      accept: manifestTypes.join(', '),
    })
    if (reply.status !== 200) return { nothing: this.#refusal(reply) }
    if (reply.isCut) throw this.#trouble(`describes the image in more than ${manifestBytes} bytes`)
    const isDigest = reference.includes(':')
    if (parseJson(reply.body) === undefined) throw this.#trouble('did not answer as a registry does')
    if (isDigest && !hasDigest(reply.body, reference)) throw this.#trouble('sent something else than was asked for')
    return { body: reply.body }
  }

  /** Of the repository, at most ten; a hint, so that whatever goes wrong gives none. */
  async tags(): Promise<string[]> {
    try {
      const reply = await this.#ask('tags/list?n=100', { limitBytes: tagsBytes, accept: 'application/json' })
      const parsed = tagsSchema.safeParse(reply.status === 200 ? parseJson(reply.body) : undefined)
      return (parsed.data?.tags ?? []).filter((tag) => /^\w[\w.-]{0,127}$/.test(tag)).slice(0, 10)
    } catch (thrown) {
      if (thrown instanceof RegistryTrouble) return []
      throw thrown
    }
  }

  async #ask(what: string, { accept, ...rest }: Asked): Promise<RegistryReply> {
    const { door, reference, users, signal } = this.#question
    const url = new URL(`/v2/${reference.path}/${what}`, door.origin)
    const send = () => {
      const authorization = this.#authorization === undefined ? {} : { authorization: this.#authorization }
      return askRegistry(url, { door, headers: { accept, ...authorization }, ...rest, signal })
    }
    const reply = await send()
    if (reply.status !== 401 || this.#authorization !== undefined) return reply
    const permission = await askPermission(reply, reference.path, users, { door, signal })
    if ('denied' in permission) return permission.denied
    this.#authorization = permission.header
    const answer = await send()
    if (answer.status === 401 && permission.header.startsWith('Basic ')) throw this.#trouble(badUser)
    return answer
  }

  /** What a registry says where there is nothing, or nothing for us; any other answer says nothing about the student. */
  #refusal({ status, headers, body, isCut }: RegistryReply): string {
    const code = isCut ? undefined : errorsSchema.safeParse(parseJson(body)).data?.errors[0]?.code
    const isNothing = status === 404 || status === 401 || status === 403
    if (/error="invalid_token"/.test(headers['www-authenticate'] ?? ''))
      throw this.#trouble('refuses its own permission')
    if (!isNothing || (code === undefined ? status !== 404 : !refusals.has(code))) {
      throw this.#trouble(`did not answer as a registry does (HTTP ${status})`)
    }
    return `HTTP ${status}${code === undefined ? '' : ` ${code}`}`
  }

  #trouble(what: string): RegistryTrouble {
    return new RegistryTrouble(`\`${this.#question.door.registry}\` ${what}`)
  }
}

type Asked = { accept: string } & Pick<RegistryRequest, 'limitBytes' | 'sink'>

const badUser = `does not accept the user that \`${usersVariable}\` names`

const tagsSchema = z.looseObject({ tags: z.array(z.string()).nullish() })
const errorsSchema = z.looseObject({ errors: z.array(z.looseObject({ code: z.string().max(100) })).min(1) })
/** Codes of the distribution specification for what is not there, or not for everybody. */
const refusals = new Set(['MANIFEST_UNKNOWN', 'NAME_UNKNOWN', 'NOT_FOUND', 'UNAUTHORIZED', 'DENIED', 'NAME_INVALID'])
