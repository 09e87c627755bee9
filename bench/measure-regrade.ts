import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { movesFileSchema } from '../graders/model/moves.ts'
import { cgradeProgram } from './contestants.ts'
import { type Measured, measureCommand } from './measure.ts'
import { writeQuickSubmissions } from './quick-submissions.ts'
import { megabytes, renderTable, type Section, seconds } from './results.ts'
import type { Scope } from './scope.ts'

const specs = fileURLToPath(new URL('../specs/cncamp-module3/', import.meta.url))
const rounds = 3
/** The middle of three counts; the first also fills Node's cache of compiled code. */
const middle = Math.floor(rounds / 2)
const [points, otherPoints] = ["{ id: 'httpserver.builds', points: 10", "{ id: 'httpserver.builds', points: 11"]

/** What grading again takes when no container has to run: nothing has changed, or only points have. */
export async function measureRegrade(scope: Scope, count: number, jobs: number): Promise<Section> {
  const [inbox, course, first] = ['regrade-inbox', 'regrade-course', 'regrade-first'].map((name) =>
    join(scope.folder, name),
  ) as [string, string, string]
  await writeQuickSubmissions(inbox, count, scope.id)
  await cp(specs, course, { recursive: true })
  process.stderr.write(`Regrade, ${count} submissions\n`)
  const cgrade = (words: string[]) =>
    measureCommand(process.execPath, [cgradeProgram, ...words], {
      cancelSignal: scope.signal,
      env: { NO_COLOR: '1', XDG_CACHE_HOME: join(scope.folder, 'cache') },
    })
  const graded = await cgrade(['batch', inbox, '--assignment', course, '--out', first, '--jobs', `${jobs}`, '--quiet'])
  const rows = [rowOf('graded at first', graded, count)]
  const again = async (name: string, moved: number) => {
    const all: Measured[] = []
    for (let round = 0; round < rounds; round += 1) {
      const out = join(scope.folder, `regrade-${name.replaceAll(' ', '-')}-${round}`)
      all.push(await cgrade(['regrade', first, '--out', out, '--quiet']))
      const { moves } = movesFileSchema.parse(JSON.parse(await readFile(join(out, 'moves.json'), 'utf8')))
      if (moves.length !== moved) throw new Error(`${moves.length} submissions moved, expected were ${moved}`)
    }
    all.sort((a, b) => a.wallSeconds - b.wallSeconds)
    rows.push(rowOf(name, all[middle] as Measured, count))
  }
  await again('nothing has changed', 0)
  const assignment = join(course, 'assignment.ts')
  const text = await readFile(assignment, 'utf8')
  if (!text.includes(points)) throw new Error(`${assignment} has no longer \`${points}\``)
  await writeFile(assignment, text.replace(points, otherPoints))
  await again('points have changed', count)
  const heads = ['', 'wall', 'wall each', 'CPU each, of the command', 'peak memory']
  return { title: `Grading again, ${count} submissions`, text: renderTable(heads, rows) }
}

function rowOf(name: string, { wallSeconds, cpu, peakBytes }: Measured, count: number): string[] {
  const each = (total: number) => `${((total / count) * 1000).toFixed(1)} ms`
  return [name, seconds(wallSeconds), each(wallSeconds), each(cpu.grader), megabytes(peakBytes)]
}
