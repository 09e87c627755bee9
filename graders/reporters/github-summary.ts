import type { MarkdownText } from '../model/encoded.ts'
import { checksOf, type Grade, type GradesFile } from '../model/grade.ts'
import { explainCheck, foundBlock, sentence, tableOf } from './github-check.ts'
import { forMarkdown, joinLines, joinMarkdown, markdown } from './markdown.ts'
import { countOf } from './numbers.ts'
import { needsExplanation } from './outcome-marks.ts'
import { summariseRun } from './run-summary.ts'
import { tellScore, tellStatus, withoutHidden } from './student-view.ts'

/** GitHub takes 1 MiB for a step; a person reads less. */
const summaryBytes = 200 * 1024
/** Where less than this is left for each, some are not shown. */
const leastShareBytes = 300
const nameChars = 80

/** What a student reads on GitHub: the summary of a step, with markup of ours alone. Hidden checks never appear. */
export function renderSummary(file: GradesFile, limitBytes: number = summaryBytes): MarkdownText {
  const overview = renderOverview(file, limitBytes)
  return markdown`${overview}${renderDetails(file, limitBytes - Buffer.byteLength(overview))}`
}

/** Which assignment, and with several submissions a row for each: what must be read even where the rest has no room. */
export function renderOverview(file: GradesFile, limitBytes: number = summaryBytes): MarkdownText {
  const title = markdown`# cgrade: ${sentence(file.run.assignment, nameChars)}`
  if (file.grades.length === 0)
    return joinMarkdown([title, markdown`There was nothing to grade: no submission is in this run.`])
  const { interrupted, exercises } = file.run
  const more = [
    ...(interrupted ? [markdown`The run was interrupted: some submissions are missing here.`] : []),
    ...(exercises === undefined
      ? []
      : [markdown`Only these exercises were judged: ${sentence(exercises.join(', '))}.`]),
  ]
  if (file.grades.length === 1) return joinMarkdown([title, ...more])
  return joinMarkdown([title, sentence(summariseRun(file).headline), ...more, rowsOf(file.grades, limitBytes / 3)])
}

/** What each submission got, check by check. */
export function renderDetails(file: GradesFile, limitBytes: number = summaryBytes): MarkdownText {
  return renderEach(file.grades, limitBytes, blocksOf)
}

/** Each submission has the same share of the room, and what one leaves is for those after it; ungraded ones come first. */
export function renderEach(
  grades: Grade[],
  limitBytes: number,
  blocksOf: (grade: Grade) => MarkdownText[],
): MarkdownText {
  const shown = ungradedFirst(grades).slice(0, Math.floor(limitBytes / leastShareBytes))
  const omitted = grades.length - shown.length
  let roomBytes = limitBytes - leastShareBytes
  const parts = shown.map((grade, index) => {
    const part = joinMarkdown(blocksOf(grade), Math.floor(roomBytes / (shown.length - index)))
    roomBytes -= Buffer.byteLength(part)
    return part
  })
  const rest = markdown`${forMarkdown(countOf(omitted, 'more submission'))} could not be shown here.\n\n`
  return joinLines([...parts, ...(omitted === 0 ? [] : [rest])], markdown``)
}

function ungradedFirst(grades: Grade[]): Grade[] {
  return [...grades].sort((a, b) => Number(b.status === 'ungraded') - Number(a.status === 'ungraded'))
}

/** How a submission did, in a character. */
export function verdictOf(grade: Grade): MarkdownText {
  if (grade.status === 'ungraded') return markdown`❗`
  if (grade.status === 'rejected') return markdown`❌`
  const outcomes = checksOf(grade).flatMap(({ visibility, outcome }) => (visibility === 'public' ? [outcome] : []))
  if (outcomes.includes('failed')) return markdown`❌`
  if (outcomes.includes('partial') || outcomes.includes('errored')) return markdown`🟠`
  return outcomes.includes('passed') ? markdown`✅` : markdown`➖`
}

export function nameOf(grade: Grade): MarkdownText {
  return forMarkdown(
    grade.submission.id.length > nameChars ? `${grade.submission.id.slice(0, nameChars)}…` : grade.submission.id,
  )
}

function rowsOf(grades: Grade[], limitBytes: number): MarkdownText {
  const rows = ungradedFirst(grades).map(
    (grade) => markdown`| ${verdictOf(grade)} | ${nameOf(grade)} | ${sentence(tellScore(grade).score)} |`,
  )
  let roomBytes = limitBytes
  const shown = rows.filter((row) => {
    roomBytes -= Buffer.byteLength(row) + 1
    return roomBytes >= 0
  })
  const rest = markdown`| | ${forMarkdown(countOf(rows.length - shown.length, 'more submission'))} | |`
  return joinLines([
    markdown`| | Submission | Score |`,
    markdown`| --- | --- | --- |`,
    ...shown,
    ...(shown.length === rows.length ? [] : [rest]),
  ])
}

function blocksOf(grade: Grade): MarkdownText[] {
  const exercises = grade.exercises.map(withoutHidden).filter(({ checks }) => checks.length > 0)
  const explained = exercises.flatMap(({ checks }) => checks).filter(needsExplanation)
  const { score, late, rest } = tellScore(grade)
  return [
    markdown`## ${verdictOf(grade)} ${nameOf(grade)}`,
    markdown`**${sentence(score)}**`,
    ...[late, rest].flatMap((told) => (told === undefined ? [] : [sentence(told)])),
    ...statusBlocks(grade),
    ...tableOf(exercises),
    ...explained.flatMap(explainCheck),
    ...foundBlock(exercises),
  ]
}

export function statusBlocks(grade: Grade): MarkdownText[] {
  if (grade.status === 'graded') return []
  const { title, code, message, advice } = tellStatus(grade)
  return [
    sentence(title),
    markdown`${sentence(message)} <code>${forMarkdown(code)}</code>`,
    ...(advice === undefined ? [] : [markdown`**What to do:** ${sentence(advice)}`]),
  ]
}
