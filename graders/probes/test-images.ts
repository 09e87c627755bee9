import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { type DockerRegistry, putBlob, putManifest } from './test-docker-registry.ts'

const dockerType = 'application/vnd.docker.distribution.manifest.v2+json'
export const indexType = 'application/vnd.oci.image.index.v1+json'

/** Test support: puts an image with this configuration there, as a builder would; its digest. */
export async function putImage(
  registry: DockerRegistry,
  path: string,
  { tag, platform = 'linux/amd64', config = {} }: { tag?: string; platform?: string; config?: object },
): Promise<string> {
  const tar = pack()
  tar.entry({ name: 'file' }, platform)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  const layer = gzipSync(Buffer.concat(chunks))
  const [os, architecture] = platform.split('/')
  const configuration = Buffer.from(
    JSON.stringify({ os, architecture, config, rootfs: { type: 'layers', diff_ids: [] } }),
  )
  const describe = async (mediaType: string, blob: Buffer) => ({
    mediaType,
    size: blob.length,
    digest: await putBlob(registry, path, blob),
  })
  const manifest = {
    schemaVersion: 2,
    mediaType: dockerType,
    config: await describe('application/vnd.docker.container.image.v1+json', configuration),
    layers: [await describe('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)],
  }
  return await putManifest(registry, path, manifest, tag)
}

/** A list of images for several platforms, with the notes that BuildKit puts beside them. */
export async function putIndex(
  registry: DockerRegistry,
  path: string,
  tag: string,
  platforms: string[],
  config: object,
): Promise<string> {
  const manifests: object[] = []
  for (const platform of [...platforms, 'unknown/unknown']) {
    const [os, architecture] = platform.split('/')
    const digest = await putImage(registry, path, { platform, config })
    const { headers } = await registry.send('HEAD', `/v2/${path}/manifests/${digest}`, undefined, dockerType)
    const size = Number(headers.get('content-length'))
    manifests.push({ mediaType: dockerType, digest, size, platform: { os, architecture } })
  }
  return await putManifest(registry, path, { mediaType: indexType, schemaVersion: 2, manifests } as never, tag)
}
