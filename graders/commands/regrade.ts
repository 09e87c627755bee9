import type { Grade, RunRecord } from '../model/grade.ts'
import { fileName } from '../model/identity.ts'
import type { MovesFile } from '../model/moves.ts'
import type { SubmissionSource } from '../model/progress.ts'
import type { RunRequest } from '../model/run-request.ts'
import { renderMovesCsv, renderMovesJson } from '../reporters/moves.ts'
import { collectSubmissions } from '../stages/intake/collect-submissions.ts'
import { loadCourse } from '../stages/specs/load-assignment.ts'
import { compareRuns } from '../store/compare-runs.ts'
import { writeWhole } from '../store/run-folder.ts'
import { compareSubmissions } from './compare-submissions.ts'
import { exitCodeOf } from './exit-code.ts'
import { gradeChanged, keptIn } from './grade-changed.ts'
import { exitCodes, type Io } from './io.ts'
import { type OldRun, openOldRun, requestAgain } from './open-old-run.ts'
import { planRegrade, type RegradePlan, requireSameAssignment } from './plan-regrade.ts'
import { readRoster } from './read-roster.ts'
import { requireSecurity } from './require-security.ts'
import { runOnDisk } from './run-on-disk.ts'
import { selectExercises } from './select-exercises.ts'
import { selectShard } from './select-shard.ts'
import { tellMoves, tellPlan } from './tell-regrade.ts'
import { tellHowToGoOn, tellRun } from './tell-run.ts'

export interface RegradeOptions {
  run: string | undefined
  from: string | undefined
  only: string[] | undefined
  jobs: number
  assignment: string | undefined
  roster: string | undefined
  out: string | undefined
  dryRun: boolean
  json: boolean
  quiet: boolean
}

/** Grades into a new run what has changed since an old one, answers the rest from there, and tells who moved. */
export async function regrade(options: RegradeOptions, io: Io): Promise<number> {
  const old = await openOldRun(options.run)
  const request = await requestAgain(old, options)
  const course = await loadCourse(request.assignment)
  requireSameAssignment(old, course)
  // Refuses an exercise that the assignment no longer has.
  selectExercises(request.exercises, course.assignment)
  const roster = await readRoster(request.roster)
  const isPlain = request.changedSince !== undefined
  await using collected = await collectSubmissions(request.folder, course.assignment, { isPlain, roster })
  const sources = chooseSources(collected.sources, old, request)
  const plan = await planRegrade(old, sources, course, request, { ...options, signal: io.signal })
  if (options.dryRun) {
    tellPlan(old, plan, { ...options, isAll: true }, { ...io, err: io.out })
    tellMoves(movesOf(old, plan, keptIn(plan), { id: 'dry-run', specsDigest: course.specsDigest }), [], options, io)
    return exitCodes.ok
  }
  if (!options.quiet) tellPlan(old, plan, { isAll: false }, io)
  const again = plan.choices.flatMap(({ source, choice }) => (choice.fate === 'grade' ? source : []))
  if (again.length > 0) await requireSecurity(undefined, course, io)
  await using run = await runOnDisk(options.out, course.assignment.id)
  const record = await gradeChanged(again, { old, plan, course, request, run, options, io })
  const ids = sources.map(({ id }) => id)
  await compareSubmissions(run.folder, course, ids, io, [old.folder])
  const finished = await run.finish(record, ids)
  const moves = movesOf(old, plan, finished.file.grades, record)
  await writeWhole(run.folder, fileName`moves.csv`, renderMovesCsv(moves))
  await writeWhole(run.folder, fileName`moves.json`, renderMovesJson(moves))
  tellRun(finished, io, options)
  if (record.interrupted === true) tellHowToGoOn(run.folder, io)
  tellMoves(
    moves,
    ['moves.csv', 'moves.json'].map((name) => `${run.folder}/${name}`),
    options,
    io,
  )
  return exitCodeOf(finished.brief, { requirePass: false })
}

function movesOf(
  old: OldRun,
  plan: RegradePlan,
  grades: Iterable<Grade>,
  to: Pick<RunRecord, 'id' | 'specsDigest'>,
): MovesFile {
  const { id, specsDigest } = old.file.run
  return {
    schema: 'cgrade/moves/v1',
    from: { id, specsDigest },
    to: { id: to.id, specsDigest: to.specsDigest },
    ...compareRuns(old.file.grades, grades),
    gradedAgain: plan.choices.flatMap(({ source, choice }) =>
      choice.fate === 'grade' ? { submission: source.id, because: choice.because } : [],
    ),
    added: plan.choices.flatMap(({ source, candidate, choice }) =>
      candidate.old === undefined && choice.fate === 'grade' ? source.id : [],
    ),
    gone: plan.gone,
  }
}

/** What is not of this run's shard, or had not changed since the commit that was named, was not asked for and is not new. */
function chooseSources(all: SubmissionSource[], { file }: OldRun, request: RunRequest): SubmissionSource[] {
  const before = new Set(file.grades.map(({ submission }) => submission.id))
  const ofShard = request.shard === undefined ? all : selectShard(all, request.shard)
  return request.changedSince === undefined ? ofShard : ofShard.filter(({ id }) => before.has(id))
}
