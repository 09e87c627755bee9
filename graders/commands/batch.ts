import { gradeBatch } from '../batch.ts'
import type { Grade, GradesFile } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import type { SubmissionSource } from '../model/progress.ts'
import { forTerminal, terminal } from '../reporters/escape.ts'
import { countOf, nameSome } from '../reporters/numbers.ts'
import { collectSubmissions, isDownload } from '../stages/intake/collect-submissions.ts'
import { type Course, loadCourse } from '../stages/specs/load-assignment.ts'
import { chooseChanged } from './choose-changed.ts'
import { requireFolder } from './existing-folder.ts'
import { exitCodeOf } from './exit-code.ts'
import type { BatchOptions } from './grading-options.ts'
import type { Io } from './io.ts'
import { startProgress } from './progress-lines.ts'
import { readRoster } from './read-roster.ts'
import { requireSecurity } from './require-security.ts'
import { runOnDisk } from './run-on-disk.ts'
import { selectExercises } from './select-exercises.ts'
import { tellRun } from './tell-run.ts'

/** Every submission of a folder: progress while it goes on, the table, and the reports. */
export async function batch(options: BatchOptions, io: Io): Promise<number> {
  if (!(await isDownload(options.folder))) await requireFolder(options.folder, 'a folder with submissions in it')
  const course = await loadCourse(options.assignment)
  await requireSecurity(options.requireSecurity, course, io)
  const exercises = selectExercises(options.exercises, course.assignment)
  const { changedSince: commit } = options
  if (commit !== undefined) refuseCollected(options)
  const roster = await readRoster(options.roster)
  // What a pull request changes is a folder of a student, whatever its name.
  const isPlain = commit !== undefined
  await using collected = await collectSubmissions(options.folder, course.assignment, { isPlain, roster })
  const { sources: all, leftOut } = collected
  const chosen = commit === undefined ? undefined : await chooseChanged(all, options.folder, commit, io)
  if (all.length === 0 && chosen === undefined) throw nothingToGrade(options.folder, leftOut)
  const sources = chosen?.sources ?? all
  if (!options.quiet) {
    // Nobody wonders why `.git` or a README is no submission.
    const notable = leftOut.filter(({ name }) => !/^(\.|readme)/i.test(name) && (chosen?.isChanged(name) ?? true))
    for (const { name, why } of notable) io.err(terminal`Left out: ${forTerminal(name)}: ${forTerminal(why)}\n`)
    tellMissing(collected.missing, io)
    const what = exercises === undefined ? '' : ` (${exercises.join(', ')})`
    io.err(
      terminal`${countOf(sources.length, 'submission')} of ${forTerminal(course.assignment.id + what)}, ${options.jobs} at a time\n`,
    )
  }
  const { file, reports } = await gradeAndKeep(sources, course, { ...options, exercises }, io)
  tellRun(file, reports, io, options)
  if (chosen?.nothing !== undefined) (options.json ? io.err : io.out)(terminal`${forTerminal(chosen.nothing)}\n`)
  return exitCodeOf(file, { requirePass: options.requirePass })
}

async function gradeAndKeep(
  sources: SubmissionSource[],
  course: Course,
  options: BatchOptions,
  io: Io,
): Promise<{ file: GradesFile; reports: string[] }> {
  const run = await runOnDisk(options.out, course.assignment.id)
  const lines = startProgress(io, { total: sources.length, quiet: options.quiet, each: 'submissions' })
  const grades = new Map<string, Grade>()
  try {
    const record = await gradeBatch(sources, course, {
      jobs: options.jobs,
      mirror: options.mirror,
      standIns: options.standIns,
      seed: options.seed,
      kernel: options.kernel,
      exercises: options.exercises,
      signal: io.signal,
      progress: {
        ...lines,
        began: run.begin,
        graded(grade, done, total) {
          run.keep(grade)
          grades.set(grade.submission.id, grade)
          lines.graded(grade, done, total)
        },
      },
    })
    const inOrder = sources.flatMap(({ id }) => grades.get(id) ?? [])
    const file: GradesFile = { schema: 'cgrade/grades/v1', run: record, grades: inOrder }
    return { file, reports: await run.finish(file) }
  } catch (thrown) {
    await run.abandon()
    throw thrown
  } finally {
    lines.end()
  }
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
