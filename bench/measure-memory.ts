import { join } from 'node:path'
import { raceCgrade } from './contestants.ts'
import { writeQuickSubmissions } from './quick-submissions.ts'
import { megabytes, renderTable, type Section, seconds } from './results.ts'
import type { Scope } from './scope.ts'

/** Peak memory of the grader by how many submissions it has. */
export async function measureMemory(scope: Scope, counts: number[], jobs: number): Promise<Section> {
  const rows: string[][] = []
  let first: number | undefined
  for (const count of counts) {
    const inbox = join(scope.folder, `memory-${count}`)
    const submissions = await writeQuickSubmissions(inbox, count, scope.id)
    scope.signal.throwIfAborted()
    process.stderr.write(`Memory, ${count} submissions\n`)
    const { peakBytes, wallSeconds } = await raceCgrade({
      scope,
      inbox,
      submissions,
      jobs,
      warm: undefined,
    })
    first ??= peakBytes
    rows.push([`${count}`, megabytes(peakBytes), (peakBytes / first).toFixed(2), seconds(wallSeconds / count)])
  }
  const heads = ['submissions', 'peak memory', 'to the first', 'wall each']
  return { title: `Memory, ${jobs} at a time`, text: renderTable(heads, rows) }
}
