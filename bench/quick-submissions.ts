import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quickDockerfile, quickServer } from '../graders/test-runs.ts'
import type { Submission } from './go-submissions.ts'
import { scopeLabel } from './scope.ts'

/** Submissions that take next to nothing to build and run: what is left is what grading itself costs. No two are alike. */
export async function writeQuickSubmissions(inbox: string, count: number, scope: string): Promise<Submission[]> {
  const all: Submission[] = []
  for (let index = 0; index < count; index += 1) {
    const id = `student-${String(index + 1).padStart(4, '0')}`
    const folder = join(inbox, id)
    await mkdir(folder, { recursive: true })
    await copyFile(quickServer, join(folder, 'hs'))
    await writeFile(join(folder, 'Dockerfile'), `${quickDockerfile}LABEL ${scopeLabel}=${scope} student=${id}\n`)
    all.push({
      id,
      folder,
      files: ['Dockerfile', 'hs'],
      port: 8000,
      healthText: '',
    })
  }
  return all
}
