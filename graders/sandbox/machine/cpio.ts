/** What a `newc` archive holds, the format that Linux unpacks into its first root file system. */
export type CpioEntry =
  | { kind: 'file'; path: string; mode: number; bytes: number }
  | { kind: 'directory'; path: string; mode: number }
  | { kind: 'link'; path: string; target: string }

const typeBits = { file: 0o100000, directory: 0o040000, link: 0o120000 }

/** Header, name and padding; a link's target as well. The content of a file follows, and `cpioPadding` of it. */
export function cpioHeader(entry: CpioEntry): Buffer {
  const target = Buffer.from(entry.kind === 'link' ? entry.target : '')
  const size = entry.kind === 'file' ? entry.bytes : target.length
  const mode = typeBits[entry.kind] | (entry.kind === 'link' ? 0o777 : entry.mode)
  return Buffer.concat([header(entry.path, mode, size), target, cpioPadding(target.length)])
}

export function cpioFile(path: string, mode: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([
    cpioHeader({ kind: 'file', path, mode, bytes: bytes.length }),
    bytes,
    cpioPadding(bytes.length),
  ])
}

/** The end of an archive; another one may follow it. */
export function cpioEnd(): Buffer {
  return header('TRAILER!!!', 0, 0)
}

/** Everything begins at a multiple of four. */
export function cpioPadding(bytes: number): Buffer {
  return Buffer.alloc((4 - (bytes % 4)) % 4)
}

function header(path: string, mode: number, size: number): Buffer {
  const name = Buffer.from(`${path}\0`)
  const links = 1
  const fields = [0, mode, 0, 0, links, 0, size, 0, 0, 0, 0, name.length, 0]
  const start = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`
  return Buffer.concat([Buffer.from(start), name, cpioPadding(start.length + name.length)])
}
