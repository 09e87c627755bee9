import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { Duplex, Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { execa } from 'execa'
import { GraderError } from '../model/grader-error.ts'
import { cleanEnvironment } from './host.ts'
import { TarWalk } from './tar-walk.ts'

export interface UnpackedSize {
  /** Past the limit not counted further. */
  bytes: number
  entries: number
  /** Some file is described as mostly nothing: what it takes on a disk has no bound. */
  hasHoles: boolean
}

const timeoutMs = 60_000

/**
 * What an archive that the engine would unpack (`ADD file.tar.gz /`) takes on the disk: the engine unpacks it outside of all limits and
 * cannot be told to stop. Nothing is written. `path` is in a snapshot of ours. Undefined: it is no archive.
 */
export async function measureUnpacked(path: string, limitBytes: number): Promise<UnpackedSize | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0)
    const opened = openContent(file, buffer.subarray(0, bytesRead))
    return opened === undefined ? undefined : await measure(opened, limitBytes)
  } finally {
    await file.close()
  }
}

function openContent(file: FileHandle, head: Buffer): Readable | undefined {
  const magic = head.toString('latin1')
  const raw = () => file.createReadStream({ start: 0, autoClose: false })
  if (magic.startsWith('\x1f\x8b')) return through(raw(), createGunzip())
  if (magic.startsWith('\x28\xb5\x2f\xfd')) return through(raw(), createZstdDecompress())
  if (magic.startsWith('BZh')) return through(raw(), startUnpacker('bzip2'))
  if (magic.startsWith('\xfd7zXZ\0')) return through(raw(), startUnpacker('xz'))
  const walk = new TarWalk()
  walk.feed(head)
  return walk.entries > 0 || 'xg'.includes(magic[156] ?? '-') ? raw() : undefined
}

/** What is broken ends early, here as in the engine. */
function through(content: Readable, unpacker: Duplex): Readable {
  content.on('error', (error) => unpacker.destroy(error))
  unpacker.on('close', () => content.destroy())
  return content.pipe(unpacker)
}

/** The engine itself starts the same programs. */
function startUnpacker(tool: 'xz' | 'bzip2'): Duplex {
  const unpacker = execa(tool, ['-dc'], {
    reject: false,
    buffer: false,
    timeout: timeoutMs,
    env: cleanEnvironment,
    extendEnv: false,
  })
  const duplex = unpacker.duplex()
  unpacker.then(({ code }) => {
    if (code === 'ENOENT') duplex.destroy(new GraderError('host.tool-missing', `\`${tool}\` is not installed here.`))
  })
  duplex.on('close', () => unpacker.kill('SIGKILL'))
  return duplex
}

async function measure(content: Readable, limitBytes: number): Promise<UnpackedSize> {
  const walk = new TarWalk()
  let bytes = 0
  const timer = setTimeout(() => content.destroy(), timeoutMs)
  try {
    for await (const piece of content) {
      bytes += (piece as Buffer).length
      walk.feed(piece as Buffer)
      if (bytes > limitBytes || walk.hasHoles) break
    }
  } catch (thrown) {
    if (thrown instanceof GraderError) throw thrown
  } finally {
    clearTimeout(timer)
    content.destroy()
  }
  return { bytes, entries: walk.entries, hasHoles: walk.hasHoles }
}
