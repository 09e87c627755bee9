import { constants, createReadStream, existsSync, readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { type Grade, gradeSchema } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import { firstIssue } from './grades-file.ts'
import { jsonLine } from './json-line.ts'
import { writingFailed } from './writing-failed.ts'

const chunkBytes = 1 << 20

/** Where the last grade of a submission stands in the journal, and what is known of it without reading it. */
export interface KeptGrade {
  offset: number
  bytes: number
  status: Grade['status']
}

/** The grades of a run, one on each line, in the order in which they ended. Only this process writes it. */
export interface Journal extends AsyncDisposable {
  kept: ReadonlyMap<string, KeptGrade>
  /** Kept when this resolves, whatever becomes of the process. */
  append(grade: Grade): Promise<void>
  /** From disk, so that nobody holds what is not looked at. */
  read(id: string): Grade | undefined
}

interface Line {
  id: string
  status: Grade['status']
  line: Buffer
}

/** A new journal, or one that a killed process has left. */
export async function openJournal(path: string, found: 'new' | 'left'): Promise<Journal> {
  const kept = new Map<string, KeptGrade>()
  let end = 0
  if (found === 'left') {
    end = await scanJournal(path, ({ submission: { id }, status }, place) => kept.set(id, { ...place, status }))
  }
  const flags = found === 'new' ? 'wx+' : constants.O_RDWR | constants.O_CREAT
  const file = await open(path, flags).catch(writingFailed(path))
  if (found === 'left') await file.truncate(end).catch(writingFailed(path))
  let last: Promise<void> = Promise.resolve()
  let waiting: Line[] = []
  let next: Promise<void> | undefined

  // Whatever came while the last ones were on their way to the disk goes there together.
  async function writeWaiting(): Promise<void> {
    const lines = waiting
    waiting = []
    next = undefined
    const bytes = Buffer.concat(lines.map(({ line }) => line))
    try {
      await writeAt(file, bytes, end)
      await file.datasync()
    } catch (error) {
      // The next grade goes where this one broke off.
      await file.truncate(end).catch(() => {})
      writingFailed(path)(error)
    }
    for (const { id, status, line } of lines) {
      kept.set(id, { offset: end, bytes: line.length - 1, status })
      end += line.length
    }
  }
  return {
    kept,
    append(grade) {
      const { submission, status } = grade
      waiting.push({ id: submission.id, status, line: Buffer.from(jsonLine(grade)) })
      if (next === undefined) {
        next = last.then(writeWaiting)
        last = next.catch(() => {})
      }
      return next
    },
    read(id) {
      const place = kept.get(id)
      return place === undefined ? undefined : JSON.parse(readAt(file, place))
    },
    async [Symbol.asyncDispose]() {
      await last
      await file.close()
    },
  }
}

/** Visits each grade of a journal and resolves to where its last whole line ends: what stands behind it was torn by a kill. */
export async function scanJournal(
  path: string,
  visit: (grade: Grade, place: { offset: number; bytes: number }) => void,
): Promise<number> {
  let end = 0
  let count = 0
  for await (const line of wholeLines(path)) {
    count += 1
    end += line.length + 1
    const document = parseLine(line)
    if (document === undefined) continue
    const grade = gradeSchema.safeParse(document)
    if (!grade.success) throw new UsageError(`\`${path}\`, line ${count}, is not a grade: ${firstIssue(grade.error)}.`)
    visit(grade.data, { offset: end - line.length - 1, bytes: line.length })
  }
  return end
}

/** Those that have their line end; a killed process leaves at most one that has not, or no journal at all. */
async function* wholeLines(path: string): AsyncGenerator<Buffer> {
  if (!existsSync(path)) return
  let parts: Buffer[] = []
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)])
      parts = []
      start = end + 1
    }
    parts.push(chunk.subarray(start))
  }
}

/** Undefined for a line that an earlier cgrade left torn on a full disk. */
function parseLine(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'))
  } catch {
    return undefined
  }
}

async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

function readAt(file: FileHandle, { offset, bytes }: KeptGrade): string {
  const text = Buffer.allocUnsafe(bytes)
  for (let done = 0; done < bytes; ) {
    const bytesRead = readSync(file.fd, text, done, bytes - done, offset + done)
    if (bytesRead === 0) throw new Error('the journal is shorter than it was')
    done += bytesRead
  }
  return text.toString('utf8')
}
