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
import type { Similarity } from '../model/similarity.ts'
import { renderCanvas } from './canvas.ts'
import { renderClassroomNotices, renderClassroomOutput } from './classroom.ts'
import { renderClassroom50Files } from './classroom50.ts'
import { renderCsv } from './csv.ts'
import { joinTerminal, terminal } from './escape.ts'
import type { FormatName } from './format-summaries.ts'
import { renderAnnotations } from './github-annotations.ts'
import { renderComment } from './github-comment.ts'
import { renderOutputs } from './github-outputs.ts'
import { folderBelow } from './github-paths.ts'
import { renderSummary } from './github-summary.ts'
import type { BookWish, FilledBook } from './grade-book.ts'
import { renderGradescope } from './gradescope.ts'
import { renderStaffPage } from './html-staff.ts'
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

/** What some formats need to know beside the grades. */
export interface Place {
  /** The folder that was checked out: paths in annotations are relative to it. */
  checkout: string
  /** Says whose result it is, for Classroom 50. */
  env: Record<string, string | undefined>
  /** Of the run, where it was compared. */
  similarity?: Similarity | undefined
}

interface Described {
  /** What the file is called when the format is written to one. */
  fileName: FileName
}

export type Format = Described &
  /** Goes to standard output unless a folder is named. */
  (
    | { goesTo: 'terminal'; render(file: GradesFile, view: View, place: Place): TerminalText }
    | {
        goesTo: 'file'
        render(file: GradesFile, view: View, place: Place): XmlText | CsvText | JsonText | MarkdownText | HtmlText
      }
    /** A file for each student, in a folder of the student's. */
    | { goesTo: 'students'; renderOne(grade: Grade, file: GradesFile): HtmlText | JsonText | undefined }
    /** A file that a learning platform takes, with what its reader must know. */
    | { goesTo: 'book'; renderBook(file: GradesFile, wish: BookWish): FilledBook }
    /** Some files about one submission; none while it is ungraded. */
    | { goesTo: 'folder'; renderFiles(file: GradesFile, place: Place): [FileName, FileText][] | undefined }
  )

/** How each format is made. */
export const reportFormats = {
  table: {
    fileName: fileName`table.txt`,
    goesTo: 'terminal',
    render: renderTable,
  },
  student: {
    fileName: fileName`student.txt`,
    goesTo: 'terminal',
    render: (file, view) =>
      joinTerminal(
        file.grades.map((grade) => renderStudent(grade, view)),
        terminal`\n`,
      ),
  },
  transcript: {
    fileName: fileName`transcript.txt`,
    goesTo: 'terminal',
    render: (file) => joinTerminal(file.grades.map(renderTranscript), terminal`\n`),
  },
  json: {
    fileName: fileName`grades.json`,
    goesTo: 'file',
    render: renderJson,
  },
  junit: {
    fileName: fileName`junit.xml`,
    goesTo: 'file',
    render: (file) => renderJunit(file, 'jenkins'),
  },
  'junit-github': {
    fileName: fileName`junit-github.xml`,
    goesTo: 'file',
    render: (file, _view, { checkout }) => renderJunit(file, 'github', folderBelow(checkout)),
  },
  csv: {
    fileName: fileName`grades.csv`,
    goesTo: 'file',
    render: renderCsv,
  },
  html: {
    fileName: fileName`report.html`,
    goesTo: 'students',
    renderOne: renderStudentPage,
  },
  staff: {
    fileName: fileName`index.html`,
    goesTo: 'file',
    render: (file, _view, { similarity }) => renderStaffPage(file, similarity),
  },
  'github-summary': {
    fileName: fileName`summary.md`,
    goesTo: 'file',
    render: (file) => renderSummary(file),
  },
  'github-annotations': {
    fileName: fileName`annotations.txt`,
    goesTo: 'terminal',
    render: (file, _view, { checkout }) => renderAnnotations(file, folderBelow(checkout)),
  },
  'github-outputs': {
    fileName: fileName`outputs.txt`,
    goesTo: 'terminal',
    render: renderOutputs,
  },
  'github-comment': {
    fileName: fileName`comment.md`,
    goesTo: 'file',
    render: (file) => renderComment(file),
  },
  classroom: {
    fileName: fileName`classroom.txt`,
    goesTo: 'terminal',
    render: renderClassroomOutput,
  },
  'classroom-notices': {
    fileName: fileName`classroom-notices.txt`,
    goesTo: 'terminal',
    render: renderClassroomNotices,
  },
  classroom50: {
    fileName: fileName`result.json`,
    goesTo: 'folder',
    renderFiles: (file, { env }) => renderClassroom50Files(file, env),
  },
  canvas: {
    fileName: fileName`canvas.csv`,
    goesTo: 'book',
    renderBook: renderCanvas,
  },
  moodle: {
    fileName: fileName`moodle.csv`,
    goesTo: 'book',
    renderBook: renderMoodle,
  },
  gradescope: {
    fileName: fileName`gradescope.json`,
    goesTo: 'students',
    renderOne: renderGradescope,
  },
} as const satisfies Record<FormatName, Format>

export type { FormatName } from './format-summaries.ts'
