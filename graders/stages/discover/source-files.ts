import type { Submission } from '../../model/submission.ts'
import { isForeign, readSnapshotText } from '../intake/snapshot-text.ts'
import { timeSlice } from '../intake/time-slice.ts'

export interface SourceFile {
  path: string
  language: string
  text: string
}

const maxFiles = 200
const maxBytes = 256 * 1024
const languages = new Set([
  'go',
  'py',
  'js',
  'mjs',
  'cjs',
  'ts',
  'java',
  'kt',
  'rs',
  'c',
  'cc',
  'cpp',
  'rb',
  'php',
  'cs',
  'scala',
  'swift',
])

/** The student's own source, files near the root first; tests and libraries left out. */
export async function readSources(submission: Submission): Promise<SourceFile[]> {
  const breathe = timeSlice()
  const paths = submission.entries
    .filter((entry) => entry.kind === 'file' && entry.bytes > 0 && isSource(entry.path))
    .map(({ path }) => path)
    .sort((a, b) => depthOf(a) - depthOf(b))
    .slice(0, maxFiles)
  const sources: SourceFile[] = []
  for (const path of paths) {
    await breathe()
    sources.push({ path, language: endingOf(path), text: readSnapshotText(submission, path, maxBytes) })
  }
  return sources
}

function isSource(path: string): boolean {
  return languages.has(endingOf(path)) && !isForeign(path) && !isTest(path) && !path.endsWith('.min.js')
}

function isTest(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (/(?:^|\/)(?:tests?|__tests__|testdata|spec)\//.test(path)) return true
  return /[._](?:test|spec)\.\w+$/.test(name) || /^(?:test_|conftest)/.test(name)
}

function endingOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1).toLowerCase()
}

function depthOf(path: string): number {
  return path.split('/').length
}
