import { crc32 } from 'node:zlib'
import { type Entry, fromFdPromise, type LocalFileHeader, type ZipFile } from 'yauzl'
import { type ArchiveEntry, decodeName } from './archive-entry.ts'
import { ArchiveRefused, archiveAmbiguous, archiveDamaged, archiveEncrypted, archiveFormat } from './archive-faults.ts'

const maxTargetBytes = 4096
const descriptorFlag = 0x8
const utf8Flag = 0x800
const unicodePathField = 0x7075

/** The entries of a zip as its central directory has them; what the headers beside the files say must be the same. */
export async function* readZip(descriptor: number): AsyncGenerator<ArchiveEntry> {
  const zip = await fromFdPromise(descriptor, { lazyEntries: true, decodeStrings: false, autoClose: false })
  const ranges: { start: number; end: number; name: string }[] = []
  for await (const entry of zip.eachEntry()) {
    const name = nameOf(entry)
    const local = await zip.readLocalFileHeaderPromise(entry)
    refuseLies(entry, local, name)
    ranges.push({ start: entry.relativeOffsetOfLocalHeader, end: local.fileDataStart + entry.compressedSize, name })
    yield await describeEntry(zip, entry, name)
  }
  ranges.sort((a, b) => a.start - b.start)
  const overlap = ranges.find(({ start }, index) => start < (ranges[index - 1]?.end ?? 0))
  if (overlap !== undefined) {
    throw new ArchiveRefused(archiveAmbiguous(overlap.name, 'its bytes are those of another entry, too'))
  }
}

function nameOf({ fileNameRaw, generalPurposeBitFlag, extraFields, versionMadeBy }: Entry): string {
  const unicode = extraFields.find(({ id, data }) => id === unicodePathField && data.length > 5 && data[0] === 1)?.data
  // It only counts while it belongs to the name beside it.
  const isCurrent = unicode !== undefined && unicode.readUInt32LE(1) === crc32(fileNameRaw)
  const isUtf8Said = (generalPurposeBitFlag & utf8Flag) !== 0
  const name = isCurrent && !isUtf8Said ? unicode.subarray(5).toString() : decodeName(fileNameRaw)
  // Some programs on Windows write its separator, which the format does not know.
  return [0, 10, 11].includes(versionMadeBy >> 8) ? name.replaceAll('\\', '/') : name
}

function refuseLies(entry: Entry, local: LocalFileHeader, name: string): void {
  const refuse = (why: string) => new ArchiveRefused(archiveAmbiguous(name, why))
  if (!local.fileName.equals(entry.fileNameRaw)) {
    throw refuse(`it is ${JSON.stringify(decodeName(local.fileName).slice(0, 100))} in the header beside the file`)
  }
  if (local.compressionMethod !== entry.compressionMethod) throw refuse('it is packed in two different ways')
  const isLater = (local.generalPurposeBitFlag & descriptorFlag) !== 0
  const agrees = (one: number, other: number) => one === other || one === 0xffff_ffff || (isLater && one === 0)
  const { compressedSize, uncompressedSize, crc32: sum } = local
  if (!agrees(compressedSize, entry.compressedSize) || !agrees(uncompressedSize, entry.uncompressedSize)) {
    throw refuse('its size differs between the two lists of the archive')
  }
  if (!agrees(sum, entry.crc32)) throw refuse('its checksum differs between the two lists of the archive')
}

async function describeEntry(zip: ZipFile, entry: Entry, name: string): Promise<ArchiveEntry> {
  const mode = [3, 19].includes(entry.versionMadeBy >> 8) ? entry.externalFileAttributes >>> 16 : 0
  const described = { name, bytes: entry.uncompressedSize, executable: (mode & 0o111) !== 0 }
  const content = () => readContent(zip, entry, name)
  switch (mode & 0o170_000) {
    case 0o120_000:
      return { ...described, kind: 'link', target: await readTarget(content(), name), content }
    case 0o010_000:
      return { ...described, kind: 'special', special: 'named pipe (FIFO)', content }
    case 0o140_000:
      return { ...described, kind: 'special', special: 'socket', content }
    case 0o020_000:
    case 0o060_000:
      return { ...described, kind: 'special', special: 'device', content }
  }
  const isFolder = name.endsWith('/') || (mode & 0o170_000) === 0o040_000
  return { ...described, kind: isFolder ? 'directory' : 'file', content }
}

async function readTarget(content: AsyncIterable<Buffer>, name: string): Promise<string> {
  let target = Buffer.alloc(0)
  for await (const chunk of content) {
    target = Buffer.concat([target, chunk])
    if (target.length > maxTargetBytes)
      throw new ArchiveRefused(
        archiveDamaged(`the link ${JSON.stringify(name.slice(0, 100))} has a target without end`),
      )
  }
  return decodeName(target)
}

async function* readContent(zip: ZipFile, entry: Entry, name: string): AsyncGenerator<Buffer> {
  if (entry.isEncrypted()) throw new ArchiveRefused(archiveEncrypted(name))
  if (![0, 8].includes(entry.compressionMethod)) {
    throw new ArchiveRefused(archiveFormat(`a zip packed in a rare way (method ${entry.compressionMethod})`))
  }
  let sum = 0
  // Ends with an error when there are more or fewer bytes than the list says.
  for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
    sum = crc32(chunk, sum)
    yield chunk
  }
  if (sum !== entry.crc32) {
    throw new ArchiveRefused(archiveDamaged(`the checksum of ${JSON.stringify(name.slice(0, 100))} is wrong`))
  }
}
