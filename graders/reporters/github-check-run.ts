import { posix } from 'node:path'
import type { MarkdownText, TerminalText } from '../model/encoded.ts'
import type { Grade, GradesFile } from '../model/grade.ts'
import { untrustedBlocks } from './github-comment.ts'
import { type Finding, findingsOf } from './github-findings.ts'
import type { FolderOf } from './github-paths.ts'
import { renderDetails, renderOverview } from './github-summary.ts'
import { joinMarkdown, markdown } from './markdown.ts'
import { plainLine } from './plain-text.ts'
import { summariseRun } from './run-summary.ts'
import { tellScore } from './student-view.ts'

export interface CheckRunAnnotation {
  path: string
  start_line: number
  end_line: number
  annotation_level: 'failure' | 'warning' | 'notice'
  title: string
  message: string
}

/** `output` of a check run in GitHub's REST API. */
export interface CheckRunOutput {
  title: TerminalText
  summary: MarkdownText
  /** May be empty. */
  text: MarkdownText
  annotations: CheckRunAnnotation[]
}

export interface CheckRunOptions {
  /** Why what the run reported cannot be believed: nothing of it is shown then. */
  untrusted?: string
  /** Where each submission lies in the repository; else its own `source`, where that is a path inside. */
  folderOf?: FolderOf
}

/** GitHub takes 65,535 characters for each text, 255 for the title, and 50 annotations at once. */
const fieldBytes = 65_000
const titleChars = 200
const mostAnnotations = 50

export function renderCheckRun(file: GradesFile, options: CheckRunOptions = {}): CheckRunOutput {
  const { untrusted, folderOf = ownFolder } = options
  if (untrusted !== undefined) {
    const summary = joinMarkdown(untrustedBlocks(untrusted), fieldBytes)
    return {
      title: plainLine('No score: this run cannot be believed', titleChars),
      summary,
      text: markdown``,
      annotations: [],
    }
  }
  return {
    title: titleOf(file),
    summary: renderOverview(file, fieldBytes),
    text: renderDetails(file, fieldBytes),
    annotations: findingsOf(file, folderOf).flatMap(annotationOf).slice(0, mostAnnotations),
  }
}

function titleOf(file: GradesFile): TerminalText {
  const [only] = file.grades
  if (only === undefined) return plainLine('There was nothing to grade', titleChars)
  if (file.grades.length > 1) return plainLine(summariseRun(file).headline, titleChars)
  if (only.status === 'rejected') return plainLine('Refused before anything was built', titleChars)
  return plainLine(tellScore(only).score, titleChars)
}

function annotationOf({ level, title, message, path, line = 1 }: Finding): CheckRunAnnotation[] {
  if (path === undefined) return []
  return [{ path, start_line: line, end_line: line, annotation_level: level, title, message }]
}

function ownFolder({ submission }: Grade): string | undefined {
  const source = posix.normalize(submission.source)
  return posix.isAbsolute(source) || source.startsWith('..') ? undefined : source
}
