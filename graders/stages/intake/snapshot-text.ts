import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { Submission } from '../../model/submission.ts'

/** The beginning of a file of the snapshot as text; the snapshot is ours, so plain opens are safe. */
export function readSnapshotText(submission: Submission, path: string, maxBytes: number): string {
  const descriptor = openSync(join(submission.root, path), 'r')
  try {
    const buffer = Buffer.allocUnsafe(Math.min(maxBytes, fstatSync(descriptor).size))
    const bytes = readSync(descriptor, buffer, 0, buffer.length, 0)
    const text = buffer.subarray(0, bytes).toString()
    return text.startsWith('\uFEFF') ? text.slice(1) : text
  } finally {
    closeSync(descriptor)
  }
}

/** Folders that hold what others wrote. */
const foreignFolders = new Set(['vendor', 'node_modules', '.venv', 'venv', 'third_party', 'site-packages', '.git'])

export function isForeign(path: string): boolean {
  return path.split('/').some((name) => foreignFolders.has(name))
}
