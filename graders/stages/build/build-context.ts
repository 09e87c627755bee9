import { createReadStream, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Header, type Pack, pack } from 'tar-stream'
import type { SnapshotEntry, Submission } from '../../model/submission.ts'
import { parentOf } from '../intake/links.ts'
import { type Dockerignore, parseDockerignore } from './dockerignore.ts'

export interface PackedContext {
  tar: Readable
  /** Everything in it, as seen from the root of the context. */
  paths: Set<string>
  /** Sentences about what .dockerignore asks for and could not have. */
  notes: string[]
}

export interface DockerfileReplacement {
  /** The Dockerfile as seen from the context; an unused name when it lies outside. */
  path: string
  text: string
  /** Nothing is left out, whatever a `.dockerignore` says, which was written for another Dockerfile. */
  all?: boolean
}

const maxIgnoreBytes = 128 * 1024
/** A file up to here is sent in one piece, which is quicker than a stream. */
const pieceBytes = 256 * 1024

/** Packs a folder of the snapshot as the engine's client would, but the same bytes each time; `context` is '.' or a folder. */
export function packContext(
  submission: Submission,
  context: string,
  replacement: DockerfileReplacement,
): PackedContext {
  const prefix = context === '.' ? '' : `${context}/`
  const inContext = submission.entries
    .filter(({ path }) => path.startsWith(prefix))
    .map((entry) => ({ ...entry, path: entry.path.slice(prefix.length) }))
  const rules = replacement.all ? undefined : readRules(submission, prefix, inContext, replacement.path)
  const kept = keepEntries(inContext, rules, replacement.path)
  const sent: SnapshotEntry[] = [
    ...kept.filter(({ path }) => path !== replacement.path),
    { kind: 'file', path: replacement.path, bytes: Buffer.byteLength(replacement.text), executable: false },
  ]
  sent.sort((a, b) => (a.path < b.path ? -1 : 1))
  const tar = pack()
  // A build that is given up destroys the stream; whoever reads it has been told by then.
  writeEntries(tar, sent, join(submission.root, prefix), replacement).catch((error) => tar.destroy(error))
  return { tar: Readable.from(tar), paths: new Set(sent.map(({ path }) => path)), notes: rules?.notes() ?? [] }
}

/** Packs the whole snapshot below a folder of that name, as it is. */
export function packSnapshot({ entries, root }: Submission, folder: string): Readable {
  const tar = pack()
  writeEntries(tar, entries, root, undefined, `${folder}/`).catch((error) => tar.destroy(error))
  return Readable.from(tar)
}

function readRules(
  submission: Submission,
  prefix: string,
  entries: SnapshotEntry[],
  dockerfile: string,
): Dockerignore | undefined {
  const own = `${dockerfile}.dockerignore`
  for (const name of [own, '.dockerignore']) {
    const entry = entries.find(({ path, kind }) => path === name && kind === 'file')
    if (entry?.kind !== 'file') continue
    const bytes = readFileSync(join(submission.root, prefix, name))
    return parseDockerignore(bytes.subarray(0, maxIgnoreBytes).toString(), name)
  }
  return undefined
}

function keepEntries(entries: SnapshotEntry[], rules: Dockerignore | undefined, dockerfile: string): SnapshotEntry[] {
  if (rules === undefined) return entries
  const closed = new Set<string>()
  const wanted = new Set<string>()
  for (const { path, kind } of entries) {
    const inClosed = closed.has(parentOf(path))
    // The engine reads these two itself, so they are sent in any case.
    const needed = path === dockerfile || path === '.dockerignore'
    if (needed || (!inClosed && !rules.ignores(path))) {
      for (let at = path; at !== '' && !wanted.has(at); at = parentOf(at)) wanted.add(at)
    } else if (kind === 'directory' && (inClosed || !rules.hasExceptions)) {
      closed.add(path)
    }
  }
  return entries.filter(({ path }) => wanted.has(path))
}

type TarHeader = Partial<Header> & { name: string }

async function writeEntries(
  tar: Pack,
  entries: SnapshotEntry[],
  folder: string,
  replacement: DockerfileReplacement | undefined,
  below = '',
): Promise<void> {
  for (const entry of entries) {
    const header = headerOf({ ...entry, path: `${below}${entry.path}` })
    if (entry.path === replacement?.path) await writePiece(tar, header, Buffer.from(replacement.text))
    else if (entry.kind !== 'file') await writePiece(tar, header)
    else if (entry.bytes <= pieceBytes) await writePiece(tar, header, await readFile(join(folder, entry.path)))
    else await writeStream(tar, header, join(folder, entry.path))
  }
  tar.finalize()
}

function headerOf(entry: SnapshotEntry): TarHeader {
  const header: TarHeader = { name: entry.path, uid: 0, gid: 0, mtime: new Date(0) }
  if (entry.kind === 'link') return { ...header, type: 'symlink', linkname: entry.target, mode: 0o777 }
  if (entry.kind === 'directory') return { ...header, type: 'directory', mode: 0o755 }
  return { ...header, type: 'file', size: entry.bytes, mode: entry.executable ? 0o755 : 0o644 }
}

/** Resolves when the reader has taken it, so that no more than one entry waits in memory. */
function writePiece(tar: Pack, header: TarHeader, content?: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null) => (error ? reject(error) : resolve())
    if (content === undefined) tar.entry(header, done)
    else tar.entry(header, content, done)
  })
}

function writeStream(tar: Pack, header: TarHeader, path: string): Promise<void> {
  return pipeline(createReadStream(path), tar.entry(header))
}
