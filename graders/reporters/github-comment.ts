import type { MarkdownText } from '../model/encoded.ts'
import { type CheckRecord, checksOf, type Grade, type GradesFile } from '../model/grade.ts'
import { sentence, symbolOf } from './github-check.ts'
import { nameOf, renderEach, statusBlocks, verdictOf } from './github-summary.ts'
import { forMarkdown, joinMarkdown, linkMarkdown, markdown } from './markdown.ts'
import { formatScore } from './numbers.ts'
import { needsExplanation } from './outcome-marks.ts'
import { tellScore } from './student-view.ts'

export interface CommentOptions {
  /** Why what the run reported cannot be believed: no score is shown then, and nothing of the run. */
  untrusted?: string
  /** The page of the check, which has the rest. */
  checkUrl?: string
}

/** By this line the comment is found again and updated. */
export const commentMarker = markdown`<!-- cgrade -->`

/** GitHub takes 65,536 characters. */
const commentBytes = 60_000
/** For what stands before and after the submissions. */
const spareBytes = 6000
const rowChars = 300

/** The comment on a pull request: the score, a line for each lost point, what to do. */
export function renderComment(file: GradesFile, options: CommentOptions = {}): MarkdownText {
  const head = [markdown`${commentMarker}\n### cgrade: ${sentence(file.run.assignment, rowChars)}`]
  const link = options.checkUrl === undefined ? [] : [linkMarkdown('All checks, with what was seen', options.checkUrl)]
  if (options.untrusted !== undefined) return joinMarkdown([...head, ...untrustedBlocks(options.untrusted), ...link])
  if (file.grades.length === 0) return joinMarkdown([...head, markdown`There was nothing to grade.`, ...link])
  const body = renderEach(file.grades, commentBytes - spareBytes, blocksOf)
  const closing = markdown`This is feedback. The grade is what the staff of the course records.`
  return markdown`${joinMarkdown(head)}${body}${joinMarkdown([...link, closing])}`
}

/** The same words in a comment and in a check. */
export function untrustedBlocks(reason: string): MarkdownText[] {
  return [
    markdown`❗ **No score is shown here.** ${sentence(reason)}`,
    markdown`What the run itself reported is in its log and its summary. The grade is what the staff of the course records.`,
  ]
}

function blocksOf(grade: Grade): MarkdownText[] {
  const shown = checksOf(grade).filter((check) => check.visibility === 'public' && needsExplanation(check))
  const { score, late, rest } = tellScore(grade)
  return [
    markdown`${verdictOf(grade)} **${nameOf(grade)}**: ${sentence(score)}`,
    ...[late, rest].flatMap((told) => (told === undefined ? [] : [sentence(told)])),
    ...statusBlocks(grade),
    ...shown.map(lineOf),
  ]
}

function lineOf(check: CheckRecord): MarkdownText {
  const score = forMarkdown(formatScore(check.points, check.maxPoints))
  const hint = check.hint === undefined ? markdown`` : markdown`<br>**What to do:** ${sentence(check.hint, rowChars)}`
  return markdown`- ${symbolOf(check)} ${sentence(check.title, rowChars)} (${score}): ${sentence(check.message, rowChars)}${hint}`
}
