import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'

/** Test support: a registry on loopback, which engines ask without TLS. It has one image under one name. */
export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.1:43567`. */
  host: string
  requests: string[]
}

/** `path` as in a pull: `library/golang`; every tag of it is the same image, with one file in it. */
export async function startTestRegistry(path: string, architecture: string): Promise<TestRegistry> {
  const layer = await tarOf('made-by-test', `for ${path}`)
  const config = Buffer.from(
    JSON.stringify({
      architecture: { x86_64: 'amd64', aarch64: 'arm64' }[architecture] ?? architecture,
      os: 'linux',
      config: { Env: ['FROM_TEST_REGISTRY=1'], Cmd: ['/made-by-test'] },
      rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
      history: [{ created: '2024-01-01T00:00:00Z' }],
    }),
  )
  const packed = gzipSync(layer)
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      config: describe('application/vnd.docker.container.image.v1+json', config),
      layers: [describe('application/vnd.docker.image.rootfs.diff.tar.gzip', packed)],
    }),
  )
  const blobs = new Map([config, packed, manifest].map((blob) => [digestOf(blob), blob]))
  const requests: string[] = []
  const server = createServer((request, answer) => {
    const url = request.url ?? ''
    requests.push(`${request.method} ${url}`)
    const [, name, kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url) ?? []
    if (url === '/v2/') return answer.writeHead(200).end('{}')
    const blob = name !== path ? undefined : (blobs.get(reference) ?? (kind === 'manifests' ? manifest : undefined))
    if (blob === undefined) {
      const errors = [{ code: kind === 'manifests' ? 'MANIFEST_UNKNOWN' : 'NAME_UNKNOWN', message: 'manifest unknown' }]
      return answer.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ errors }))
    }
    const type = kind === 'manifests' ? JSON.parse(String(manifest)).mediaType : 'application/octet-stream'
    const headers = { 'content-type': type, 'content-length': blob.length, 'docker-content-digest': digestOf(blob) }
    return answer.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : blob)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function tarOf(name: string, text: string): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name, mode: 0o755 }, text)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function describe(mediaType: string, blob: Buffer): object {
  return { mediaType, size: blob.length, digest: digestOf(blob) }
}

function digestOf(blob: Buffer): string {
  return `sha256:${createHash('sha256').update(blob).digest('hex')}`
}
