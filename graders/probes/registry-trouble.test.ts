import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseImageReference } from '../sandbox/bases/image-reference.ts'
import { lookUpImage } from './registry.ts'
import { readRegistryUsers } from './registry-auth.ts'
import { openDoor } from './registry-hosts.ts'

/** A registry that misbehaves, and a neighbour that nobody may ask: whatever they do is ours, soon, and within bounds. */

type Answer = (request: IncomingMessage, answer: ServerResponse) => void

let registry: Server
let neighbour: Server
let answerManifest: Answer
let answerBlob: Answer
let answerOther: Answer
let asked: IncomingMessage[]
let strangersAsked: IncomingMessage[]

const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', config: { Cmd: ['/a'] } }))
const digest = `sha256:${createHash('sha256').update(config).digest('hex')}`
const manifest = manifestOf({
  mediaType: 'application/vnd.docker.container.image.v1+json',
  digest,
  size: config.length,
})
const found = { found: 'image', settings: { entrypoint: [], command: ['/a'], env: [], ports: [] } }

beforeEach(async () => {
  asked = []
  strangersAsked = []
  answerManifest = (_, answer) => answer.end(manifest)
  answerBlob = (_, answer) => answer.end(config)
  answerOther = (_, answer) => answer.writeHead(404).end()
  registry = await listen((request, answer) => {
    asked.push(request)
    const [, kind] = /^\/v2\/a\/b\/(manifests|blobs)\//.exec(request.url ?? '') ?? []
    const handle = kind === 'manifests' ? answerManifest : kind === 'blobs' ? answerBlob : answerOther
    handle(request, answer)
  })
  neighbour = await listen((request, answer) => {
    strangersAsked.push(request)
    answer.end(config)
  })
})
afterEach(async () => {
  for (const server of [registry, neighbour]) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function listen(handle: Answer): Promise<Server> {
  const server = createServer(handle).listen(0, '0.0.0.0')
  await new Promise((resolve) => server.once('listening', resolve))
  return server
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

function manifestOf(described: object): string {
  return JSON.stringify({ schemaVersion: 2, config: described, layers: [] })
}

function lookUp({ timeoutMs = 10_000, users }: { timeoutMs?: number; users?: string } = {}) {
  const host = `127.0.0.1:${portOf(registry)}`
  const reference = parseImageReference(`${host}/a/b:v1`)
  const door = openDoor(host, [host], false)
  if (reference === undefined || door === undefined) throw new Error('no such name')
  return lookUpImage({
    ...{ door, reference, platform: 'linux/amd64', timeoutMs, signal: new AbortController().signal },
    users: readRegistryUsers(users?.replace('HOST', host)),
  })
}

test('the server of this test is a registry when nothing is wrong', async () => {
  expect(await lookUp()).toMatchObject(found)
})

function sendForEver(answer: ServerResponse): void {
  const piece = Buffer.alloc(65_536, ' ')
  const send = () => {
    while (answer.write(piece)) if (answer.destroyed) return
  }
  answer.on('drain', send)
  send()
}

const refusal = (code: string) => JSON.stringify({ errors: [{ code, message: 'no' }] })

test.each<[string, Answer, string]>([
  [
    'has had too many requests',
    (_, answer) => answer.writeHead(429).end(refusal('TOOMANYREQUESTS')),
    'too many requests',
  ],
  ['fails inside', (_, answer) => answer.writeHead(503).end(), 'HTTP 503'],
  ['refuses with a page', (_, answer) => answer.writeHead(403).end('<html>'), 'did not answer as a registry does'],
  ['refuses everybody', (_, answer) => answer.writeHead(401).end('<html>'), 'did not answer as a registry does'],
  ['sends a page', (_, answer) => answer.end('<html>'), 'did not answer as a registry does'],
  [
    'redirects for ever',
    (request, answer) => answer.writeHead(302, { location: request.url }).end(),
    'more than 3 times',
  ],
  ['redirects nowhere', (_, answer) => answer.writeHead(302, { location: 'http://[' }).end(), 'what is no address'],
  ['closes the connection', (request) => request.socket.destroy(), 'closed the connection'],
  ['does not speak HTTP', (request) => request.socket.end('SSH-2.0\r\n'), 'did not answer as a registry does'],
  [
    'says a wrong length',
    (request) => request.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{}'),
    'closed the connection',
  ],
  [
    'compresses a bomb',
    (_, answer) => answer.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000))),
    'compresses what',
  ],
  ['sends without end', (_, answer) => sendForEver(answer), 'more than 4194304 bytes'],
])('a registry that %s is ours', async (_what, handle, why) => {
  answerManifest = handle
  await expect(lookUp()).rejects.toThrow(why)
})

