import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Assignment } from '../../model/assignment.ts'

/** What specs may be made of; handouts and tests judge nobody. */
const codeFile = /^(?!.*\.test\.[a-z]+$).*\.(?:[cm]?[jt]s|json)$/

/**
 * sha256 over what decides verdicts: the specs with what lies beside them, and of the assignment all but points and titles, who may
 * see a check, what is required and what lateness costs. `file` exports the assignment, and perhaps more for the specs.
 */
export async function digestJudging(
  assignment: Assignment,
  { folder, file, exports }: { folder: string; file: string; exports: Record<string, unknown> },
): Promise<string> {
  const { default: _assignment, ...others } = exports
  const asText = (_key: string, value: unknown) => (typeof value === 'function' ? String(value) : value)
  const hash = createHash('sha256').update(JSON.stringify([judgingPartOf(assignment), others], asText))
  for (const path of await listCode(folder)) {
    if (path !== file) hash.update(`\0${relative(folder, path)}\0`).update(await readFile(path))
  }
  return hash.digest('hex')
}

function judgingPartOf({ title: _title, late: _late, exercises, limits, ...rest }: Assignment) {
  const { requireSecurity: _level, ...judgingLimits } = limits
  const judging = exercises.map(({ title: _its, required, checks, ...exercise }) => ({
    ...exercise,
    // A program that cannot be built here is ungraded where it is required, and not counted where it is not.
    ...(exercise.kind === 'memory' ? { required } : {}),
    checks: checks.map(({ id }) => id),
  }))
  return { ...rest, limits: judgingLimits, exercises: judging }
}

/** Sorted; the folder may be one of somebody's own, with packages in it. */
async function listCode(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found: string[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.')) {
      found.push(...(await listCode(path)))
    } else if (!entry.isDirectory() && codeFile.test(entry.name)) found.push(path)
  }
  return found
}
