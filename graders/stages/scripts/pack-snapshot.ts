import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type Header, type Pack, pack } from 'tar-stream'
import type { SnapshotEntry, Submission } from '../../model/submission.ts'

/** No script of the handout needs more; a committed binary of a server may be left out. */
const mostFileBytes = 8 * 1024 ** 2
const mostBytes = 64 * 1024 ** 2

/** A file of ours that a script finds beside what was handed in. */
export interface ExtraFile {
  path: string
  content: string
  executable: boolean
}

/**
 * What was handed in as a tar for a sandbox, with files of ours in the place of those of the same path. Everything belongs
 * to root; what is too large for any script is not in it.
 */
export function packSnapshot(submission: Submission, extra: ExtraFile[] = []): Readable {
  const ours = new Set(extra.map(({ path }) => path))
  const entries = chooseEntries(submission.entries.filter(({ path }) => !ours.has(path)))
  const tar = pack()
  writeAll(tar, submission.root, entries, extra).catch((error) => tar.destroy(error))
  return Readable.from(tar)
}

function chooseEntries(entries: SnapshotEntry[]): SnapshotEntry[] {
  let bytes = 0
  return entries.filter((entry) => {
    const size = entry.kind === 'file' ? entry.bytes : 0
    if (size > mostFileBytes || bytes + size > mostBytes) return false
    bytes += size
    return true
  })
}

async function writeAll(tar: Pack, root: string, entries: SnapshotEntry[], extra: ExtraFile[]): Promise<void> {
  for (const entry of entries) {
    const name = entry.path
    if (entry.kind === 'directory') await write(tar, { name, type: 'directory', mode: 0o755 })
    else if (entry.kind === 'link') await write(tar, { name, type: 'symlink', linkname: entry.target, mode: 0o777 })
    else {
      const content = await readFile(join(root, entry.path))
      await write(tar, { name, type: 'file', mode: entry.executable ? 0o755 : 0o644 }, content)
    }
  }
  for (const { path, content, executable } of extra) {
    await write(tar, { name: path, type: 'file', mode: executable ? 0o755 : 0o644 }, Buffer.from(content))
  }
  tar.finalize()
}

/** Resolves when the reader has taken it, so that no more than one entry waits in memory. */
function write(tar: Pack, header: Partial<Header> & { name: string }, content?: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null) => (error ? reject(error) : resolve())
    const whole = { uid: 0, gid: 0, mtime: new Date(), ...header }
    if (content === undefined) tar.entry(whole, done)
    else tar.entry(whole, content, done)
  })
}
