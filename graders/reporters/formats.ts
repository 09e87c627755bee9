import type {
  CsvText,
  FileName,
  FileText,
  HtmlText,
  JsonText,
  MarkdownText,
  TerminalText,
  XmlText,
} from '../model/encoded.ts'
import type { Grade, GradesFile } from '../model/grade.ts'
import { fileName } from '../model/identity.ts'
import { renderCanvas } from './canvas.ts'
import { renderClassroomNotices, renderClassroomOutput } from './classroom.ts'
import { renderClassroom50Files } from './classroom50.ts'
import { renderCsv } from './csv.ts'
import { joinTerminal, terminal } from './escape.ts'
import { renderAnnotations } from './github-annotations.ts'
import { renderComment } from './github-comment.ts'
import { renderOutputs } from './github-outputs.ts'
import { folderBelow } from './github-paths.ts'
import { renderSummary } from './github-summary.ts'
import type { BookWish, FilledBook } from './grade-book.ts'
import { renderGradescope } from './gradescope.ts'
import { renderStudentPage } from './html-student.ts'
import { renderJson } from './json.ts'
import { renderJunit } from './junit.ts'
import { renderMoodle } from './moodle.ts'
import { renderStudent } from './terminal-student.ts'
import { renderTable } from './terminal-table.ts'
import { renderTranscript } from './transcript.ts'

export interface View {
  columns: number
  color: boolean
}

/** What formats for GitHub need to know beside the grades. */
export interface Place {
  /** The folder that was checked out: paths in annotations are relative to it. */
  checkout: string
  /** Says whose result it is, for Classroom 50. */
  env: Record<string, string | undefined>
}

interface Described {
  /** One line of help. */
  summary: string
  /** What the file is called when the format is written to one. */
  fileName: FileName
}

export type Format = Described &
  /** Goes to standard output unless a folder is named. */
  (
    | { goesTo: 'terminal'; render(file: GradesFile, view: View, place: Place): TerminalText }
    | {
        goesTo: 'file'
        render(file: GradesFile, view: View, place: Place): XmlText | CsvText | JsonText | MarkdownText
      }
    /** A file for each student, in a folder of the student's. */
    | { goesTo: 'students'; renderOne(grade: Grade, file: GradesFile): HtmlText | JsonText | undefined }
    /** A file that a learning platform takes, with what its reader must know. */
    | { goesTo: 'book'; renderBook(file: GradesFile, wish: BookWish): FilledBook }
    /** Some files about one submission; none while it is ungraded. */
    | { goesTo: 'folder'; renderFiles(file: GradesFile, place: Place): [FileName, FileText][] | undefined }
  )

/** What `cgrade report --format` knows, in the order of its help. */
export const reportFormats = {
  table: {
    summary: 'a row per submission, on the terminal',
    fileName: fileName`table.txt`,
    goesTo: 'terminal',
    render: renderTable,
  },
  student: {
    summary: 'what each student reads, on the terminal',
    fileName: fileName`student.txt`,
    goesTo: 'terminal',
    render: (file, view) =>
      joinTerminal(
        file.grades.map((grade) => renderStudent(grade, view)),
        terminal`\n`,
      ),
  },
  transcript: {
    summary: 'the same without what differs between two runs',
    fileName: fileName`transcript.txt`,
    goesTo: 'terminal',
    render: (file) => joinTerminal(file.grades.map(renderTranscript), terminal`\n`),
  },
  json: {
    summary: 'every grade, for programs (docs/grades-json.md)',
    fileName: fileName`grades.json`,
    goesTo: 'file',
    render: renderJson,
  },
  junit: {
    summary: 'JUnit XML that is valid for Jenkins',
    fileName: fileName`junit.xml`,
    goesTo: 'file',
    render: (file) => renderJunit(file, 'jenkins'),
  },
  'junit-github': {
    summary: 'JUnit XML with file and line, for the reporters on GitHub',
    fileName: fileName`junit-github.xml`,
    goesTo: 'file',
    render: (file, _view, { checkout }) => renderJunit(file, 'github', folderBelow(checkout)),
  },
  csv: {
    summary: 'a row per submission, for a spreadsheet',
    fileName: fileName`grades.csv`,
    goesTo: 'file',
    render: renderCsv,
  },
  html: {
    summary: 'a page for each student, for a browser: <student>/report.html',
    fileName: fileName`report.html`,
    goesTo: 'students',
    renderOne: renderStudentPage,
  },
  'github-summary': {
    summary: 'Markdown for the summary of a step on GitHub',
    fileName: fileName`summary.md`,
    goesTo: 'file',
    render: (file) => renderSummary(file),
  },
  'github-annotations': {
    summary: "commands for GitHub's runner: what was lost, beside the student's own lines",
    fileName: fileName`annotations.txt`,
    goesTo: 'terminal',
    render: (file, _view, { checkout }) => renderAnnotations(file, folderBelow(checkout)),
  },
  'github-outputs': {
    summary: 'outputs of a step: `status`, `score`, `max-score`',
    fileName: fileName`outputs.txt`,
    goesTo: 'terminal',
    render: renderOutputs,
  },
  'github-comment': {
    summary: 'Markdown for a comment on a pull request',
    fileName: fileName`comment.md`,
    goesTo: 'file',
    render: (file) => renderComment(file),
  },
  classroom: {
    summary: 'of one submission: the step output `result` of GitHub Classroom',
    fileName: fileName`classroom.txt`,
    goesTo: 'terminal',
    render: renderClassroomOutput,
  },
  'classroom-notices': {
    summary: 'of one submission: the notices from which GitHub Classroom reads points',
    fileName: fileName`classroom-notices.txt`,
    goesTo: 'terminal',
    render: renderClassroomNotices,
  },
  classroom50: {
    summary: "of one submission: Classroom 50's result.json and release-body.md",
    fileName: fileName`result.json`,
    goesTo: 'folder',
    renderFiles: (file, { env }) => renderClassroom50Files(file, env),
  },
  canvas: {
    summary: "points for Canvas' grade book: fills its own export (--template), or a new one",
    fileName: fileName`canvas.csv`,
    goesTo: 'book',
    renderBook: renderCanvas,
  },
  moodle: {
    summary: 'points for Moodle: fills its grading worksheet (--template), or a new one',
    fileName: fileName`moodle.csv`,
    goesTo: 'book',
    renderBook: renderMoodle,
  },
  gradescope: {
    summary: "for each student, an autograder's results.json: <student>/gradescope.json",
    fileName: fileName`gradescope.json`,
    goesTo: 'students',
    renderOne: renderGradescope,
  },
} as const satisfies Record<string, Format>

export type FormatName = keyof typeof reportFormats
