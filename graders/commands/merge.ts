import { newRunId } from '../model/identity.ts'
import { forTerminal, terminal } from '../reporters/escape.ts'
import { nameSome } from '../reporters/numbers.ts'
import { score } from '../stages/score.ts'
import { loadCourse } from '../stages/specs/load-assignment.ts'
import { mergeRuns, type Part } from '../store/merge-runs.ts'
import { missingShards } from '../store/merge-shards.ts'
import { readRun } from '../store/read-run.ts'
import { compareSubmissions } from './compare-submissions.ts'
import { exitCodeOf } from './exit-code.ts'
import { exitCodes, type Io } from './io.ts'
import { folderOfRun, locateRun } from './locate-run.ts'
import { keepAll, runOnDisk } from './run-on-disk.ts'
import { tellRun } from './tell-run.ts'

export interface MergeOptions {
  runs: string[]
  assignment: string | undefined
  out: string | undefined
  json: boolean
  requirePass: boolean
}

/** Several runs as one: parts that judged other exercises, shards with other submissions. Exit codes are those of `batch`; a shard that is missing is one more reason for 3. */
export async function merge(options: MergeOptions, io: Io): Promise<number> {
  const course = await loadCourse(options.assignment)
  const { assignment, specsDigest } = course
  const parts: Part[] = []
  const folders: string[] = []
  for (const name of options.runs) {
    const path = await locateRun(name)
    parts.push({ name, file: await readRun(path) })
    folders.push(await folderOfRun(path))
  }
  const rubric = { assignment, specsDigest, score: score.bind(undefined, assignment) }
  const file = mergeRuns(parts, rubric, newRunId(new Date()))
  await using run = await runOnDisk(options.out, assignment.id)
  const { finishedAt: _end, interrupted: _interrupted, ...start } = file.run
  await run.begin(start)
  await keepAll(run, file.grades)
  const ids = file.grades.map(({ submission }) => submission.id)
  await compareSubmissions(run.folder, course, ids, io, folders)
  tellRun(await run.finish(file.run, ids), io, options)
  const exitCode = exitCodeOf(file, { requirePass: options.requirePass })
  const missing = file.run.shard === undefined ? [] : missingShards(file.run.shard)
  if (missing.length === 0) return exitCode
  io.err(terminal`${forTerminal(tellMissing(missing))} Merge once more with all shards.\n`)
  return exitCode === exitCodes.interrupted ? exitCode : exitCodes.ungraded
}

function tellMissing(shards: string[]): string {
  const names = nameSome(shards, 20)
  return shards.length === 1
    ? `Shard ${names} is missing: its submissions have no grade here.`
    : `Shards ${names} are missing: their submissions have no grade here.`
}
