import { createHash, randomBytes } from 'node:crypto'
import type { FileName } from './encoded.ts'

/** File name made from an id in any script: a readable ASCII slug and a short hash of the id, so that no two ids meet. */
export function fileNameOf(id: string): FileName {
  const slug = id
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .toLowerCase()
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 8)
  return (slug === '' ? hash : `${slug}-${hash}`) as FileName
}

/** Of a run that begins at that moment: in the order of time, and no other run's. */
export function newRunId(startedAt: Date): string {
  return `${startedAt.toISOString().replace(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`
}

/** A name of ours; what stands in its holes is one already. */
export function fileName(words: TemplateStringsArray, ...holes: FileName[]): FileName {
  return String.raw({ raw: words }, ...holes) as FileName
}
