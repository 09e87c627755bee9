import { relative } from 'node:path'
import { gradeBatch } from '../batch.ts'
import type { GradesFile } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import type { SubmissionSource } from '../model/progress.ts'
import { forTerminal, joinTerminal, terminal } from '../reporters/escape.ts'
import { renderJson } from '../reporters/json.ts'
import { countOf } from '../reporters/numbers.ts'
import { renderTable } from '../reporters/terminal-table.ts'
import { listSubmissions } from '../stages/intake/list-submissions.ts'
import { type Course, loadCourse } from '../stages/specs/load-assignment.ts'
import { requireFolder } from './existing-folder.ts'
import { exitCodeOf } from './exit-code.ts'
import type { BatchOptions } from './grading-options.ts'
import type { Io } from './io.ts'
import { startProgress } from './progress-lines.ts'
import { requireSecurity } from './require-security.ts'
import { runOnDisk } from './run-on-disk.ts'

/** Every submission of a folder: progress while it goes on, the table, and the reports. */
export async function batch(options: BatchOptions, io: Io): Promise<number> {
  await requireFolder(options.folder, 'a folder with submissions in it')
  const course = await loadCourse(options.assignment)
  await requireSecurity(options.requireSecurity, course, io)
  const { sources, leftOut } = await listSubmissions(options.folder)
  if (sources.length === 0) throw nothingToGrade(options.folder, leftOut)
  if (!options.quiet) {
    // Nobody wonders why `.git` or a README is no submission.
    const notable = leftOut.filter(({ name }) => !/^(\.|readme)/i.test(name))
    for (const { name, why } of notable) io.err(terminal`Left out: ${forTerminal(name)}: ${forTerminal(why)}\n`)
    io.err(
      terminal`${countOf(sources.length, 'submission')} of ${forTerminal(course.assignment.id)}, ${options.jobs} at a time\n`,
    )
  }
  const { file, reports } = await gradeAndKeep(sources, course, options, io)
  if (options.json) {
    io.out(renderJson(file))
  } else {
    io.out(renderTable(file, io))
    const places = reports.map((path) => forTerminal(shown(path)))
    io.out(terminal`\nReports: ${joinTerminal(places, terminal` `)}\n`)
  }
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
  try {
    const file = await gradeBatch(sources, course, {
      jobs: options.jobs,
      mirror: options.mirror,
      standIns: options.standIns,
      seed: options.seed,
      kernel: options.kernel,
      signal: io.signal,
      progress: {
        ...lines,
        began: run.begin,
        graded(grade, done, total) {
          run.keep(grade)
          lines.graded(grade, done, total)
        },
      },
    })
    return { file, reports: await run.finish(file) }
  } catch (thrown) {
    await run.abandon()
    throw thrown
  } finally {
    lines.end()
  }
}

/** Nothing graded is never a success. */
function nothingToGrade(given: string, leftOut: { name: string; why: string }[]): UsageError {
  const expected = `There are no submissions in \`${given}\`; expected one folder per student, or an archive.`
  const seen = leftOut.slice(0, 5).map(({ name, why }) => `\`${name}\`: ${why}`)
  return new UsageError([expected, ...seen].join('\n'))
}

function shown(path: string): string {
  const here = relative(process.cwd(), path)
  return here.startsWith('..') ? path : here
}
