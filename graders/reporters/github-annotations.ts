import type { TerminalText } from '../model/encoded.ts'
import type { GradesFile } from '../model/grade.ts'
import { joinTerminal, terminal, workflowCommand } from './escape.ts'
import { type Finding, findingsOf } from './github-findings.ts'
import type { FolderOf } from './github-paths.ts'
import { countOf } from './numbers.ts'

/** GitHub shows so many of each kind per step, and drops the rest without a word. */
const mostPerKind = 10

const kinds = { failure: 'error', warning: 'warning', notice: 'notice' } as const

/** Commands for GitHub's runner, one a line: these it is to obey, so they must be printed by a step that prints nothing else. */
export function renderAnnotations(file: GradesFile, folderOf: FolderOf): TerminalText {
  const findings = findingsOf(file, folderOf)
  const shown = Object.keys(kinds).flatMap((level) => mostOf(findings.filter((finding) => finding.level === level)))
  const omitted = findings.length - shown.length
  const commands = shown.map(({ level, title, message, path, line }) =>
    workflowCommand(
      kinds[level],
      { title, ...(path !== undefined && { file: path, ...(line !== undefined && { line }) }) },
      message,
    ),
  )
  const rest = `${countOf(omitted, 'more finding')} could not be shown beside the code. The summary of this run has all of them.`
  if (omitted > 0) commands.push(workflowCommand('notice', { title: 'cgrade' }, rest))
  return joinTerminal(
    commands.map((command) => terminal`${command}\n`),
    terminal``,
  )
}

/** A notice is kept free for the number of those that are not shown. */
function mostOf(findings: Finding[]): Finding[] {
  return findings.slice(0, findings[0]?.level === 'notice' ? mostPerKind - 1 : mostPerKind)
}
