import { type LookupAddress, lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildConnector, Client, errors } from 'undici'
import { isPublicAddress, type RegistryDoor } from './registry-hosts.ts'

/** What keeps us from judging, as the rest of "not counted: ...": never a student's fault. */
export class RegistryTrouble extends Error {
  override readonly name = 'RegistryTrouble'
}

export interface RegistryReply {
  /** That answered, after redirects. */
  url: URL
  status: number
  /** Names in lower case. */
  headers: Record<string, string>
  /** At most `limitBytes` of it. */
  body: Buffer
  isCut: boolean
}

export interface RegistryRequest {
  door: RegistryDoor
  headers: Record<string, string>
  limitBytes: number
  /** Takes what is sent with status 200, instead of `body`. */
  sink?: (chunk: Buffer) => Promise<void>
  signal: AbortSignal
}

const headerBytes = 64 * 1024
const mostRedirects = 3
const redirects = new Set([301, 302, 303, 307, 308])
const pauseMs = 500

/** One GET, redirects followed; what hinders it is a `RegistryTrouble`. A registry that fails inside is asked once more. */
export async function askRegistry(url: URL, request: RegistryRequest): Promise<RegistryReply> {
  for (let tries = 1; ; tries += 1) {
    const reply = await follow(url, request)
    if (reply.status === 429) throw new RegistryTrouble(tooManyRequests(request.door.registry))
    if (reply.status < 500) return reply
    if (tries === 2) throw new RegistryTrouble(`\`${reply.url.host}\` failed (HTTP ${reply.status}); try again later`)
    await sleep(pauseMs, undefined, { signal: request.signal }).catch(() => {})
  }
}

async function follow(start: URL, { headers, ...request }: RegistryRequest): Promise<RegistryReply> {
  let url = start
  let sent = headers
  for (let hops = 0; hops <= mostRedirects; hops += 1) {
    const reply = await askOnce(url, { ...request, headers: sent })
    const { location } = reply.headers
    if (!redirects.has(reply.status) || location === undefined) return reply
    const next = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined
    if (next === undefined) throw new RegistryTrouble(`\`${url.host}\` redirects to what is no address`)
    // A name and a password are for the host that they were made for.
    if (next.origin !== url.origin) sent = withoutAuthorization(sent)
    url = next
  }
  throw new RegistryTrouble(`\`${start.host}\` redirects more than ${mostRedirects} times`)
}

function withoutAuthorization(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'))
}

async function askOnce(url: URL, { door, headers, limitBytes, sink, signal }: RegistryRequest): Promise<RegistryReply> {
  vetUrl(url, door)
  const client = new Client(url.origin, {
    maxHeaderSize: headerBytes,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: buildConnector({ timeout: 10_000, allowH2: false, lookup: lookupFor(door) }),
  })
  try {
    const response = await client.request({
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      headers: { 'user-agent': 'cgrade', 'accept-encoding': 'identity', ...headers },
      reset: true,
      signal,
    })
    const encoding = response.headers['content-encoding'] ?? 'identity'
    if (encoding !== 'identity')
      throw new RegistryTrouble(`\`${url.host}\` compresses what it was asked to send as it is`)
    const { body, isCut } = await readUpTo(response.body, limitBytes, response.statusCode === 200 ? sink : undefined)
    return { url, status: response.statusCode, headers: flatten(response.headers), body, isCut }
  } catch (thrown) {
    throw new RegistryTrouble(describe(thrown, url, signal))
  } finally {
    await client.destroy().catch(() => {})
  }
}

/** Everything but hosts that the assignment names is asked by TLS, under a public address. */
function vetUrl(url: URL, door: RegistryDoor): void {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isTrusted = door.trusted.has(host)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isTrusted)) {
    throw new RegistryTrouble(
      `\`${door.registry}\` leads to \`${url.origin.slice(0, 100)}\`, which is not asked without TLS`,
    )
  }
  if (url.username !== '' || url.password !== '') {
    throw new RegistryTrouble(`\`${door.registry}\` leads to an address with a password in it`)
  }
  // The name of a host is looked up, and its addresses vetted, when it is connected to.
  if (isIP(host) !== 0 && !isTrusted && !isPublicAddress(host)) throw new RegistryTrouble(notAsked(host))
}

/** Names are resolved here, and nowhere else: what was vetted is what is connected to. */
function lookupFor(door: RegistryDoor): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '', 0)
      const addresses = door.trusted.has(host) ? found : found.filter(({ address }) => isPublicAddress(address))
      const [first] = addresses
      if (first === undefined) return callback(new RegistryTrouble(notAsked(host)), '', 0)
      if (options.all) return (callback as (error: null, all: LookupAddress[]) => void)(null, addresses)
      return callback(null, first.address, first.family)
    })
  }
}

function notAsked(host: string): string {
  return `\`${host.slice(0, 100)}\` is at an address that is not public, which is not asked`
}

async function readUpTo(
  stream: AsyncIterable<Buffer>,
  limitBytes: number,
  sink?: RegistryRequest['sink'],
): Promise<{ body: Buffer; isCut: boolean }> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (sink === undefined) chunks.push(chunk)
    else await sink(chunk)
    if (bytes > limitBytes) break
  }
  return { body: Buffer.concat(chunks).subarray(0, limitBytes), isCut: bytes > limitBytes }
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(', ')]],
    ),
  )
}

function tooManyRequests(registry: string): string {
  return `\`${registry}\` has had too many requests from here (HTTP 429); it answers again later, or at once with a user of its own: staff set \`CGRADE_REGISTRY_AUTH\``
}

function describe(thrown: unknown, { host }: URL, signal: AbortSignal): string {
  const error = thrown as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] }
  const cause = error.code === undefined ? (error.errors?.[0] ?? error) : error
  const code = cause.code ?? ''
  if (thrown instanceof RegistryTrouble) return thrown.message
  if (signal.aborted || cause.name === 'TimeoutError') return `\`${host}\` did not answer in time`
  if (thrown instanceof errors.ConnectTimeoutError) return `\`${host}\` did not answer in time`
  if (thrown instanceof errors.SocketError) return `\`${host}\` closed the connection`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `\`${host}\` cannot be found from this machine: it has no network, or no such host`
  if (isTlsCode(code)) return `\`${host}\` cannot be trusted from here: its certificate is not valid (${code})`
  if (/^E[A-Z]+$/.test(code)) return `\`${host}\` cannot be reached from this machine (${code})`
  return `\`${host}\` did not answer as a registry does`
}

function isTlsCode(code: string): boolean {
  return /^ERR_(?:TLS|SSL)_|CERT|^UNABLE_TO_|SELF_SIGNED|^EPROTO$|^HOSTNAME_MISMATCH$/.test(code)
}
