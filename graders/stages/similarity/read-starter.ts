import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Assignment } from '../../model/assignment.ts'
import { UsageError } from '../../model/grader-error.ts'
import type { FingerprintFile } from '../../model/similarity.ts'
import { openFolder } from '../intake/open-folder.ts'
import { walk } from '../intake/walk.ts'
import { takeFingerprint } from './fingerprint.ts'

/** What the course itself has given out, from the folder `starter` beside `assignment.ts`; none without such a folder. */
export async function readStarter(assignmentFolder: string, assignment: Assignment): Promise<FingerprintFile[]> {
  const root = join(assignmentFolder, 'starter')
  const found = await stat(root).catch(() => undefined)
  if (!found?.isDirectory()) return []
  using folder = openFolder(root)
  const walked = await walk(folder, assignment.limits.intake)
  if ('reason' in walked) throw new UsageError(`\`${root}\` cannot be read as starter code: ${walked.message}`)
  const { entries } = walked
  const { files } = await takeFingerprint({
    id: 'starter',
    source: root,
    root,
    entries,
    digest: '',
    config: {},
    flags: [],
    notes: [],
  })
  return files
}
