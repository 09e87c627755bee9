import type { Assignment } from '../model/assignment.ts'
import type { CheckRecord, GradesFile, RunRecord } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import { mergeGrades } from './merge-grades.ts'
import { mergeShards } from './merge-shards.ts'

/** One run to merge, and how the user named it. */
export interface Part {
  name: string
  file: GradesFile
}

/** What the parts were judged by, and how points add up there. */
export interface Rubric {
  assignment: Assignment
  specsDigest: string
  score(exercises: { id: string; checks: CheckRecord[] }[]): { score: number; maxScore: number }
}

/**
 * Parts (the same submissions, other exercises) and shards (other submissions) as one run; the order in which they are
 * given makes no difference. Throws a UsageError that names two runs where these contradict each other.
 */
export function mergeRuns(given: Part[], rubric: Rubric, id: string): GradesFile {
  const parts = inOrder(given)
  for (const part of parts) requireSameCourse(part, parts[0] ?? part, rubric)
  const shard = mergeShards(parts)
  const selection = selectionOf(parts, rubric)
  const entries = parts.flatMap((part) => part.file.grades.map((grade) => ({ part, grade })))
  const bySubmission = Map.groupBy(entries, ({ grade }) => grade.submission.id)
  const merged = [...bySubmission.values()].map((of) => mergeGrades(of, selection, rubric))
  const grades = merged.sort((a, b) => compareBytes(a.submission.id, b.submission.id))
  const run = { ...mergeRecords(parts, selection, rubric, id), ...(shard === undefined ? {} : { shard }) }
  return { schema: 'cgrade/grades/v1', run, grades }
}

/** By their beginning, and where that is the same by their content: the user's order counts for nothing. */
function inOrder(parts: Part[]): Part[] {
  const keyed = parts.map((part) => ({ part, key: `${part.file.run.startedAt} ${JSON.stringify(part.file)}` }))
  return keyed.sort((a, b) => compareBytes(a.key, b.key)).map(({ part }) => part)
}

function requireSameCourse(part: Part, first: Part, { assignment, specsDigest }: Rubric): void {
  const [one, other] = [first.file.run, part.file.run]
  const keys = ['assignment', 'specsDigest', 'graderVersion'] as const
  const differs = keys.find((key) => one[key] !== other[key])
  if (differs !== undefined) {
    throw new UsageError(
      `\`${first.name}\` and \`${part.name}\` cannot be merged: \`run.${differs}\` is \`${one[differs]}\` in the one and \`${other[differs]}\` in the other. Grade both with the same cgrade and the same specs.`,
    )
  }
  if (other.assignment !== assignment.id || other.specsDigest !== specsDigest) {
    const wanted = other.assignment === assignment.id ? 'with other specs than these' : `for \`${other.assignment}\``
    throw new UsageError(
      `\`${part.name}\` was graded ${wanted}; the points of \`${assignment.id}\` would not fit. Name the assignment that it was graded with: \`--assignment <folder>\`.`,
    )
  }
}

/** All that was judged in any part, in the assignment's order. */
function selectionOf(parts: Part[], { assignment }: Rubric): string[] {
  const all = assignment.exercises.map(({ id }) => id)
  const judged = new Set(parts.flatMap(({ file }) => file.run.exercises ?? all))
  for (const part of parts) {
    const unknown = part.file.run.exercises?.find((id) => !all.includes(id))
    if (unknown !== undefined) {
      throw new UsageError(`\`${part.name}\` has an exercise \`${unknown}\`, which \`${assignment.id}\` has not.`)
    }
  }
  return all.filter((id) => judged.has(id))
}

function mergeRecords(parts: Part[], selection: string[], { assignment }: Rubric, id: string): RunRecord {
  const runs = parts.map(({ file }) => file.run)
  const [first] = runs
  if (first === undefined) throw new UsageError('Nothing to merge: expected at least one run.')
  const images = new Map(runs.flatMap((run) => run.baseImages).map((image) => [JSON.stringify(image), image]))
  const seeds = [...new Set(runs.map(({ seed }) => seed))].sort(compareBytes)
  const { exercises: _parts, interrupted: _one, shard: _other, ...start } = first
  return {
    ...start,
    id,
    finishedAt: runs.map(({ finishedAt }) => finishedAt).reduce((a, b) => (Date.parse(a) < Date.parse(b) ? b : a)),
    seed: seeds.join(' + '),
    baseImages: [...images.entries()].sort(([a], [b]) => compareBytes(a, b)).map(([, image]) => image),
    ...(selection.length === assignment.exercises.length ? {} : { exercises: selection }),
    ...(runs.some(({ interrupted }) => interrupted) ? { interrupted: true } : {}),
  }
}

/** As `listSubmissions` sorts them. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
