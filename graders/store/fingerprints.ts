import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Fingerprint, fingerprintSchema, type Similarity, similaritySchema } from '../model/similarity.ts'
import { jsonLine } from './json-line.ts'
import { writeFileWhole } from './write-file.ts'
import { writingFailed } from './writing-failed.ts'

/** For staff alone: what is known of who may have copied whom. */
export const similarityFiles = { fingerprints: 'fingerprints.jsonl', hints: 'similarity.json' } as const

/** Kept beside the grades, a line each. It serves a hint: where it cannot be written, no grade is lost. */
export async function keepFingerprint(folder: string, fingerprint: Fingerprint): Promise<void> {
  await appendFile(join(folder, similarityFiles.fingerprints), jsonLine(fingerprint)).catch(() => {})
}

/** The last of each submission; a line that broke off is left out. */
export async function readFingerprints(folder: string): Promise<Map<string, Fingerprint>> {
  const text = await readFile(join(folder, similarityFiles.fingerprints), 'utf8').catch(() => '')
  const read = text.split('\n').flatMap((line) => parseLine(line) ?? [])
  return new Map(read.map((fingerprint) => [fingerprint.id, fingerprint]))
}

export async function writeSimilarity(folder: string, similarity: Similarity): Promise<void> {
  const path = join(folder, similarityFiles.hints)
  await writeFileWhole(path, `${JSON.stringify(similarity, null, 2)}\n`).catch(writingFailed(path))
}

/** Undefined for a run that was not compared. */
export async function readSimilarity(folder: string): Promise<Similarity | undefined> {
  const text = await readFile(join(folder, similarityFiles.hints), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : similaritySchema.safeParse(parseJson(text)).data
}

function parseLine(line: string): Fingerprint | undefined {
  return fingerprintSchema.safeParse(parseJson(line)).data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
