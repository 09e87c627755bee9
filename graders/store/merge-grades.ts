import type { ExerciseRecord, Flag, Grade } from '../model/grade.ts'
import { type GraderErrorCode, UsageError } from '../model/grader-error.ts'
import { lateRecordOf } from '../model/late-policy.ts'
import type { Part, Rubric } from './merge-runs.ts'

/** What one run says about a submission. */
interface Entry {
  part: Part
  grade: Grade
}

/**
 * One grade out of what several runs say about the same submission. `selection`: what the merged run is about. Where
 * something of that is missing, or was skipped for a reason that another part refutes, there is no score: ours to repeat.
 */
export function mergeGrades(given: Entry[], selection: string[], rubric: Rubric): Grade {
  const entries = inOrder(given, rubric)
  const [first] = entries
  if (first === undefined) throw new Error('a submission that no run has')
  requireSameFiles(entries)
  requireSameDelivery(entries)
  const grades = entries.map(({ grade }) => grade)
  const exercises = mergeExercises(entries, rubric)
  const digest = grades.map(({ submission }) => submission.digest).find((one) => one !== undefined)
  const delivery = grades.map(({ submission }) => submission.delivery).find((one) => one !== undefined)
  const { id, source } = first.grade.submission
  const base = {
    submission: { id, source, ...(digest && { digest }), ...(delivery && { delivery }) },
    exercises,
    flags: mergeFlags(grades),
    startedAt: grades.map(({ startedAt }) => startedAt).reduce((a, b) => (Date.parse(b) < Date.parse(a) ? b : a)),
    durationMs: grades.reduce((sum, { durationMs }) => sum + durationMs, 0),
  }
  const ungraded = grades.find((grade) => grade.status === 'ungraded')
  if (ungraded !== undefined) return { status: 'ungraded', ...base, error: ungraded.error }
  const rejected = grades.find((grade) => grade.status === 'rejected')
  if (rejected !== undefined) {
    const checks = rubric.assignment.exercises.filter(({ id }) => selection.includes(id)).flatMap((one) => one.checks)
    const maxScore = checks.reduce((total, { points }) => total + points, 0)
    return { status: 'rejected', ...base, score: 0, maxScore, rejection: rejected.rejection }
  }
  const error = findGap(exercises, selection)
  if (error !== undefined) return { status: 'ungraded', ...base, error }
  const scored = rubric.score(exercises)
  const late = lateRecordOf(scored.score, rubric.assignment.late, delivery)
  return { status: 'graded', ...base, ...scored, ...(late === undefined ? {} : { late }) }
}

/** In the assignment's order, each different grade once; whatever else distinguishes them, the order given does not. */
function inOrder(entries: Entry[], { assignment }: Rubric): Entry[] {
  const place = ({ grade }: Entry) =>
    Math.min(assignment.exercises.length, ...grade.exercises.map(({ id }) => placeOf(id, assignment.exercises)))
  const once = new Map(entries.map((entry) => [JSON.stringify(entry.grade), entry]))
  return [...once]
    .sort(
      ([a, one], [b, other]) =>
        place(one) - place(other) ||
        Date.parse(one.grade.startedAt) - Date.parse(other.grade.startedAt) ||
        (a < b ? -1 : 1),
    )
    .map(([, entry]) => entry)
}

/** Intake is the same for the same files: another digest, or refused here and not there, tells that they are not. */
function requireSameFiles(entries: Entry[]): void {
  const seen = entries.flatMap(({ part, grade }) => {
    if (grade.status === 'rejected') return { part, what: `was rejected (${grade.rejection.code})` }
    const { digest } = grade.submission
    return digest === undefined ? [] : { part, what: `has the digest ${digest}` }
  })
  const [first] = seen
  const other = seen.find(({ what }) => what !== first?.what)
  if (first === undefined || other === undefined) return
  const name = entries[0]?.grade.submission.id
  throw new UsageError(
    `\`${first.part.name}\` and \`${other.part.name}\` contradict each other: \`${name}\` ${first.what} in the one and ${other.what} in the other. These are not the same files: grade them again together.`,
  )
}

/** By a roster that one part had and the other had not, or by two that differ, the same hand-in would be late or not. */
function requireSameDelivery(entries: Entry[]): void {
  const seen = entries.flatMap(({ part, grade: { submission } }) =>
    submission.delivery === undefined ? [] : { part, what: JSON.stringify(submission.delivery) },
  )
  const [first] = seen
  const other = seen.find(({ what }) => what !== first?.what)
  if (first === undefined || other === undefined) return
  const name = entries[0]?.grade.submission.id
  throw new UsageError(
    `\`${first.part.name}\` and \`${other.part.name}\` contradict each other: the \`delivery\` of \`${name}\` is ${first.what} in the one and ${other.what} in the other. Grade both with the same roster.`,
  )
}

function mergeExercises(entries: Entry[], { assignment }: Rubric): ExerciseRecord[] {
  const merged = new Map<string, { exercise: ExerciseRecord; part: Part }>()
  for (const { part, grade } of entries) {
    for (const exercise of grade.exercises) {
      const { id } = exercise
      if (placeOf(id, assignment.exercises) === -1) {
        throw new UsageError(`\`${part.name}\` has an exercise \`${id}\`, which \`${assignment.id}\` has not.`)
      }
      const before = merged.get(id)
      if (before !== undefined && JSON.stringify(before.exercise) !== JSON.stringify(exercise)) {
        throw new UsageError(
          `\`${before.part.name}\` and \`${part.name}\` contradict each other: both have judged \`${id}\` of \`${grade.submission.id}\`, and not alike. Leave one of the two out.`,
        )
      }
      merged.set(id, before ?? { exercise, part })
    }
  }
  const place = ({ exercise }: { exercise: ExerciseRecord }) => placeOf(exercise.id, assignment.exercises)
  return [...merged.values()].sort((a, b) => place(a) - place(b)).map(({ exercise }) => exercise)
}

function mergeFlags(grades: Grade[]): Flag[] {
  return [...new Map(grades.flatMap(({ flags }) => flags).map((flag) => [JSON.stringify(flag), flag])).values()]
}

/** Why these parts do not make a whole. */
function findGap(
  exercises: ExerciseRecord[],
  selection: string[],
): { code: GraderErrorCode; message: string; remedy: string } | undefined {
  const missing = selection.filter((id) => exercises.every((exercise) => exercise.id !== id))
  if (missing.length > 0) {
    const names = missing.map((id) => `\`${id}\``).join(', ')
    return {
      code: 'merge.part-missing',
      message: `No run that was merged has judged ${names} of this submission.`,
      remedy: 'Merge the part that has, or grade this submission once more.',
    }
  }
  const checks = exercises.flatMap((exercise) => exercise.checks)
  const passed = new Set(checks.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id))
  const refuted = checks.find(({ because }) => because !== undefined && passed.has(because))
  if (refuted === undefined) return undefined
  return {
    code: 'merge.parts-disagree',
    message: `\`${refuted.because}\` passed in one part and failed in another, where \`${refuted.id}\` was skipped because of it.`,
    remedy: 'Grade this submission once more, all exercises in one run.',
  }
}

function placeOf(id: string, exercises: { id: string }[]): number {
  return exercises.findIndex((exercise) => exercise.id === id)
}
