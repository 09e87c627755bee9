/** A file of a layer or of a whole image, as a name alone. */
export interface ImageFile {
  kind: 'file' | 'directory' | 'link' | 'special'
  bytes: number
  /** Of a symbolic link. */
  target?: string
}

/** By path, without a leading `/`. */
export type ImageFiles = Map<string, ImageFile>

const whiteout = '.wh.'
const opaque = '.wh..wh..opq'

/** Lays a layer over those below it: its whiteouts take away what lies below, then its own files come in. */
export function layOver(below: ImageFiles, layer: ImageFiles): void {
  for (const path of layer.keys()) {
    const { folder, name } = splitPath(path)
    if (name === opaque) removeBelow(below, folder)
    else if (name.startsWith(whiteout) && !name.startsWith(`${whiteout}${whiteout}`)) {
      const gone = folder + name.slice(whiteout.length)
      below.delete(gone)
      removeBelow(below, `${gone}/`)
    }
  }
  for (const [path, file] of layer) {
    if (splitPath(path).name.startsWith(whiteout)) continue
    if (file.kind !== 'directory' && below.get(path)?.kind === 'directory') removeBelow(below, `${path}/`)
    below.set(path, file)
  }
}

/** What `ls /` would show in the image, with how much lies in each folder. */
export function listRoot(files: ImageFiles): string {
  const counts = new Map<string, number>()
  for (const [path, { kind }] of files) {
    const [top = ''] = path.split('/')
    if (kind !== 'directory') counts.set(top, (counts.get(top) ?? 0) + 1)
  }
  const tops = [...new Set([...files.keys()].map((path) => path.split('/')[0] ?? ''))].sort()
  return tops.map((top) => describe(top, files.get(top), counts.get(top) ?? 0)).join('\n')
}

function describe(name: string, file: ImageFile | undefined, count: number): string {
  switch (file?.kind) {
    case 'link':
      return `${name} -> ${file.target}`
    case 'file':
      return `${name}  ${sizeOf(file.bytes)}`
    case 'special':
      return `${name}  (a device or the like)`
    default:
      return `${name}/  ${count === 1 ? '1 file' : `${count} files`}`
  }
}

function sizeOf(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

function removeBelow(files: ImageFiles, prefix: string): void {
  for (const path of files.keys()) {
    if (path.startsWith(prefix)) files.delete(path)
  }
}

/** `folder` with its `/`, empty for the root. */
function splitPath(path: string): { folder: string; name: string } {
  const at = path.lastIndexOf('/') + 1
  return { folder: path.slice(0, at), name: path.slice(at) }
}
