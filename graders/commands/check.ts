import { basename } from 'node:path'
import { gradeBatch } from '../batch.ts'
import type { Grade, GradesFile } from '../model/grade.ts'
import { GraderError, UsageError } from '../model/grader-error.ts'
import { forTerminal, terminal } from '../reporters/escape.ts'
import { renderJson } from '../reporters/json.ts'
import { renderStudent } from '../reporters/terminal-student.ts'
import { archiveStem } from '../stages/intake/archive-names.ts'
import { loadCourse } from '../stages/specs/load-assignment.ts'
import { requireSubmission } from './existing-folder.ts'
import { exitCodeOf } from './exit-code.ts'
import type { CheckOptions } from './grading-options.ts'
import { exitCodes, type Io } from './io.ts'
import { startProgress } from './progress-lines.ts'
import { requireSecurity } from './require-security.ts'
import { runOnDisk } from './run-on-disk.ts'
import { selectExercises, tellSelection } from './select-exercises.ts'

/** One submission, told to its student; no file is written unless `--out` names a folder. */
export async function check(options: CheckOptions, io: Io): Promise<number> {
  const path = await requireSubmission(options.path)
  const course = await loadCourse(options.assignment)
  const exercises = selectExercises(options.exercises, course.assignment)
  await requireSecurity(options.requireSecurity, course, io)
  await using run = options.out === undefined ? undefined : await runOnDisk(options.out, course.assignment.id)
  const lines = startProgress(io, { total: 1, quiet: options.quiet, each: 'checks' })
  const source = { id: nameOf(path), path }
  const grades: Grade[] = []
  const graded: typeof lines.graded = (grade, done, total) => {
    grades.push(grade)
    void run?.keep(grade)
    lines.graded(grade, done, total)
  }
  const progress = { ...lines, graded, ...(run === undefined ? {} : { began: run.begin }) }
  const { mirror, standIns, seed, kernel } = options
  const running = { jobs: 1, mirror, standIns, seed, kernel, exercises, progress, signal: io.signal }
  const record = await gradeBatch([source], course, running).finally(() => lines.end())
  const file: GradesFile = { schema: 'cgrade/grades/v1', run: record, grades }

  await run?.finish(
    record,
    grades.map(({ submission }) => submission.id),
  )
  if (options.json) io.out(renderJson(file))
  const [grade] = file.grades
  if (grade === undefined) {
    if (file.run.interrupted === true) return exitCodes.interrupted
    throw new GraderError('internal', 'The run ended without a grade for this submission.')
  }
  // A wrong cgrade.yml is wrong use of this program, which its student can put right at once.
  if (grade.status === 'rejected' && grade.rejection.code === 'intake.bad-config') {
    throw new UsageError([grade.rejection.message, grade.rejection.hint].filter(Boolean).join('\n'))
  }
  if (!options.json) {
    io.out(renderStudent(grade, io))
    const selection = tellSelection(exercises, course.assignment)
    if (selection !== undefined) io.out(terminal`\n${forTerminal(selection)}\n`)
    if (run !== undefined) io.out(terminal`\nReports: ${forTerminal(run.folder)}\n`)
  }
  return exitCodeOf(file, { requirePass: true })
}

function nameOf(path: string): string {
  const name = basename(path)
  return (archiveStem(name) ?? name).normalize('NFC') || 'submission'
}
