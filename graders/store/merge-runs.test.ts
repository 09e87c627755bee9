import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Grade, GradesFile } from '../model/grade.ts'
import { all, at, exerciseOf, fileOf, gradedOf, merge, part, rejectedOf, ungradedOf } from './test-parts.ts'

describe('a whole that was split merges back to itself', () => {
  const share = fc.constantFrom(0, 0.5, 1)
  const kind = fc.constantFrom('graded', 'graded', 'graded', 'rejected', 'ungraded')
  const submission = fc.record({
    id: fc.string({ minLength: 1, maxLength: 6 }),
    kind,
    shares: fc.array(share, { minLength: 4, maxLength: 4 }),
  })
  const whole = fc.uniqueArray(submission, { maxLength: 5, selector: ({ id }) => id })
  /** Into which group each exercise goes, and into which shard of it each submission. */
  const split = fc.record({
    groups: fc.array(fc.nat(2), { minLength: 4, maxLength: 4 }),
    shards: fc.array(fc.nat(2), { minLength: 15, maxLength: 15 }),
    order: fc.array(fc.nat(), { minLength: 9, maxLength: 9 }),
  })

  const flag = (exercise: string) => ({ code: `of-${exercise}`, message: 'seen' })
  const early = { code: 'intake', message: 'seen by each' }
  /** What a run of these exercises says about a submission; the engine went away in `memory` of an ungraded one. */
  function gradeOf({ id, kind, shares }: { id: string; kind: string; shares: number[] }, exercises: string[]): Grade {
    if (kind === 'rejected') return { ...rejectedOf(id, exercises), durationMs: 10 * exercises.length }
    const records = exercises.map((one) => exerciseOf(one, shares[all.indexOf(one)]))
    const flags = [early, ...exercises.map(flag)]
    const isHit = kind === 'ungraded' && exercises.includes('memory')
    const grade = isHit ? ungradedOf(id, records) : gradedOf(id, records)
    return { ...grade, flags, durationMs: 10 * exercises.length }
  }
  const sortFlags = (file: GradesFile): GradesFile => ({
    ...file,
    grades: file.grades.map((grade) => ({
      ...grade,
      flags: grade.flags.toSorted((a, b) => (a.code < b.code ? -1 : 1)),
    })),
  })

  test('by exercises and by submissions, in any order', () => {
    fc.assert(
      fc.property(whole, split, (submissions, { groups, shards, order }) => {
        const sorted = submissions.toSorted((a, b) => Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)))
        const expected = fileOf(sorted.map((one) => gradeOf(one, all)))
        const files = [0, 1, 2].flatMap((group) => {
          const exercises = all.filter((_, index) => groups[index] === group)
          if (exercises.length === 0) return []
          return [0, 1, 2].map((shard) =>
            part(
              exercises,
              sorted.filter((_, index) => shards[group * 5 + index] === shard).map((one) => gradeOf(one, exercises)),
            ),
          )
        })
        const shuffled = files.toSorted((a, b) => (order[files.indexOf(a)] ?? 0) - (order[files.indexOf(b)] ?? 0))
        const merged = merge(...shuffled)
        expect(JSON.stringify(merged)).toBe(JSON.stringify(merge(...files)))
        expect(sortFlags({ ...merged, run: { ...merged.run, id: 'one' } })).toEqual(sortFlags(expected))
      }),
      { numRuns: 300 },
    )
  })
})

describe('the run of a merge', () => {
  const half = (exercises: string[], on: Partial<GradesFile['run']>) => fileOf([], { exercises, ...on })

  test('has the earliest beginning, the latest end, every base image once, and all seeds', () => {
    const image = (name: string) => ({ name, digest: 'sha256:1', standIn: false })
    const merged = merge(
      half(['server'], {
        startedAt: at(9),
        finishedAt: at(10),
        seed: 'b',
        baseImages: [image('golang'), image('alpine')],
      }),
      half(['memory'], { startedAt: at(5), finishedAt: at(7), seed: 'a', baseImages: [image('alpine')] }),
    )
    expect(merged.run).toMatchObject({ id: 'new', startedAt: at(5), finishedAt: at(10), seed: 'a + b' })
    expect(merged.run.baseImages.map(({ name }) => name)).toEqual(['alpine', 'golang'])
  })

  test('tells which exercises were judged, unless these are all', () => {
    expect(merge(half(['memory'], {}), half(['server'], {})).run.exercises).toEqual(['server', 'memory'])
    expect(merge(half(['memory', 'chroot'], {}), half(['server', 'network'], {})).run).not.toHaveProperty('exercises')
    expect(merge(half(['memory'], {}), fileOf([])).run).not.toHaveProperty('exercises')
  })

  test('was interrupted when a part was', () => {
    expect(merge(half(['memory'], { interrupted: true }), half(['server'], {})).run.interrupted).toBe(true)
  })
})
