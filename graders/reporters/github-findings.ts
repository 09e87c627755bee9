import { type CheckRecord, checksOf, type Grade, type GradesFile } from '../model/grade.ts'
import { type FolderOf, pathIn } from './github-paths.ts'
import { formatScore } from './numbers.ts'
import { needsExplanation } from './outcome-marks.ts'
import { plainLine, plainLines } from './plain-text.ts'
import { tellStatus } from './student-view.ts'

/** What is worth an annotation: a check that took points away at a known place, or a submission without a grade. */
export interface Finding {
  level: 'failure' | 'warning' | 'notice'
  title: string
  message: string
  /** Path in the repository; absent where no file can be named. */
  path?: string
  line?: number
}

const titleChars = 200
const sentenceChars = 600

/** The first of every submission, then the second of every one: nobody's findings push out those of another. */
export function findingsOf(file: GradesFile, folderOf: FolderOf): Finding[] {
  const several = file.grades.length > 1
  const each = file.grades.map((grade) => findingsIn(grade, folderOf(grade), several))
  const most = Math.max(0, ...each.map((findings) => findings.length))
  return Array.from({ length: most }, (_, index) => each.flatMap((findings) => findings[index] ?? [])).flat()
}

function findingsIn(grade: Grade, folder: string | undefined, several: boolean): Finding[] {
  const whose = several ? `${grade.submission.id}: ` : ''
  const found = checksOf(grade)
    .filter((check) => check.visibility === 'public' && needsExplanation(check))
    .flatMap((check) => findingOf(check, folder, whose))
  return grade.status === 'graded' ? found : [statusFinding(grade, whose), ...found]
}

function findingOf(check: CheckRecord, folder: string | undefined, whose: string): Finding[] {
  const path = folder === undefined || check.location === undefined ? undefined : pathIn(folder, check.location.file)
  if (path === undefined) return []
  const score = check.points === undefined ? 'not judged' : `${formatScore(check.points, check.maxPoints)} points`
  const sentences = [
    ...(check.outcome === 'errored' ? ['cgrade could not judge this check. That is not your fault.'] : []),
    check.message,
    ...(check.hint === undefined ? [] : [`What to do: ${check.hint}`]),
  ]
  return [
    {
      level: check.outcome === 'failed' ? 'failure' : check.outcome === 'partial' ? 'warning' : 'notice',
      title: plainLine(`${whose}${check.title} (${score})`, titleChars),
      message: joined(sentences),
      path,
      ...(check.location?.line !== undefined && { line: check.location.line }),
    },
  ]
}

function statusFinding(grade: Exclude<Grade, { status: 'graded' }>, whose: string): Finding {
  const { title, message, advice } = tellStatus(grade)
  return {
    level: grade.status === 'rejected' ? 'failure' : 'warning',
    title: plainLine(`${whose}${title}`, titleChars),
    message: joined([message, ...(advice === undefined ? [] : [`What to do: ${advice}`])]),
  }
}

function joined(sentences: string[]): string {
  return sentences.map((sentence) => plainLines(sentence, sentenceChars)).join('\n')
}
