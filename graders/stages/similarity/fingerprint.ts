import { createHash } from 'node:crypto'
import type { Fingerprint, FingerprintFile } from '../../model/similarity.ts'
import type { Submission } from '../../model/submission.ts'
import { readSources, type SourceFile } from '../discover/source-files.ts'
import { timeSlice } from '../intake/time-slice.ts'
import { readTokens } from './read-tokens.ts'
import { winnow } from './winnow.ts'

/** Less of a program says nothing: two of that size are alike by chance. */
const fewestTokens = 60
const mostFiles = 50
/** Of all files together. */
const mostChars = 1024 * 1024

/** Of all files together: about ten thousand tokens. */
const mostHashes = 1_000

/** What is kept of a submission's own sources to compare it with others. Reads them, and runs nothing of them. */
export async function takeFingerprint(submission: Submission): Promise<Fingerprint> {
  const sources = await readSources(submission)
  const breathe = timeSlice()
  const files: FingerprintFile[] = []
  let chars = 0
  let hashes = 0
  for (const source of sources) {
    chars += source.text.length
    if (files.length >= mostFiles || chars > mostChars) break
    await breathe()
    const { tokens = [], ...file } = fingerprintFile(source)
    files.push({ ...file, tokens: tokens.slice(0, mostHashes - hashes) })
    hashes = Math.min(mostHashes, hashes + tokens.length)
  }
  return { id: submission.id, digest: submission.digest, files, isPartial: files.length < sources.length }
}

export function fingerprintFile({ path, text, language }: SourceFile): FingerprintFile {
  const exact = digestOf(text)
  const tokens = text.includes('\0') ? [] : readTokens(text, language)
  if (tokens.length < fewestTokens) return { path, exact }
  const normalised = digestOf(tokens.map((token) => token.text.toLowerCase()).join('\n'))
  return { path, exact, normalised, tokens: winnow(tokens) }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
