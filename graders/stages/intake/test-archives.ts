import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { crc32, deflateRawSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'

/** For tests only: archives by hand, so that they can say what no archiver would. */

export interface ZipEntry {
  name: string | Buffer
  content?: string | Buffer
  /** Unix mode with its kind; without one, the zip is of Windows. */
  mode?: number
  /** What the header beside the file says instead. */
  localName?: string
  /** What the central directory says instead. */
  claimedBytes?: number
  claimedSum?: number
  isEncrypted?: boolean
  isUtf8?: boolean
  /** Its bytes are those of the entry with that index. */
  sharesWith?: number
  method?: number
}

export function zipOf(entries: ZipEntry[]): Buffer {
  const parts: Buffer[] = []
  const central: Buffer[] = []
  const offsets: number[] = []
  let at = 0
  for (const entry of entries) {
    const { name, content = '', mode, localName, isEncrypted = false, isUtf8 = false, method = 8 } = entry
    const plain = Buffer.from(content as string)
    const packed = method === 8 ? deflateRawSync(plain) : plain
    const sizes = [entry.claimedSum ?? crc32(plain), packed.length, entry.claimedBytes ?? plain.length]
    const flags = (isEncrypted ? 1 : 0) | (isUtf8 ? 0x800 : 0)
    const fields = (nameBytes: Buffer) => {
      const header = Buffer.alloc(26)
      header.writeUInt16LE(20, 0)
      header.writeUInt16LE(flags, 2)
      header.writeUInt16LE(method, 4)
      sizes.forEach((value, index) => {
        header.writeUInt32LE(value, 10 + 4 * index)
      })
      header.writeUInt16LE(nameBytes.length, 22)
      return header
    }
    const named = Buffer.from(name as string)
    const beside = localName === undefined ? named : Buffer.from(localName)
    const offset = entry.sharesWith === undefined ? at : (offsets[entry.sharesWith] ?? 0)
    offsets.push(offset)
    if (entry.sharesWith === undefined) {
      const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields(beside), beside, packed])
      parts.push(local)
      at += local.length
    }
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE((((mode ?? 0) << 16) >>> 0) + 0, 6)
    rest.writeUInt32LE(offset, 10)
    const madeBy = Buffer.from([20, mode === undefined ? 0 : 3])
    central.push(Buffer.concat([Buffer.from('PK\x01\x02'), madeBy, fields(named), rest, named]))
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...parts, directory, Buffer.from('PK\x05\x06'), end])
}

export type TarEntry = Partial<Header> & { name: string; content?: string | Buffer }

export async function tarOf(entries: TarEntry[]): Promise<Buffer> {
  const packing = pack()
  for (const { content = '', ...header } of entries) packing.entry(header, content)
  packing.finalize()
  return buffer(packing)
}

/** What an extractor without any thought does: the control that the archives above are attacks. */
export async function extractNaively(entries: TarEntry[], folder: string): Promise<void> {
  for (const { name, type = 'file', linkname = '', content = '' } of entries) {
    const path = name.startsWith('/') ? name : join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    if (type === 'symlink') await symlink(linkname, path)
    else if (type === 'file') await writeFile(path, content)
  }
}