test('a registry that failed once is asked again', async () => {
  answerManifest = (_, answer) => (asked.length === 1 ? answer.writeHead(500).end() : answer.end(manifest))
  expect(await lookUp()).toMatchObject(found)
})

test.each<[string, Answer]>([
  ['never answers', () => {}],
  ['never comes to an end', (_, answer) => void setInterval(() => answer.write(' '), 20).unref()],
])('a registry that %s is given up', async (_what, handle) => {
  answerManifest = handle
  await expect(lookUp({ timeoutMs: 500 })).rejects.toThrow('did not answer in time')
})

test.each<[string, Answer]>([
  ['something else', (_, answer) => answer.end(JSON.stringify({ os: 'linux', architecture: 'amd64' }))],
  ['two megabytes', (_, answer) => answer.end(Buffer.alloc(2_000_000))],
])('a configuration that is %s than its digest says is ours', async (_what, handle) => {
  answerBlob = handle
  await expect(lookUp()).rejects.toThrow('sent something else than was asked for')
})

test('a manifest that is nested as deep as it can be is no image', async () => {
  answerManifest = (_, answer) => answer.end('['.repeat(1_000_000) + ']'.repeat(1_000_000))
  expect(await lookUp()).toEqual({ found: 'no-image', problem: 'its manifest is not that of an image' })
})

test('a configuration of more than a megabyte is not fetched', async () => {
  const mediaType = 'application/vnd.docker.container.image.v1+json'
  answerManifest = (_, answer) => answer.end(manifestOf({ mediaType, digest, size: 2_000_000 }))
  expect(await lookUp()).toMatchObject({ found: 'no-image' })
  expect(asked).toHaveLength(1)
})

/** To the neighbour, under names of this machine that the assignment has not named. */
const ways = [
  ['http://127.0.0.2:PORT/', 'not asked without TLS'],
  ['https://127.0.0.2:PORT/', 'not public'],
  ['https://2130706434:PORT/', 'not public'],
  ['https://[::1]:PORT/', 'not public'],
  ['https://[::ffff:127.0.0.2]:PORT/', 'not public'],
  ['https://169.254.169.254/latest/meta-data/', 'not public'],
  ['https://localhost:PORT/', 'not public'],
  ['https://user:password@127.0.0.1:PORT/', 'a password in it'],
  ['file:///etc/passwd', 'not asked without TLS'],
] as const

test.each(ways)('H79: a redirect to %s is not followed', async (way, why) => {
  const location = way.replace('PORT', String(portOf(neighbour)))
  answerBlob = (_, answer) => answer.writeHead(307, { location }).end()
  await expect(lookUp()).rejects.toThrow(why)
  expect(strangersAsked).toEqual([])
})

test.each(ways)('H79: a registry that sends us to %s for a permission is not obeyed', async (way, why) => {
  const realm = way.replace('PORT', String(portOf(neighbour)))
  answerManifest = (_, answer) =>
    answer.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="x"` }).end(refusal('UNAUTHORIZED'))
  await expect(lookUp({ users: 'HOST=user:secret' })).rejects.toThrow(why)
  expect(strangersAsked).toEqual([])
})

test('what was given for the registry is not shown to the host that it redirects to', async () => {
  answerManifest = (request, answer) =>
    request.headers.authorization === undefined
      ? answer.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(refusal('UNAUTHORIZED'))
      : answer.end(manifest)
  const location = `http://127.0.0.1:${portOf(neighbour)}/blob`
  answerBlob = (_, answer) => answer.writeHead(307, { location }).end()
  expect(await lookUp({ users: 'HOST=user:secret' })).toMatchObject(found)
  expect(asked.at(-1)?.headers.authorization).toMatch(/^Basic /)
  expect(strangersAsked).toHaveLength(1)
  expect(strangersAsked[0]?.headers.authorization).toBeUndefined()
})

test.each(['{}', '{"token":"a\\r\\nX: y"}', '{"token":5}', 'no'])('a permission of `%s` is none', async (body) => {
  const realm = `http://127.0.0.1:${portOf(registry)}/token`
  answerManifest = (_, answer) => answer.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end()
  answerOther = (_, answer) => answer.end(body)
  await expect(lookUp()).rejects.toThrow('gave no permission to read')
})

test('a registry that refuses by its token service has nothing for strangers', async () => {
  const realm = `http://127.0.0.1:${portOf(registry)}/token`
  answerManifest = (_, answer) => answer.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end()
  answerOther = (_, answer) => answer.writeHead(403).end(refusal('DENIED'))
  expect(await lookUp()).toEqual({ found: 'nothing', answer: 'HTTP 403 DENIED', tags: [] })
})
