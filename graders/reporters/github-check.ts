import { cutMiddle } from '../model/bound-feedback.ts'
import type { MarkdownText } from '../model/encoded.ts'
import type { CheckRecord, ExerciseRecord } from '../model/grade.ts'
import { voices } from './evidence-voices.ts'
import { foldMarkdown, forMarkdown, joinLines, markdown, proseMarkdown, quoteMarkdown } from './markdown.ts'
import { formatScore } from './numbers.ts'
import { isUncounted } from './outcome-marks.ts'
import { tellFound, whyNotJudged } from './student-view.ts'

const sentenceChars = 800
const cellChars = 240
const valueChars = 1000
const evidenceChars = 3000

const symbols = {
  passed: markdown`✅`,
  partial: markdown`🟠`,
  failed: markdown`❌`,
  skipped: markdown`⏩`,
  uncounted: markdown`➖`,
  errored: markdown`❗`,
} as const

/** Told apart by shape, as GitHub's own pages do it. */
export function symbolOf(check: CheckRecord): MarkdownText {
  return isUncounted(check) ? symbols.uncounted : symbols[check.outcome]
}

/** A sentence of bounded length, with its code. */
export function sentence(text: string, mostChars: number = sentenceChars): MarkdownText {
  return proseMarkdown(cutMiddle(text, mostChars))
}

/** A row for each check: mark, what is asked, points, what was seen. An exercise of which nothing counts is told in a line. */
export function tableOf(exercises: ExerciseRecord[]): MarkdownText[] {
  const leftOut = exercises.filter(isLeftOut)
  const rows = exercises.filter((exercise) => !isLeftOut(exercise)).flatMap(({ checks }) => checks.map(rowOf))
  return [...(rows.length === 0 ? [] : [tableWith(rows)]), ...leftOut.map(leftOutLine)]
}

function isLeftOut({ checks }: ExerciseRecord): boolean {
  return checks.every(isUncounted)
}

function leftOutLine({ title, checks }: ExerciseRecord): MarkdownText {
  const reasons = [...new Set(checks.map(whyNotJudged))].map((reason) => sentence(reason, cellChars))
  return markdown`${symbols.uncounted} ${sentence(title, cellChars)}: ${joinLines(reasons, markdown`; `)}`
}

function tableWith(rows: MarkdownText[]): MarkdownText {
  return joinLines([markdown`| | Check | Points | What was seen |`, markdown`| --- | --- | ---: | --- |`, ...rows])
}

function rowOf(check: CheckRecord): MarkdownText {
  const seen = check.outcome === 'skipped' ? whyNotJudged(check) : check.message
  const score = forMarkdown(formatScore(isUncounted(check) ? undefined : check.points, check.maxPoints))
  return markdown`| ${symbolOf(check)} | ${sentence(check.title, cellChars)} | ${score} | ${sentence(seen, cellChars)} |`
}

/** Why points were lost, what to do, how to see it, and what was seen: a block each. */
export function explainCheck(check: CheckRecord): MarkdownText[] {
  const { expected, actual, hint, reproduce, evidence = [] } = check
  const score = forMarkdown(formatScore(check.points, check.maxPoints))
  const ours = markdown`cgrade could not judge this check. That is not your fault.`
  return [
    markdown`### ${symbolOf(check)} ${sentence(check.title)} (${score})`,
    ...(check.outcome === 'errored' ? [ours] : []),
    sentence(check.message),
    ...labelled(markdown`Expected`, expected),
    ...labelled(markdown`Seen`, actual),
    ...labelled(markdown`Where`, whereOf(check)),
    ...(hint === undefined ? [] : [markdown`**What to do:** ${sentence(hint)}`]),
    ...(reproduce === undefined ? [] : [foldMarkdown('See it yourself', quote(reproduce))]),
    ...evidence.map(({ kind, text }) => foldMarkdown(voices[kind], quote(text))),
  ].filter((block) => block !== '')
}

/** What was found and graded, folded away. */
export function foundBlock(exercises: ExerciseRecord[]): MarkdownText[] {
  const lines = exercises.flatMap(({ title, found }) => {
    const facts = tellFound(found).map(([label, fact]) => markdown`${forMarkdown(label)} ${sentence(fact)}`)
    return facts.length === 0 ? [] : [markdown`- **${sentence(title, cellChars)}**: ${joinLines(facts, markdown`; `)}`]
  })
  return lines.length === 0 ? [] : [foldMarkdown('What was graded', joinLines(lines))]
}

function labelled(label: MarkdownText, text: string | undefined): MarkdownText[] {
  if (text === undefined || text === '') return []
  const isOneLine = text.trimEnd().split('\n').length === 1 && text.length < cellChars
  return isOneLine
    ? [markdown`**${label}:** <code>${forMarkdown(text)}</code>`]
    : [markdown`**${label}:**`, quote(text, valueChars)]
}

function whereOf({ location }: CheckRecord): string | undefined {
  if (location === undefined) return undefined
  return location.line === undefined ? location.file : `${location.file}:${location.line}`
}

function quote(text: string, mostChars: number = evidenceChars): MarkdownText {
  return quoteMarkdown(cutMiddle(text.trimEnd(), mostChars))
}
