import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import { decompressXz } from '../../sandbox/decompress-xz.ts'
import { readDescriptor } from '../../sandbox/read-descriptor.ts'
import { type ArchiveEntry, decodeName } from './archive-entry.ts'

export type Compression = 'none' | 'gzip' | 'zstd' | 'xz'

/** The entries of a tar, in their order. `refuse` ends a stream that unpacks to more than `limitBytes`. */
export async function* readTar(
  descriptor: number,
  compression: Compression,
  limitBytes: number,
  refuse: () => Error,
): AsyncGenerator<ArchiveEntry> {
  // Names as bytes: they need not be UTF-8. Old writers leave the format out; the checksum must be right all the same.
  const asBytes = { filenameEncoding: 'latin1', allowUnknownFormat: true }
  const entries = extract(asBytes as Parameters<typeof extract>[0])
  let failure: unknown
  const fed = pipeline(openStream(descriptor, compression), meter(limitBytes, refuse), entries).catch((thrown) => {
    failure = thrown
  })
  try {
    for await (const entry of entries) {
      yield describeEntry(entry.header, entry as unknown as AsyncIterable<Buffer>)
      // What was not asked for is passed over.
      entry.resume()
    }
  } catch (thrown) {
    // The stream of entries only knows that it was cut off, the pipeline knows why.
    await fed
    throw failure ?? thrown
  } finally {
    entries.destroy()
    await fed
  }
  if (failure !== undefined) throw failure
}

function openStream(descriptor: number, compression: Compression): AsyncIterable<Buffer> {
  const packed = readDescriptor(descriptor)
  switch (compression) {
    case 'none':
      return packed
    case 'xz':
      return decompressXz(descriptor)
    case 'gzip':
      return compose(packed, createGunzip())
    case 'zstd':
      return compose(packed, createZstdDecompress())
  }
}

async function* compose(packed: AsyncIterable<Buffer>, unpacking: Duplex): AsyncGenerator<Buffer> {
  let failure: unknown
  const fed = pipeline(packed, unpacking).catch((thrown) => {
    failure = thrown
  })
  try {
    yield* unpacking as AsyncIterable<Buffer>
  } finally {
    unpacking.destroy()
    await fed
  }
  if (failure !== undefined) throw failure
}

function meter(limitBytes: number, refuse: () => Error) {
  return async function* count(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0
    for await (const chunk of chunks) {
      bytes += chunk.length
      if (bytes > limitBytes) throw refuse()
      yield chunk
    }
  }
}

function describeEntry(header: Header, stream: AsyncIterable<Buffer>): ArchiveEntry {
  const { size = 0, type, mode = 0, linkname } = header
  const pax: Record<string, string> = (header as { pax?: Record<string, string> | null }).pax ?? {}
  const isSparse = Object.keys(pax).some((key) => key.startsWith('GNU.sparse'))
  return {
    // Extended attributes are UTF-8 by their standard and have been decoded.
    name: pax.path ?? decodeName(Buffer.from(header.name, 'latin1')),
    executable: (mode & 0o111) !== 0,
    bytes: size,
    content: () => stream,
    ...(isSparse ? { kind: 'special', special: 'file with holes (`tar --sparse`)' } : kindOf(type)),
    ...(typeof linkname === 'string' ? { target: pax.linkpath ?? decodeName(Buffer.from(linkname, 'latin1')) } : {}),
  }
}

function kindOf(type: Header['type']): Pick<ArchiveEntry, 'kind' | 'special'> {
  switch (type) {
    case 'file':
    case 'contiguous-file':
      return { kind: 'file' }
    case 'directory':
      return { kind: 'directory' }
    case 'symlink':
      return { kind: 'link' }
    case 'link':
      return { kind: 'hard-link' }
    case 'fifo':
      return { kind: 'special', special: 'named pipe (FIFO)' }
    case 'character-device':
    case 'block-device':
      return { kind: 'special', special: 'device' }
    default:
      return { kind: 'special', special: 'file with holes or of an unknown kind' }
  }
}
