import { isIP } from 'node:net'

/** A reference in full: `golang` is `docker.io/library/golang:latest`. */
export interface ImageReference {
  /** `docker.io`, or the host (with port) that the name begins with. */
  registry: string
  /** `library/golang`. */
  path: string
  /** As written; undefined where it was left out. */
  tag: string | undefined
  digest: string | undefined
}

const maxLength = 512
const hubHosts = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'])

/** Registries that carry copies of the official images, often below another namespace. */
const mirrorHosts = [
  'aliyuncs.com',
  'daocloud.io',
  'tencentyun.com',
  '163.com',
  'ustc.edu.cn',
  'sjtu.edu.cn',
  'nju.edu.cn',
  'ecr.aws',
  'azk8s.cn',
  'dockerproxy.com',
  'huaweicloud.com',
  'myhuaweicloud.com',
  'mcr.microsoft.com',
]

/** Undefined when the engine would refuse the name. */
export function parseImageReference(name: string): ImageReference | undefined {
  if (name.length > maxLength) return undefined
  const [rest = '', digest, ...more] = name.split('@')
  if (more.length > 0 || (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest))) return undefined
  const slash = rest.indexOf('/')
  const first = slash < 0 ? '' : rest.slice(0, slash)
  const hasHost = first === 'localhost' || /[.:]/.test(first)
  const remainder = hasHost ? rest.slice(slash + 1) : rest
  const colon = remainder.lastIndexOf(':')
  const tag = colon < 0 ? undefined : remainder.slice(colon + 1)
  const path = colon < 0 ? remainder : remainder.slice(0, colon)
  if (hasHost && !/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$/.test(first)) return undefined
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) return undefined
  if (!path.split('/').every(isPathComponent)) return undefined
  const registry = hasHost && !hubHosts.has(first) ? first : 'docker.io'
  return { registry, path: registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path, tag, digest }
}

function isPathComponent(text: string): boolean {
  return /^[a-z0-9._-]+$/.test(text) && /^[a-z0-9]/.test(text) && /[a-z0-9]$/.test(text)
}

export function writeImageReference(reference: ImageReference): string {
  const { registry, path, tag, digest } = reference
  return `${registry}/${path}${digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`}`
}

/** A registry that only the author of the Dockerfile can reach; asking it would only probe our own machine. */
export function isPrivateRegistry(registry: string): boolean {
  const host = registry.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  // The C library takes `2130706433` and `0x7f.1` for addresses, too.
  const isNumber = /^(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+))*\.?$/i.test(host)
  return host === 'localhost' || host.endsWith('.localhost') || isNumber || isIP(host) !== 0
}

/** A name under which cgrade keeps images of its own: bases that it made, and those of a run. */
export function isNameOfOurs({ registry, path }: ImageReference): boolean {
  return registry === 'docker.io' && /^cgrade(?:-[a-z-]+)?\//.test(path)
}

/**
 * The name under which everybody knows the image, whichever registry it is copied from: `golang`, `distroless/static`.
 * Undefined for images of somebody's own.
 */
export function officialNameOf({ registry, path }: ImageReference): string | undefined {
  const parts = path.split('/')
  const last = parts.at(-1) ?? ''
  if (parts.at(-2) === 'distroless') return `distroless/${last}`
  if (registry === 'docker.io') return parts.length === 2 && parts[0] === 'library' ? last : undefined
  if (parts.length === 1 || parts.at(-2) === 'library') return last
  return isMirror(registry) ? last : undefined
}

/** A registry that is known to carry the official images as they are. */
export function isMirror(registry: string): boolean {
  return mirrorHosts.some((host) => registry === host || registry.endsWith(`.${host}`))
}
