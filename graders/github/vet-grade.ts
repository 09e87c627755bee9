import type { Assignment, CheckRule, Exercise } from '../model/assignment.ts'
import type { CheckRecord, ExerciseRecord, Found, Grade, PhaseRecord } from '../model/grade.ts'
import { missingCheck, vetCheck } from './vet-check.ts'

const mostSentenceChars = 1000
const mostNameChars = 300
const mostNames = 16
const mostDurationMs = 24 * 60 * 60 * 1000

export interface Rubric {
  assignment: Assignment
  /** Of the checks, by id; one without a title is called by its id. */
  titles: ReadonlyMap<string, string>
  /** As the pipeline scores: the same function, so that a published total is what grading gives. */
  score(assignment: Assignment, exercises: { id: string; checks: CheckRecord[] }[]): { score: number; maxScore: number }
}

export interface VettedGrade {
  grade: Grade
  /** What was dropped, in words of ours, for the log. */
  remarks: string[]
}

/** A grade of the artifact, built anew from what our rubric knows. `source` is its place in the repository. */
export function vetGrade(claimed: Grade, submission: { id: string; source: string }, rubric: Rubric): VettedGrade {
  const remarks: string[] = []
  const { assignment } = rubric
  const exercises = assignment.exercises.flatMap((exercise) => {
    const [record, ...others] = claimed.exercises.filter(({ id }) => id === exercise.id)
    if (others.length > 0) remarks.push(`the exercise \`${exercise.id}\` is there more than once: the first one counts`)
    return record === undefined ? [] : [vetExercise(exercise, record, rubric, remarks)]
  })
  const unknown = claimed.exercises.filter(({ id }) => !assignment.exercises.some((exercise) => exercise.id === id))
  if (unknown.length > 0) remarks.push(`exercises that \`${assignment.id}\` does not have: ${unknown.length}`)
  const digest = /^[0-9a-f]{64}$/.test(claimed.submission.digest ?? '') ? claimed.submission.digest : undefined
  const base = {
    submission: { ...submission, ...(digest === undefined ? {} : { digest }) },
    exercises,
    flags: [],
    startedAt: claimed.startedAt,
    durationMs: Math.min(claimed.durationMs, mostDurationMs),
  }
  return { grade: withStatus(claimed, base, rubric, remarks), remarks }
}

function withStatus(
  claimed: Grade,
  base: Omit<Extract<Grade, { status: 'graded' }>, 'status' | 'score' | 'maxScore'>,
  { assignment, score }: Rubric,
  remarks: string[],
): Grade {
  const ungraded = (error: Extract<Grade, { status: 'ungraded' }>['error']): Grade => ({
    ...base,
    status: 'ungraded',
    error,
  })
  if (claimed.status === 'ungraded') {
    const { code, message, remedy } = claimed.error
    return ungraded({ code, message: cut(message), ...(remedy === undefined ? {} : { remedy: cut(remedy) }) })
  }
  if (claimed.status === 'rejected') {
    const { code, message, hint } = claimed.rejection
    const rejection = { code, message: cut(message), ...(hint === undefined ? {} : { hint: cut(hint) }) }
    const maxScore = Math.min(claimed.maxScore, pointsOf(assignment))
    return { ...base, status: 'rejected', exercises: [], score: 0, maxScore, rejection }
  }
  const errored = base.exercises.flatMap(({ checks }) => checks).find(({ outcome }) => outcome === 'errored')
  if (errored !== undefined) {
    remarks.push(`\`${errored.id}\` was not judged, so the grade is none`)
    return ungraded({ code: 'internal', message: `The check \`${errored.id}\` was not judged.` })
  }
  if (base.exercises.length === 0) {
    remarks.push('no exercise was judged')
    return ungraded({ code: 'spec.none-ran', message: 'No exercise was judged.' })
  }
  const total = score(assignment, base.exercises)
  if (total.score !== claimed.score || total.maxScore !== claimed.maxScore) {
    const told = `${claimed.score} of ${claimed.maxScore}`
    remarks.push(`it says ${told} points; its checks give ${total.score} of ${total.maxScore}`)
  }
  return { ...base, status: 'graded', ...total }
}

function vetExercise(exercise: Exercise, record: ExerciseRecord, rubric: Rubric, remarks: string[]): ExerciseRecord {
  const titleOf = ({ id }: CheckRule) => rubric.titles.get(id) ?? id
  const isCheck = (id: string) =>
    rubric.assignment.exercises.some(({ checks }) => checks.some((rule) => rule.id === id))
  const checks = exercise.checks
    .filter(({ visibility }) => visibility === 'public')
    .map((rule) => {
      const claimed = record.checks.find(({ id }) => id === rule.id)
      if (claimed !== undefined) return vetCheck(rule, claimed, { title: titleOf(rule), isCheck })
      remarks.push(`\`${rule.id}\` is missing: no points`)
      return missingCheck(rule, titleOf(rule))
    })
  const known = new Set(exercise.checks.map(({ id }) => id))
  const strange = record.checks.filter(
    ({ id }, index, all) => !known.has(id) || all.findIndex((one) => one.id === id) < index,
  )
  if (strange.length > 0)
    remarks.push(`checks that \`${exercise.id}\` does not have, or has once only: ${strange.length}`)
  return {
    id: exercise.id,
    title: exercise.title,
    found: vetFound(record.found),
    phases: record.phases.slice(0, 3).map(vetPhase),
    checks,
  }
}

function vetPhase(phase: PhaseRecord): PhaseRecord {
  return { ...phase, durationMs: Math.min(phase.durationMs, mostDurationMs) }
}

function vetFound(found: Found): Found {
  const names = (list: string[]) => list.slice(0, mostNames).map((name) => name.slice(0, mostNameChars))
  return {
    ...(found.source === undefined ? {} : { source: found.source.slice(0, mostNameChars) }),
    ...(found.scripts === undefined ? {} : { scripts: names(found.scripts) }),
    ...(found.dockerfile === undefined ? {} : { dockerfile: found.dockerfile.slice(0, mostNameChars) }),
    ...(found.context === undefined ? {} : { context: found.context.slice(0, mostNameChars) }),
    ...(found.port === undefined ? {} : { port: found.port }),
    ...(found.routes === undefined ? {} : { routes: names(found.routes) }),
    ...(found.notes === undefined ? {} : { notes: found.notes.slice(0, mostNames).map(cut) }),
  }
}

function pointsOf({ exercises }: Assignment): number {
  return exercises.flatMap(({ checks }) => checks).reduce((total, rule) => total + rule.points, 0)
}

function cut(text: string): string {
  return text.length > mostSentenceChars ? `${text.slice(0, mostSentenceChars)}…` : text
}
