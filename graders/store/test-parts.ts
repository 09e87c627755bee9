import { expect } from 'vitest'
import { assignmentSchema } from '../model/assignment.ts'
import type { CheckRecord, ExerciseRecord, Grade, GradesFile } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import { score } from '../stages/score.ts'
import { mergeRuns, type Part } from './merge-runs.ts'

/** Test support: runs that judged some exercises of a small assignment. */

const assignment = assignmentSchema.parse({
  id: 'module3',
  title: 'Module 3',
  exercises: [
    { id: 'server', title: 'Server', checks: ['builds', 'serves'].map((id) => ({ id: `server.${id}`, points: 10 })) },
    { id: 'network', title: 'Network', uses: 'server', checks: [{ id: 'network.address', points: 3 }] },
    { id: 'memory', title: 'Memory', required: false, checks: [{ id: 'memory.grows', points: 7 }] },
    { id: 'chroot', title: 'Chroot', required: false, checks: [{ id: 'chroot.jail', points: 2.5 }] },
  ],
})
export const all = assignment.exercises.map(({ id }) => id)
export const rubric = {
  assignment,
  specsDigest: 'd'.repeat(64),
  score: (exercises: { id: string; checks: CheckRecord[] }[]) => score(assignment, exercises),
}
export const at = (second: number) => new Date(Date.UTC(2026, 10, 25, 9, 0, second)).toISOString()

export function exerciseOf(id: string, share = 1, on: Partial<CheckRecord> = {}): ExerciseRecord {
  const checks = assignment.exercises.find((one) => one.id === id)?.checks ?? []
  const outcome = share === 1 ? 'passed' : share === 0 ? 'failed' : 'partial'
  return {
    id,
    title: id,
    found: {},
    phases: [],
    checks: checks.map(({ id: check, points }) => ({
      id: check,
      title: check,
      outcome,
      points: points * share,
      maxPoints: points,
      visibility: 'public',
      message: '',
      durationMs: 1,
      ...on,
    })),
  }
}

export function gradedOf(id: string, exercises: ExerciseRecord[], on: Partial<Grade> = {}): Grade {
  const submission = { id, source: `/inbox/${id}`, digest: 'a'.repeat(64) }
  const base = { submission, exercises, flags: [], startedAt: at(0), durationMs: 10 }
  return { status: 'graded', ...base, ...score(assignment, exercises), ...on } as Grade
}

export function rejectedOf(id: string, exercises: string[]): Grade {
  const checks = assignment.exercises.filter((one) => exercises.includes(one.id)).flatMap((one) => one.checks)
  const maxScore = checks.reduce((sum, { points }) => sum + points, 0)
  const rejection = { code: 'intake.link-outside' as const, message: 'A link leads out.' }
  const submission = { id, source: `/inbox/${id}` }
  const base = { submission, exercises: [], flags: [], startedAt: at(0), durationMs: 10 }
  return { status: 'rejected', ...base, score: 0, maxScore, rejection }
}

export const brokenEngine = { code: 'engine.failed' as const, message: 'The engine went away.' }
export function ungradedOf(id: string, exercises: ExerciseRecord[], error = brokenEngine): Grade {
  const { submission, flags, startedAt, durationMs } = gradedOf(id, [])
  return { status: 'ungraded', submission, exercises, flags, startedAt, durationMs, error }
}

export function fileOf(grades: Grade[], run: Partial<GradesFile['run']> = {}): GradesFile {
  const engine = { name: 'docker', version: '20.10.24', cgroup: 1 }
  const base = {
    id: 'one',
    assignment: 'module3',
    startedAt: at(0),
    finishedAt: at(60),
    graderVersion: '0.1.0',
    engine,
  }
  return {
    schema: 'cgrade/grades/v1',
    run: { ...base, specsDigest: rubric.specsDigest, seed: 's', baseImages: [], ...run },
    grades,
  }
}

const partsOf = (...files: GradesFile[]): Part[] => files.map((file, index) => ({ name: `run-${index + 1}`, file }))
export const merge = (...files: GradesFile[]) => mergeRuns(partsOf(...files), rubric, 'new')
export const part = (exercises: string[], grades: Grade[]) =>
  fileOf(grades, exercises.length === all.length ? {} : { exercises })

export function refusalOf(...files: GradesFile[]): string {
  try {
    merge(...files)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(UsageError)
    return (thrown as UsageError).message
  }
  throw new Error('it was merged')
}
