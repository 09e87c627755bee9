import { constants, type FileHandle, open } from 'node:fs/promises'
import { type GradesFile, gradesFileSchema } from '../model/grade.ts'

const mostBytes = 20 * 1024 * 1024
const mostSubmissions = 50
/** Values of the document: 50 submissions of 20 checks have about 60,000, memory curves included. */
const mostValues = 150_000
const mostEntries = 1000
const mostDepth = 16

export type ArtifactReading =
  | { read: 'whole'; file: GradesFile }
  /** There is no such file: the run has handed nothing over. */
  | { read: 'nothing' }
  /** Why it is not looked at any further; words of ours. */
  | { read: 'refused'; why: string }

/** The file of grades that a run of untrusted code has handed over. Nothing that it may be throws. */
export async function readArtifact(path: string): Promise<ArtifactReading> {
  // Not blocking: a FIFO would wait for a writer that never comes.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const opened = await open(path, flags).catch((error: NodeJS.ErrnoException) => error)
  if (opened instanceof Error) {
    if (opened.code === 'ENOENT') return { read: 'nothing' }
    return refused(opened.code === 'ELOOP' ? 'it is a link' : `it cannot be opened (${opened.code})`)
  }
  try {
    const text = await readBounded(opened)
    return typeof text === 'string' ? parse(text) : refused(text.why)
  } finally {
    await opened.close()
  }
}

async function readBounded(file: FileHandle): Promise<string | { why: string }> {
  const found = await file.stat()
  if (!found.isFile()) return { why: 'it is not a regular file' }
  const tooLarge = { why: `it is larger than ${mostBytes / 1024 / 1024} MiB` }
  if (found.size > mostBytes) return tooLarge
  const bytes = Buffer.alloc(found.size + 1)
  let length = 0
  for (let read = 1; read > 0 && length <= found.size; length += read) {
    read = (await file.read(bytes, length, bytes.length - length)).bytesRead
  }
  if (length > found.size) return { why: 'it grows while it is read' }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length))
  } catch {
    return { why: 'it is not UTF-8' }
  }
}

function parse(text: string): ArtifactReading {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return refused('it is not JSON')
  }
  const shape = whyTooLarge(document)
  if (shape !== undefined) return refused(shape)
  const file = validate(document)
  if (file === undefined) return refused('it breaks the schema `cgrade/grades/v1`')
  if (file.grades.length > mostSubmissions) return refused(`it has more than ${mostSubmissions} submissions`)
  return { read: 'whole', file }
}

/** zod lists every fault, and throws a RangeError where these are some hundred thousand. */
function validate(document: unknown): GradesFile | undefined {
  try {
    return gradesFileSchema.safeParse(document).data
  } catch {
    return undefined
  }
}

/** Looked at before the schema, which would list each of a million faults; without recursion, which depth could exhaust. */
function whyTooLarge(document: unknown): string | undefined {
  const waiting: { value: unknown; depth: number }[] = [{ value: document, depth: 0 }]
  let values = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next
    if (typeof value !== 'object' || value === null) continue
    if (depth > mostDepth) return `it is nested more than ${mostDepth} levels deep`
    const entries = Object.entries(value)
    if (entries.length > mostEntries) return `it has a list of more than ${mostEntries} entries`
    values += entries.length
    if (values > mostValues) return `it has more than ${mostValues} values`
    for (const [key, inner] of entries) {
      if (key === '__proto__') return 'it has a key `__proto__`'
      waiting.push({ value: inner, depth: depth + 1 })
    }
  }
  return undefined
}

function refused(why: string): ArtifactReading {
  return { read: 'refused', why }
}
