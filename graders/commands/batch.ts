import { UsageError } from '../model/grader-error.ts'
import { findQueueAddress } from '../queue/queue-address.ts'
import { forTerminal, terminal } from '../reporters/escape.ts'
import { countOf, nameSome } from '../reporters/numbers.ts'
import { collectSubmissions, isDownload } from '../stages/intake/collect-submissions.ts'
import { loadCourse } from '../stages/specs/load-assignment.ts'
import { readRun } from '../store/read-run.ts'
import { chooseChanged } from './choose-changed.ts'
import { requireFolder } from './existing-folder.ts'
import { exitCodeOf } from './exit-code.ts'
import { findInterrupted } from './find-interrupted.ts'
import { gradeAndKeep } from './grade-and-keep.ts'
import type { BatchOptions } from './grading-options.ts'
import type { Io } from './io.ts'
import { leaveGraded } from './leave-graded.ts'
import { readRoster } from './read-roster.ts'
import { refuseOtherRequest } from './refuse-other-run.ts'
import { requestOf } from './request-of.ts'
import { requireSecurity } from './require-security.ts'
import { listReports, reopenOnDisk, runOnDisk } from './run-on-disk.ts'
import { selectExercises } from './select-exercises.ts'
import { selectShard } from './select-shard.ts'
import { shownPath } from './shown-path.ts'
import { tellRun } from './tell-run.ts'

/** Every submission of a folder: progress while it goes on, the table, and the reports. */
export async function batch(given: BatchOptions, io: Io): Promise<number> {
  const left = given.resume === undefined ? undefined : await findInterrupted(given)
  if (left?.state === 'finished') return await tellFinished(left.folder, given, io)
  const options = left?.options ?? given
  if (!(await isDownload(options.folder))) await requireFolder(options.folder, 'a folder with submissions in it')
  const course = await loadCourse(options.assignment)
  const address = findQueueAddress(options.queue, process.env)
  if (address === undefined) await requireSecurity(options.requireSecurity, course, io)
  else refuseWorkersOptions(options)
  const exercises = selectExercises(options.exercises, course.assignment)
  const request = requestOf(options, course, exercises)
  if (left !== undefined) refuseOtherRequest(left, request)
  const { changedSince: commit } = options
  if (commit !== undefined) refuseCollected(options)
  const roster = await readRoster(options.roster)
  // What a pull request changes is a folder of a student, whatever its name.
  const isPlain = commit !== undefined
  await using collected = await collectSubmissions(options.folder, course.assignment, { isPlain, roster })
  const { sources: all, leftOut } = collected
  const chosen = commit === undefined ? undefined : await chooseChanged(all, options.folder, commit, io)
  if (all.length === 0 && chosen === undefined) throw nothingToGrade(options.folder, leftOut)
  const changed = chosen?.sources ?? all
  const sources = options.shard === undefined ? changed : selectShard(changed, options.shard)
  if (!options.quiet) {
    // Nobody wonders why `.git` or a README is no submission.
    const notable = leftOut.filter(({ name }) => !/^(\.|readme)/i.test(name) && (chosen?.isChanged(name) ?? true))
    for (const { name, why } of notable) io.err(terminal`Left out: ${forTerminal(name)}: ${forTerminal(why)}\n`)
    tellMissing(collected.missing, io)
    const what = exercises === undefined ? '' : ` (${exercises.join(', ')})`
    const part = options.shard === undefined ? '' : `, shard ${options.shard} of ${changed.length}`
    const how = address === undefined ? `${options.jobs} at a time` : `by the workers on ${address.shown}`
    io.err(
      terminal`${countOf(sources.length, 'submission')} of ${forTerminal(course.assignment.id + what)}${forTerminal(part)}, ${forTerminal(how)}\n`,
    )
    if (options.shard !== undefined && sources.length === 0) {
      io.err(terminal`This shard is empty: there are fewer submissions than shards.\n`)
    }
  }
  await using run = await (left === undefined
    ? runOnDisk(options.out, course.assignment.id)
    : reopenOnDisk(left.folder))
  const look = { limits: course.assignment.limits.intake, jobs: options.jobs, signal: io.signal }
  const tell = options.quiet ? () => {} : io.err
  const rest = left === undefined ? sources : await leaveGraded(sources, run, look, tell)
  const work = { ids: sources.map(({ id }) => id), sources: rest, request, before: left?.header, address }
  const finished = await gradeAndKeep(work, course, run, options, io)
  tellRun(finished, io, options)
  if (chosen?.nothing !== undefined) (options.json ? io.err : io.out)(terminal`${forTerminal(chosen.nothing)}\n`)
  return exitCodeOf(finished.brief, { requirePass: options.requirePass })
}

/** Nothing is left to do; the exit code is what it would have been. */
async function tellFinished(folder: string, options: BatchOptions, io: Io): Promise<number> {
  io.err(terminal`The run ${forTerminal(shownPath(folder))} is complete: there is nothing to go on with.\n`)
  const file = await readRun(folder)
  tellRun({ file, brief: file, reports: listReports(folder) }, io, options)
  return exitCodeOf(file, { requirePass: options.requirePass })
}

/** What each machine does for itself is said there. */
function refuseWorkersOptions({ named }: BatchOptions): void {
  const option = [
    { key: 'mirror', name: '--mirror' },
    { key: 'standIns', name: '--no-stand-ins' },
    { key: 'requireSecurity', name: '--require-security' },
  ].find(({ key }) => named.includes(key))
  if (option === undefined) return
  throw new UsageError(
    `With a queue, \`${option.name}\` is for the machines that grade: leave it out here, and give it to \`cgrade worker\`.`,
  )
}

/** What changed is asked of git, which knows folders. */
function refuseCollected({ roster, folder }: BatchOptions): void {
  const given = roster !== undefined ? '`--roster`' : /\.zip$/i.test(folder) ? 'an archive' : undefined
  if (given !== undefined)
    throw new UsageError(`\`--changed-since\` looks at the folders of a git work tree, and does not go with ${given}.`)
}

function tellMissing(missing: string[], io: Io): void {
  if (missing.length === 0) return
  io.err(
    terminal`Nothing was handed in by ${countOf(missing.length, 'student')} on the roster: ${forTerminal(nameSome(missing, 20))}\n`,
  )
}

/** Nothing graded is never a success. */
function nothingToGrade(given: string, leftOut: { name: string; why: string }[]): UsageError {
  const expected = `There are no submissions in \`${given}\`; expected one folder per student, or an archive.`
  const seen = leftOut.slice(0, 5).map(({ name, why }) => `\`${name}\`: ${why}`)
  return new UsageError([expected, ...seen].join('\n'))
}
