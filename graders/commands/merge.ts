import { newRunId } from '../model/identity.ts'
import { score } from '../stages/score.ts'
import { loadCourse } from '../stages/specs/load-assignment.ts'
import { mergeRuns, type Part } from '../store/merge-runs.ts'
import { readRun } from '../store/read-run.ts'
import { exitCodeOf } from './exit-code.ts'
import type { Io } from './io.ts'
import { locateRun } from './locate-run.ts'
import { runOnDisk } from './run-on-disk.ts'
import { tellRun } from './tell-run.ts'

export interface MergeOptions {
  runs: string[]
  assignment: string | undefined
  out: string | undefined
  json: boolean
  requirePass: boolean
}

/** Several runs as one: parts that judged other exercises, shards with other submissions. Exit codes are those of `batch`. */
export async function merge(options: MergeOptions, io: Io): Promise<number> {
  const { assignment, specsDigest } = await loadCourse(options.assignment)
  const parts: Part[] = []
  for (const name of options.runs) parts.push({ name, file: await readRun(await locateRun(name)) })
  const rubric = { assignment, specsDigest, score: score.bind(undefined, assignment) }
  const file = mergeRuns(parts, rubric, newRunId(new Date()))
  const run = await runOnDisk(options.out, assignment.id)
  try {
    for (const grade of file.grades) run.keep(grade)
    tellRun(file, await run.finish(file), io, options)
  } catch (thrown) {
    await run.abandon()
    throw thrown
  }
  return exitCodeOf(file, { requirePass: options.requirePass })
}
