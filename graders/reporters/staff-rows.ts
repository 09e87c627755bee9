import type { FileName } from '../model/encoded.ts'
import { type CheckRecord, checksOf, type Grade, type PhaseRecord } from '../model/grade.ts'
import { fileName, fileNameOf } from '../model/identity.ts'
import { roundPoints } from '../model/points.ts'
import { finalScoreOf } from './grade-book.ts'
import { isUncounted } from './outcome-marks.ts'

export const shownOutcomes = ['passed', 'partial', 'failed', 'skipped', 'uncounted', 'errored'] as const
export type ShownOutcome = (typeof shownOutcomes)[number]

/** Classes of the table's cells: there are thousands of them. */
export const outcomeLetters = {
  passed: 'p',
  partial: 'h',
  failed: 'f',
  skipped: 's',
  uncounted: 'u',
  errored: 'e',
} as const satisfies Record<ShownOutcome, string>

/** What the staff's page keeps of a submission: of a thousand with all their evidence, little. */
export interface StaffRow {
  id: string
  /** Of the person, where a roster says so. */
  name: string | undefined
  page: FileName
  status: Grade['status']
  score: number | undefined
  maxScore: number | undefined
  percent: number | undefined
  /** After the late policy, where it took something off. */
  final: number | undefined
  daysLate: number | undefined
  outcomes: Map<string, ShownOutcome>
  flags: { code: string; message: string }[]
  /** Why there is no grade, or none but zero. */
  problem: { code: string; message: string; advice: string | undefined } | undefined
  /** A duration for each exercise that came so far. */
  phasesMs: Partial<Record<PhaseRecord['name'], number[]>>
  durationMs: number
}

export interface StaffCheck {
  id: string
  title: string
  maxPoints: number
  isHidden: boolean
  counts: Record<ShownOutcome, number>
}

export interface StaffRows {
  /** What needs a look first: ungraded, rejected, then by score, the lowest first. */
  rows: StaffRow[]
  /** In the order of the assignment. */
  checks: StaffCheck[]
}

/** Reads each grade once. */
export function gatherRows(grades: Iterable<Grade>): StaffRows {
  const rows: StaffRow[] = []
  const checks = new Map<string, StaffCheck>()
  for (const grade of grades) {
    for (const check of checksOf(grade)) countCheck(check, checks)
    rows.push(rowOf(grade))
  }
  return { rows: rows.sort(byNeed), checks: [...checks.values()] }
}

function countCheck(check: CheckRecord, checks: Map<string, StaffCheck>): void {
  const { id, title, maxPoints } = check
  const counts = { passed: 0, partial: 0, failed: 0, skipped: 0, uncounted: 0, errored: 0 }
  const known = checks.get(id) ?? { id, title, maxPoints, isHidden: check.visibility === 'hidden', counts }
  known.counts[shownOutcomeOf(check)] += 1
  checks.set(id, known)
}

function shownOutcomeOf(check: CheckRecord): ShownOutcome {
  return isUncounted(check) ? 'uncounted' : check.outcome
}

function rowOf(grade: Grade): StaffRow {
  const { id, delivery } = grade.submission
  const scored = grade.status === 'ungraded' ? undefined : grade
  const phasesMs: StaffRow['phasesMs'] = {}
  for (const { name, durationMs } of grade.exercises.flatMap(({ phases }) => phases)) {
    phasesMs[name] = [...(phasesMs[name] ?? []), durationMs]
  }
  const late = grade.status === 'graded' ? grade.late : undefined
  return {
    id,
    name: delivery?.name,
    page: fileName`${fileNameOf(id)}/${fileName`report.html`}`,
    status: grade.status,
    score: scored && roundPoints(scored.score),
    maxScore: scored && roundPoints(scored.maxScore),
    percent: scored && shareOf(scored.score, scored.maxScore),
    final: late === undefined ? undefined : roundPoints(finalScoreOf(grade) ?? 0),
    daysLate: late?.daysLate,
    outcomes: new Map(checksOf(grade).map((check) => [check.id, shownOutcomeOf(check)])),
    flags: grade.flags,
    problem: problemOf(grade),
    phasesMs,
    durationMs: grade.durationMs,
  }
}

function problemOf(grade: Grade): StaffRow['problem'] {
  if (grade.status === 'rejected') return { ...grade.rejection, advice: grade.rejection.hint }
  return grade.status === 'ungraded' ? { ...grade.error, advice: grade.error.remedy } : undefined
}

/** Rounded down, so that only full marks are 100. */
function shareOf(score: number, maxScore: number): number | undefined {
  return maxScore > 0 ? Math.floor((score / maxScore) * 1000 + 1e-9) / 10 : undefined
}

const statusOrder = { ungraded: 0, rejected: 1, graded: 2 } as const

function byNeed(a: StaffRow, b: StaffRow): number {
  const byStatus = statusOrder[a.status] - statusOrder[b.status]
  const byScore = (a.percent ?? 0) - (b.percent ?? 0)
  return byStatus || byScore || compareText(patternOf(a), patternOf(b)) || a.id.localeCompare(b.id, 'en', numeric)
}

const numeric = { numeric: true }

/** Those with the same failures stand together. */
function patternOf({ outcomes }: StaffRow): string {
  return [...outcomes].map(([id, outcome]) => `${id} ${outcome}`).join()
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
