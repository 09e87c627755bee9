import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'

export type ArchiveLayout = 'legacy' | 'oci'

/** What a small image is made of. */
export interface ImageParts {
  busybox: Buffer
  /** Names that it answers to. */
  applets: string[]
  /** Name of a file in the root of the image, known to this run alone. */
  marker: string
  architecture: string
}

export interface SavedImage {
  /** As `docker save` writes it. */
  archive: Buffer
  /** As `docker export` writes it: the files themselves. */
  rootfs: Buffer
}

type Entry = Partial<Header> & { name: string; content?: Buffer | string }

/** The archive of an image with one layer, as engines up to 24 (legacy) or from 25 on (oci) save it. */
export async function saveImage(
  parts: ImageParts,
  order: { layout: ArchiveLayout; name: string; layerId: string; isNamed: boolean; gzip: boolean },
): Promise<SavedImage> {
  const rootfs = await packRootfs(parts)
  const created = '2022-03-06T00:00:00Z'
  const config = JSON.stringify({
    architecture: parts.architecture === 'aarch64' ? 'arm64' : 'amd64',
    os: 'linux',
    created,
    config: { Cmd: ['sh'], Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest(rootfs)}`] },
    history: [{ created, created_by: '/bin/sh -c #(nop) ADD file in / ' }],
  })
  const tag = /:[^/]*$/.test(order.name) ? order.name : `${order.name}:latest`
  if (order.layout === 'legacy') return { archive: await packAll(legacy(rootfs, config, tag, order.layerId)), rootfs }
  const layer = order.gzip ? gzipSync(rootfs) : rootfs
  const layerId = order.isNamed ? order.layerId : digest(layer)
  return { archive: await packAll(oci(layer, config, tag, layerId)), rootfs }
}

function legacy(layer: Buffer, config: string, tag: string, layerId: string): Entry[] {
  const [repository = '', version = ''] = splitTag(tag)
  const configName = `${digest(config)}.json`
  return [
    folder(layerId),
    { name: `${layerId}/VERSION`, content: '1.0' },
    { name: `${layerId}/json`, content: JSON.stringify({ id: layerId, os: 'linux' }) },
    { name: `${layerId}/layer.tar`, content: layer },
    { name: configName, content: config },
    manifest(configName, tag, `${layerId}/layer.tar`),
    { name: 'repositories', content: `${JSON.stringify({ [repository]: { [version]: layerId } })}\n` },
  ]
}

function oci(layer: Buffer, config: string, tag: string, layerId: string): Entry[] {
  const blob = (content: Buffer | string, mediaType: string, id = digest(content)) => ({
    descriptor: { mediaType, digest: `sha256:${id}`, size: Buffer.byteLength(content) },
    entry: { name: `blobs/sha256/${id}`, content },
  })
  const isGzip = layer[0] === 0x1f
  const layerBlob = blob(layer, `application/vnd.oci.image.layer.v1.tar${isGzip ? '+gzip' : ''}`, layerId)
  const configBlob = blob(config, 'application/vnd.oci.image.config.v1+json')
  const manifestType = 'application/vnd.oci.image.manifest.v1+json'
  const imageManifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: configBlob.descriptor,
    layers: [layerBlob.descriptor],
  }
  const manifestBlob = blob(JSON.stringify(imageManifest), manifestType)
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      {
        ...manifestBlob.descriptor,
        annotations: {
          'io.containerd.image.name': `docker.io/library/${tag}`,
          'org.opencontainers.image.ref.name': splitTag(tag)[1],
        },
      },
    ],
  }
  const [repository = '', version = ''] = splitTag(tag)
  return [
    folder('blobs'),
    folder('blobs/sha256'),
    ...[layerBlob, configBlob, manifestBlob].map(({ entry }) => entry),
    { name: 'index.json', content: JSON.stringify(index) },
    manifest(configBlob.entry.name, tag, layerBlob.entry.name),
    { name: 'oci-layout', content: '{"imageLayoutVersion": "1.0.0"}' },
    { name: 'repositories', content: `${JSON.stringify({ [repository]: { [version]: layerId } })}\n` },
  ]
}

function manifest(config: string, tag: string, layer: string): Entry {
  return {
    name: 'manifest.json',
    content: `${JSON.stringify([{ Config: config, RepoTags: [tag], Layers: [layer] }])}\n`,
  }
}

/** The files of the image: as in the official busybox, its commands are hard links to one program. */
function packRootfs({ busybox, applets, marker }: ImageParts): Promise<Buffer> {
  const [first = 'sh', ...others] = ['[', ...applets.filter((name) => name !== 'busybox' && name !== '[')]
  return packAll([
    folder('bin'),
    { name: `bin/${first}`, mode: 0o755, content: busybox },
    ...['busybox', ...others].map((name) => ({ name: `bin/${name}`, type: 'link' as const, linkname: `bin/${first}` })),
    folder('dev'),
    folder('etc'),
    { name: 'etc/group', content: 'root:x:0:\nnobody:x:65534:\n' },
    { name: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n' },
    folder('home'),
    { name: marker, content: 'a file of the image\n' },
    folder('root'),
    folder('tmp'),
    folder('usr'),
    folder('usr/bin'),
    { name: 'usr/bin/env', type: 'symlink', linkname: '../../bin/env' },
    folder('var'),
  ])
}

function folder(name: string): Entry {
  return { name, type: 'directory', mode: 0o755 }
}

function packAll(entries: Entry[]): Promise<Buffer> {
  const tar = pack()
  for (const { content, ...header } of entries) {
    const whole = { uid: 0, gid: 0, mode: 0o644, mtime: new Date('2022-03-06T00:00:00Z'), ...header }
    if (content === undefined) tar.entry(whole)
    else tar.entry(whole, content as string)
  }
  tar.finalize()
  return buffer(tar)
}

/** `host:5000/name:tag`: the last colon after the last slash. */
function splitTag(tag: string): [string, string] {
  const at = tag.lastIndexOf(':')
  return [tag.slice(0, at), tag.slice(at + 1)]
}

function digest(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex')
}
