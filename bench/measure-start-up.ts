import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cgradeProgram } from './contestants.ts'
import { measureCommand } from './measure.ts'
import { writeQuickSubmissions } from './quick-submissions.ts'
import { renderTable, type Section, seconds } from './results.ts'
import type { Scope } from './scope.ts'

const rounds = 5
const root = fileURLToPath(new URL('../', import.meta.url))

/** What everybody waits for who types one of these. */
export async function measureStartUp(scope: Scope): Promise<Section> {
  const [quick] = await writeQuickSubmissions(join(scope.folder, 'start-up'), 1, scope.id)
  const commands: [string, string, string[]][] = [
    ['`./grade --help`', join(root, 'grade'), ['--help']],
    ['`cgrade --help`', process.execPath, [cgradeProgram, '--help']],
    [
      '`cgrade check` of a trivial submission',
      process.execPath,
      [cgradeProgram, 'check', quick?.folder ?? '', '--quiet'],
    ],
  ]
  const rows: string[][] = []
  for (const [name, file, words] of commands) {
    const walls: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      scope.signal.throwIfAborted()
      const options = {
        cwd: root,
        cancelSignal: scope.signal,
        env: { NO_COLOR: '1' },
      }
      walls.push((await measureCommand(file, words, options)).wallSeconds)
    }
    walls.sort((a, b) => a - b)
    rows.push([name, seconds(walls[0] ?? 0), seconds(walls[Math.floor(rounds / 2)] ?? 0)])
  }
  return {
    title: 'Starting',
    text: renderTable(['', 'fastest of 5', 'middle of 5'], rows),
  }
}
