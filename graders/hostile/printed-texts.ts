import fc from 'fast-check'
import { explainError } from '../commands/explain-error.ts'
import { renderBoard, summariseState } from '../commands/live-board.ts'
import { startProgress } from '../commands/progress-lines.ts'
import { recordIo } from '../commands/recorded-io.ts'
import { createRunState, noteStage } from '../commands/run-state.ts'
import type { TerminalText } from '../model/encoded.ts'
import { checksOf, type Grade } from '../model/grade.ts'
import { GraderError, UsageError } from '../model/grader-error.ts'
import { renderClassroom } from '../reporters/classroom.ts'
import { renderCsv } from '../reporters/csv.ts'
import { guardLines, joinTerminal, terminal } from '../reporters/escape.ts'
import { renderCheckRun } from '../reporters/github-check-run.ts'
import { renderComment } from '../reporters/github-comment.ts'
import { renderSummary } from '../reporters/github-summary.ts'
import { controlCharacters, hostileGrade } from '../reporters/hostile-text.ts'
import { renderStudentPage } from '../reporters/html-student.ts'
import { renderJson } from '../reporters/json.ts'
import { renderJunit } from '../reporters/junit.ts'
import { makePaint } from '../reporters/paint.ts'
import { sampleFile, sampleRejected, sampleUngraded } from '../reporters/sample-grades.ts'
import { renderFindings } from '../reporters/terminal-findings.ts'
import { renderStudent } from '../reporters/terminal-student.ts'
import { renderTable } from '../reporters/terminal-table.ts'
import { renderTranscript } from '../reporters/transcript.ts'

interface View {
  columns: number
  color: boolean
}

/** Test support: all that is printed, or could be, when a submission writes this wherever it can write. */
export function printedWith(text: string, view?: View): Record<string, string> {
  const file = sampleFile(gradesWith(text))
  return {
    ...onTerminal(text, view),
    transcript: file.grades.map(renderTranscript).join('\n'),
    json: renderJson(file),
    csv: renderCsv(file),
    junit: renderJunit(file, 'jenkins'),
    'junit, github': renderJunit(file, 'github'),
    summary: renderSummary(file),
    comment: renderComment(file),
    check: Object.values(renderCheckRun(file)).flat().map(toText).join('\n'),
    classroom: file.grades.flatMap((grade) => renderClassroom(grade).tests.flatMap(Object.values)).join('\n'),
    html: file.grades.map((grade) => renderStudentPage(grade, file)).join('\n'),
  }
}

function toText(part: string | object): string {
  return typeof part === 'string' ? part : Object.values(part).join('\n')
}

/** What depends on how wide the terminal is. */
export function onTerminal(text: string, view: View = { columns: 80, color: false }): Record<string, string> {
  const grades = gradesWith(text)
  const errors = [new UsageError(text), new GraderError('internal', text, { remedy: text }), new Error(text), text]
  return {
    table: renderTable(sampleFile(grades), view),
    findings: guardLines(joinTerminal(renderFindings([...grades, ...grades], view).flat(), terminal`\n`)),
    board: guardLines(joinTerminal(boardWith(text, view), terminal`\n`)),
    ...Object.fromEntries(grades.map((grade) => [`student, ${grade.status}`, renderStudent(grade, view)])),
    progress: progressOf(grades, text, view),
    errors: errors.map((thrown) => explainError(thrown, { color: view.color, debug: true }).text).join(''),
  }
}

export function gradesWith(text: string): Grade[] {
  const rejected = sampleRejected(text)
  const ungraded = sampleUngraded(text)
  if (rejected.status === 'rejected') rejected.rejection = { code: 'intake.link-outside', message: text, hint: text }
  if (ungraded.status === 'ungraded') ungraded.error = { code: 'internal', message: text, remedy: text }
  return [hostileGrade(text), rejected, ungraded]
}

function boardWith(text: string, view: View): TerminalText[] {
  const state = createRunState(2)
  noteStage(state, text, { stage: 'build', detail: text, worker: text }, 0)
  const drawn = { columns: view.columns, rows: 24, paint: makePaint(view.color) }
  return [...renderBoard(state, 1_000, drawn), summariseState(state, 1_000)]
}

function progressOf(grades: Grade[], text: string, view: View): string {
  const io = recordIo({ ...view, tty: false })
  const batch = startProgress(io, { total: grades.length, quiet: false, each: 'submissions' })
  const check = startProgress(io, { total: 1, quiet: false, each: 'checks' })
  batch.message(text)
  for (const [done, grade] of grades.entries()) {
    batch.stage(grade.submission.id, 'build', text)
    for (const record of checksOf(grade)) check.check(grade.submission.id, record)
    batch.graded(grade, done + 1, grades.length)
  }
  return io.stderr()
}

/** Any text at all, with a liking for what somebody obeys. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  // Halves of surrogates as well, which no decoder yields, and a sink must survive.
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '::error::',
          '##[error]',
          '::',
          ':',
          '##[',
          '#',
          '[',
          ' ',
          '\n',
          '\r',
          '\r\n',
          '\u001b[1A',
          '/',
        ),
        fc.constantFrom('::stop-commands::x', '::add-mask::PASS', '100/100', '汉字', 'word ', '\ufe0f', '"', "'", ';'),
        fc.constantFrom('<', '>', '&', ']]>', '<script>', '</pre>', '<!--', '=1+1', '@SUM(A1)', '`', ',', '\t=', '-'),
        fc.constantFrom(...controlCharacters),
      ),
      { maxLength: 40 },
    )
    .map((pieces) => pieces.join('')),
  // Where a line is broken decides what it begins with.
  fc
    .tuple(fc.integer({ min: 0, max: 120 }), fc.constantFrom('::error::x', '##[error]x'))
    .map(([blanks, command]) => `${'x'.repeat(blanks)} ${command} `.repeat(3)),
)
