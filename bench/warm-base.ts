import { join } from 'node:path'
import { execa } from 'execa'
import type { BenchBase } from './bases.ts'
import { cgradeProgram } from './contestants.ts'
import type { Scope } from './scope.ts'

/** As a TA would before a grading day; what is warm already is found. */
export async function warmBase(scope: Scope, base: BenchBase): Promise<void> {
  const began = performance.now()
  await execa(process.execPath, [cgradeProgram, 'images', base.name], {
    cancelSignal: scope.signal,
    env: { NO_COLOR: '1', XDG_CACHE_HOME: join(scope.folder, 'cache') },
    stdin: 'ignore',
  })
  process.stderr.write(`  \`cgrade images\`: ${((performance.now() - began) / 1000).toFixed(1)} s\n`)
}
