import { isUtf8 } from 'node:buffer'
import { ArchiveRefused, archivePath } from './archive-faults.ts'

/** What an archive says of one entry; its name and target are not vetted yet. */
export interface ArchiveEntry {
  name: string
  kind: 'file' | 'directory' | 'link' | 'hard-link' | 'special'
  /** For a link, as its archive has it. */
  target?: string
  /** For `special`: `device`, `named pipe (FIFO)`. */
  special?: string
  executable: boolean
  /** What the archive claims, before anything was read. */
  bytes: number
  /** The bytes themselves, at most once, and before the next entry is asked for; the reader checks them against its lists. */
  content(): AsyncIterable<Buffer>
}

/** Old Chinese Windows writes GBK without saying so; what is neither is shown byte by byte. */
export function decodeName(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString()
  try {
    return new TextDecoder('gb18030', { fatal: true }).decode(bytes)
  } catch {
    return bytes.toString('latin1')
  }
}

/** The path inside of the submission that a name means, '' for its root; refuses what could mean any other place. */
export function vetName(name: string): string {
  const refuse = (why: string) => new ArchiveRefused(archivePath(name.replaceAll('\0', '\\0'), why))
  if (name.includes('\0')) throw refuse('with a zero byte in its name')
  if (/^[a-z]:[\\/]/i.test(name)) throw refuse('which names a drive')
  if (/^[\\/]/.test(name)) throw refuse('which is an absolute path')
  // Also as a program on Windows would read it; an honest name with a backslash stays a name.
  if (name.split(/[\\/]/).includes('..')) throw refuse('which leads out of the folder (`..`)')
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.some((part) => Buffer.byteLength(part) > 255)) throw refuse('with a name longer than 255 bytes')
  return parts.join('/')
}
