import type { CsvText, FileName, HtmlText, JsonText, TerminalText, XmlText } from '../model/encoded.ts'
import type { Grade, GradesFile } from '../model/grade.ts'
import { fileName } from '../model/identity.ts'
import { renderCsv } from './csv.ts'
import { joinTerminal, terminal } from './escape.ts'
import { renderStudentPage } from './html-student.ts'
import { renderJson } from './json.ts'
import { renderJunit } from './junit.ts'
import { renderStudent } from './terminal-student.ts'
import { renderTable } from './terminal-table.ts'
import { renderTranscript } from './transcript.ts'

export interface View {
  columns: number
  color: boolean
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
    | { goesTo: 'terminal'; render(file: GradesFile, view: View): TerminalText }
    | { goesTo: 'file'; render(file: GradesFile): XmlText | CsvText | JsonText }
    /** A file for each student, in a folder of the student's. */
    | { goesTo: 'students'; renderOne(grade: Grade, file: GradesFile): HtmlText }
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
    render: (file) => renderJunit(file, 'github'),
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
} as const satisfies Record<string, Format>

export type FormatName = keyof typeof reportFormats
