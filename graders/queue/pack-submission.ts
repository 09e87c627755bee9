import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { IntakeLimits } from '../model/assignment.ts'
import { GraderError } from '../model/grader-error.ts'
import type { Submission } from '../model/submission.ts'
import { packSnapshot } from '../stages/build/build-context.ts'
import { unpackArchive } from '../stages/intake/unpack-archive.ts'
import { maxPackedBytes } from './messages.ts'

/** All lies below one folder, so that nothing in it is read as a sign of how the archive was made. */
const top = 'submission'

/** Writes the vetted snapshot into one file. */
export async function packSubmission(submission: Submission, path: string): Promise<void> {
  let bytes = 0
  await pipeline(
    packSnapshot(submission, top),
    createGzip({ level: 1 }),
    async function* count(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.length
        if (bytes > maxPackedBytes) throw tooLargeToTravel()
        yield chunk
      }
    },
    createWriteStream(path, { mode: 0o600 }),
  )
}

export interface UnpackedSubmission extends AsyncDisposable {
  folder: string
}

/** What came through the queue, as a folder that intake reads like any other. */
export async function unpackSubmission(
  packed: Buffer,
  limits: IntakeLimits,
  workFolder: string,
): Promise<UnpackedSubmission> {
  const root = await mkdtemp(join(workFolder, 'travelled-'))
  const dispose = () => rm(root, { recursive: true, force: true })
  try {
    const archive = join(root, `${top}.tar.gz`)
    await writeFile(archive, packed, { mode: 0o600 })
    const inside = await mkdtemp(join(root, 'unpacked-'))
    // The folder around it is no part of what was handed in.
    const unpacked = await unpackArchive(
      archive,
      { ...limits, depth: limits.depth + 1, entries: limits.entries + 1 },
      inside,
    )
    if ('reason' in unpacked) throw new GraderError('queue.failed', `Its files arrived broken: ${unpacked.message}`)
    return { folder: unpacked.folder, [Symbol.asyncDispose]: dispose }
  } catch (thrown) {
    await dispose()
    throw thrown
  }
}

function tooLargeToTravel(): GraderError {
  const most = `${maxPackedBytes / 1024 ** 2} MiB`
  return new GraderError('queue.too-large', `Packed, it is larger than ${most}, and does not travel through a queue.`, {
    remedy: 'Grade it on one machine: `cgrade batch` without `--queue`.',
  })
}
