import { type CheckRecord, checksOf, type ExerciseRecord, type Found, type Grade } from '../model/grade.ts'
import { countOf, formatPoints, percentOf } from './numbers.ts'
import { isUncounted, type Mark, marks } from './outcome-marks.ts'

// What a student is told, the same on a terminal and in a browser. Hidden checks and flags are for staff.

export function withoutHidden(exercise: ExerciseRecord): ExerciseRecord {
  return { ...exercise, checks: exercise.checks.filter((check) => check.visibility === 'public') }
}

/** What was graded, as labels with their sentences. */
export function tellFound(found: Found): [label: string, fact: string][] {
  const context = found.context === undefined || found.context === '.' ? '' : `, built in \`${found.context}\``
  const facts: [string, string | undefined][] = [
    ['Dockerfile', found.dockerfile === undefined ? undefined : `\`${found.dockerfile}\`${context}`],
    ['source', found.source === undefined ? undefined : `\`${found.source}\``],
    ...(found.scripts ?? []).map((script): [string, string] => ['script', `\`${script}\``]),
    ['port', found.port === undefined ? undefined : String(found.port)],
    ['routes', found.routes?.join(' ')],
    ...(found.notes ?? []).map((note): [string, string] => ['note', note]),
  ]
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '')
}

export function tellStatus(grade: Grade & { status: 'rejected' | 'ungraded' }): {
  mark: Mark
  title: string
  code: string
  message: string
  advice: string | undefined
} {
  if (grade.status === 'rejected') {
    const { code, message, hint } = grade.rejection
    const title = 'This submission was refused before anything was built.'
    return { mark: marks.failed, title, code, message, advice: hint }
  }
  const { code, message, remedy } = grade.error
  const title = 'cgrade could not grade this submission. That is not your fault, and no points are lost.'
  return { mark: marks.errored, title, code, message, advice: remedy }
}

export function whyNotJudged(check: CheckRecord): string {
  if (check.unavailable !== undefined) return `not counted: ${check.unavailable}`
  return check.because === undefined ? check.message : `skipped because of \`${check.because}\``
}

export interface ToldScore {
  /** `Score 51 of 58 points (87 %), 6 of 8 checks passed`. */
  score: string
  /** What lateness has taken off; the score is the one before. */
  late?: string
  /** What is graded and not shown yet. */
  rest?: string
  /** Of the checks that are shown; absent when nothing was graded. */
  points?: { got: number; of: number }
}

export function tellScore(grade: Grade): ToldScore {
  if (grade.status === 'ungraded') return { score: 'No score: not graded yet.' }
  const shown = checksOf(grade).filter((check) => check.visibility === 'public')
  const hidden = checksOf(grade).filter((check) => check.visibility === 'hidden')
  const passed = shown.filter((check) => check.outcome === 'passed').length
  const counted = shown.filter((check) => !isUncounted(check))
  const tally = counted.length === 0 ? '' : `, ${passed} of ${countOf(counted.length, 'check')} passed`
  if (hidden.length === 0) {
    const { score, maxScore } = grade
    const points = { got: score, of: maxScore }
    return { score: `Score ${scoreText(score, maxScore)}${tally}`, points, ...tellLate(grade) }
  }
  const sum = (points: (number | undefined)[]) => points.reduce<number>((total, one) => total + (one ?? 0), 0)
  const points = { got: sum(counted.map((check) => check.points)), of: sum(counted.map((check) => check.maxPoints)) }
  const more = `${countOf(hidden.length, 'more check')} (${formatPoints(sum(hidden.map((check) => check.maxPoints)))} points)`
  return {
    score: `Score ${scoreText(points.got, points.of)}${tally}`,
    rest: `${more} ${hidden.length === 1 ? 'is' : 'are'} graded, but not shown before the grades are out.`,
    points,
    ...tellLate(grade),
  }
}

function tellLate(grade: Grade): { late?: string } {
  if (grade.status !== 'graded' || grade.late === undefined) return {}
  const { daysLate, percent, points, score, submittedAt, dueAt } = grade.late
  const when = `Handed in ${momentText(submittedAt)}, due ${momentText(dueAt)}: ${countOf(daysLate, 'day')} late`
  // In points it would tell what is hidden.
  const isAllShown = checksOf(grade).every((check) => check.visibility === 'public')
  if (!isAllShown) return { late: `${when}, which takes ${percent} % off the score.` }
  const after = scoreText(score, grade.maxScore)
  return { late: `${when}, which takes ${percent} % off: ${formatPoints(points)} points. What counts: ${after}.` }
}

/** `2026-11-20 15:59:59 UTC`. */
function momentText(moment: string): string {
  return `${moment.slice(0, 19).replace('T', ' ')} UTC`
}

function scoreText(score: number, maxScore: number): string {
  const percent = percentOf(score, maxScore)
  return `${formatPoints(score)} of ${formatPoints(maxScore)} points${percent === undefined ? '' : ` (${Math.floor(percent)} %)`}`
}
