import { describe, expect, test } from 'vitest'
import type { Grade } from '../model/grade.ts'
import { latePolicySchema } from '../model/late-policy.ts'
import { mergeRuns } from './merge-runs.ts'
import {
  at,
  brokenEngine,
  exerciseOf,
  fileOf,
  gradedOf,
  merge,
  part,
  refusalOf,
  rejectedOf,
  rubric,
  ungradedOf,
} from './test-parts.ts'

describe('a submission of several parts', () => {
  test('has no score where one part could not grade it', () => {
    const whole = merge(
      part(['server', 'network'], [gradedOf('li', [exerciseOf('server'), exerciseOf('network')])]),
      part(['memory', 'chroot'], [ungradedOf('li', [])]),
    )
    expect(whole.grades).toMatchObject([{ status: 'ungraded', error: brokenEngine }])
    expect(whole.grades[0]).not.toHaveProperty('score')
    expect(whole.grades[0]?.exercises.map(({ id }) => id)).toEqual(['server', 'network'])
  })

  test('has no score where a part is missing', () => {
    const whole = merge(
      part(['server'], [gradedOf('li', [exerciseOf('server')]), gradedOf('wang', [exerciseOf('server')])]),
      part(['memory'], [gradedOf('li', [exerciseOf('memory')])]),
    )
    expect(whole.grades).toMatchObject([
      { status: 'graded' },
      { status: 'ungraded', error: { code: 'merge.part-missing' } },
    ])
    const [, wang] = whole.grades
    expect(wang?.status === 'ungraded' && wang.error.message).toContain('`memory`')
  })

  test('has no score where one part saw the server, and the other did not', () => {
    const skipped = { outcome: 'skipped', points: 0, because: 'server.serves' } as const
    const network = exerciseOf('network', 0, skipped)
    const refuted = merge(
      part(['server'], [gradedOf('li', [exerciseOf('server')])]),
      part(['network'], [gradedOf('li', [network])]),
    )
    expect(refuted.grades).toMatchObject([{ status: 'ungraded', error: { code: 'merge.parts-disagree' } }])
    const failed = merge(
      part(['server'], [gradedOf('li', [exerciseOf('server', 0)])]),
      part(['network'], [gradedOf('li', [network])]),
    )
    expect(failed.grades).toMatchObject([{ status: 'graded', score: 0, maxScore: 23 }])
  })

  test('that was rejected is rejected, out of all points that were asked for', () => {
    const files = [part(['server'], [rejectedOf('li', ['server'])]), part(['memory'], [rejectedOf('li', ['memory'])])]
    expect(merge(...files).grades).toMatchObject([{ status: 'rejected', score: 0, maxScore: 27, exercises: [] }])
  })

  test('counts its time together, and is told once about what both parts saw', () => {
    const flags = [{ code: 'unusual-base', message: 'A base.' }]
    const [grade] = merge(
      part(['network'], [gradedOf('li', [exerciseOf('network')], { flags, durationMs: 30, startedAt: at(4) })]),
      part(['server'], [gradedOf('li', [exerciseOf('server')], { flags, durationMs: 12, startedAt: at(8) })]),
    ).grades
    expect(grade).toMatchObject({ flags, durationMs: 42, startedAt: at(4), score: 23, maxScore: 23 })
    expect(grade?.exercises.map(({ id }) => id)).toEqual(['server', 'network'])
  })

  test('points are added up anew: what a file says of its own sum does not count', () => {
    const forged = gradedOf('li', [exerciseOf('server', 0)], { score: 99, maxScore: 1 } as Partial<Grade>)
    expect(merge(part(['server'], [forged])).grades).toMatchObject([{ score: 0, maxScore: 20 }])
  })

  test('that came late loses its share of the new sum', () => {
    const late = latePolicySchema.parse({ deadline: at(0), perDayPercent: 10 })
    const delivery = { submittedAt: at(30) }
    const parts = ['memory', 'server'].map((exercise) => {
      const { submission, ...grade } = gradedOf('li', [exerciseOf(exercise)])
      return part([exercise], [{ ...grade, submission: { ...submission, delivery } }])
    })
    const merged = mergeRuns(
      parts.map((file, index) => ({ name: `${index}`, file })),
      { ...rubric, assignment: { ...rubric.assignment, late } },
      'new',
    )
    expect(merged.grades).toMatchObject([{ score: 27, maxScore: 27, late: { points: 2.7, score: 24.3 } }])
  })

  test('the same run given twice is that run', () => {
    const once = part(['server'], [gradedOf('li', [exerciseOf('server')])])
    expect(merge(once, once)).toEqual(merge(once))
  })
})

describe('runs that contradict each other are refused, and named', () => {
  const li = (share: number) => gradedOf('li', [exerciseOf('server', share)])

  test('the same exercise judged twice, with another outcome', () => {
    const said = refusalOf(part(['server'], [li(1)]), part(['server'], [li(0)]))
    for (const word of ['`run-1`', '`run-2`', '`server`', '`li`', 'not alike']) expect(said).toContain(word)
  })

  test('other files', () => {
    const other = gradedOf('li', [exerciseOf('memory')], {
      submission: { id: 'li', source: '/inbox/li', digest: 'b'.repeat(64) },
    })
    const said = refusalOf(part(['server'], [li(1)]), part(['memory'], [other]))
    for (const word of ['a'.repeat(64), 'b'.repeat(64), 'not the same files']) expect(said).toContain(word)
  })

  test('refused by intake in one, and graded in the other', () => {
    expect(refusalOf(part(['server'], [li(1)]), part(['memory'], [rejectedOf('li', ['memory'])]))).toContain(
      'was rejected (intake.link-outside)',
    )
  })

  test('handed in at another time, by another roster', () => {
    const delivered = (exercise: string, submittedAt: string) => {
      const { submission, ...grade } = gradedOf('li', [exerciseOf(exercise)])
      return { ...grade, submission: { ...submission, delivery: { submittedAt } } }
    }
    const early = part(['server'], [delivered('server', at(1))])
    expect(refusalOf(early, part(['memory'], [delivered('memory', at(2))]))).toContain(
      'Grade both with the same roster',
    )
    const [grade] = merge(early, part(['memory'], [gradedOf('li', [exerciseOf('memory')])])).grades
    expect(grade?.submission.delivery).toEqual({ submittedAt: at(1) })
  })

  test.each([
    ['assignment', 'module8'],
    ['specsDigest', 'e'.repeat(64)],
    ['graderVersion', '0.2.0'],
  ])('another %s', (key, value) => {
    const said = refusalOf(part(['server'], [li(1)]), fileOf([], { exercises: ['memory'], [key]: value }))
    for (const word of ['`run-1`', '`run-2`', `run.${key}`, value]) expect(said).toContain(word)
  })

  test('another assignment, or other specs, than those that are at hand', () => {
    expect(refusalOf(fileOf([], { assignment: 'module8' }))).toContain('was graded for `module8`')
    expect(refusalOf(fileOf([], { specsDigest: 'e'.repeat(64) }))).toContain('--assignment')
  })

  test('an exercise that the assignment has not', () => {
    const forged = { ...li(1), exercises: [{ ...exerciseOf('server'), id: 'sever' }] }
    expect(refusalOf(part(['server'], [forged]))).toContain('`sever`')
    expect(refusalOf(part(['sever'], []))).toContain('has an exercise `sever`')
  })
})
