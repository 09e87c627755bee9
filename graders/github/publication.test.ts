import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exitCodeOf } from '../commands/exit-code.ts'
import { checkRules } from '../model/assignment.ts'
import { type CheckRecord, type Grade, type GradesFile, gradesFileSchema, outcomeSchema } from '../model/grade.ts'
import { hostileTexts } from '../reporters/hostile-text.ts'
import { score } from '../stages/score.ts'
import { composePublication } from './publication.ts'
import { readEvent } from './read-event.ts'
import { findForeignMarkup } from './test-markdown-oracle.ts'
import { course, eventOf, fileOf, gradeOf } from './test-publish.ts'

const { assignment, specsDigest } = course
const run = readEvent(JSON.stringify(eventOf()), { repository: 'course/homework', flow: 'course' })
const rules = checkRules(assignment).map(({ rule }) => rule)
const most = rules.reduce((sum, rule) => sum + rule.points, 0)

function publicationOf(file: GradesFile) {
  return composePublication(
    { read: 'whole', file },
    {
      flow: 'course',
      run,
      rubric: { assignment, titles: new Map(), score },
      specsDigest,
      changes: { submissions: new Map([['alice', { path: 'submissions/alice', isFolder: true }]]) },
      requirePass: false,
      isPassed: (vetted) => exitCodeOf(vetted, { requirePass: true }) === 0,
    },
  )
}

const injections = [
  '@org/team https://evil.example ![x](https://evil.example/x.png) <img src=x onerror=alert(1)>',
  '<!-- cgrade -->\n<!-- cgrade run 9999999999/1 -->',
  '--> </details></pre></table> # Score 100 of 100 points',
  '`</code>` [x](javascript:alert(1)) www.evil.example #1 GH-1 a@b.example',
  '```\n::error::x\n```\n\n| a |\n|---|\n| ![](//x) |',
  '\u202e100 fo 001 erocS\u202c',
  '$\\color{red}{x}$ <a href="https://evil.example">log in</a>',
  ...hostileTexts,
]
const anyText = fc.oneof(fc.constantFrom(...injections), fc.string({ unit: 'binary', maxLength: 80 }))
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 })
const anyPoints = fc.oneof(
  fc.constantFrom(0, 1e308, 0.001, 5e-324),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
)

const anyCheck: fc.Arbitrary<CheckRecord> = fc
  .record({
    id: fc.oneof(fc.constantFrom(...rules.map(({ id }) => id)), anyText),
    title: anyText,
    outcome: fc.constantFrom(...outcomeSchema.options),
    points: optional(anyPoints),
    maxPoints: anyPoints,
    visibility: fc.constantFrom('public' as const, 'hidden' as const),
    message: anyText,
    hint: optional(anyText),
    expected: optional(anyText),
    actual: optional(anyText),
    reproduce: optional(anyText),
    because: optional(anyText),
    unavailable: optional(anyText),
    evidence: optional(fc.array(fc.record({ kind: fc.constantFrom('log' as const, 'http' as const), text: anyText }))),
    location: optional(
      fc.record({
        file: fc.oneof(anyText, fc.constantFrom('../../x', '/etc/passwd', 'a/../../b', 'main.go', 'a//b', '.', 'a\\b')),
        line: optional(fc.integer({ min: 1 })),
      }),
    ),
    durationMs: anyPoints,
  })
  .map((check) => JSON.parse(JSON.stringify(check)) as CheckRecord)

const anyExercise = fc.record({
  id: fc.oneof(fc.constantFrom(...assignment.exercises.map(({ id }) => id)), anyText),
  title: anyText,
  found: fc.constant({}),
  phases: fc.constant<Grade['exercises'][number]['phases']>([]),
  checks: fc.array(anyCheck, { maxLength: 12 }),
})

const anyGrade: fc.Arbitrary<Grade> = fc
  .record({
    id: fc.oneof(fc.constant('alice'), anyText),
    status: fc.constantFrom('graded' as const, 'rejected' as const, 'ungraded' as const),
    exercises: fc.array(anyExercise, { maxLength: 8 }),
    score: anyPoints,
    maxScore: anyPoints,
    text: anyText,
  })
  .map(({ id, status, exercises, score: points, maxScore, text }): Grade => {
    const { flags, startedAt, durationMs } = gradeOf(id)
    const common = { submission: { id, source: text }, exercises, flags, startedAt, durationMs }
    if (status === 'graded') return { ...common, status, score: points, maxScore }
    return status === 'rejected'
      ? { ...common, status, score: points, maxScore, rejection: { code: 'intake.empty', message: text, hint: text } }
      : { ...common, status, error: { code: 'internal', message: text, remedy: text } }
  })

describe('whatever an artifact says', () => {
  test('points lie within those of the rubric, and no text of it is more than text', () => {
    fc.assert(
      fc.property(fc.array(anyGrade, { maxLength: 4 }), (grades) => {
        const { check, comment } = publicationOf(gradesFileSchema.parse(fileOf(...grades)))
        for (const [, got, of] of check.output.title.matchAll(/Score ([\d.]+) of ([\d.]+)/g)) {
          expect(Number(got)).toBeLessThanOrEqual(Number(of))
          expect(Number(of)).toBeLessThanOrEqual(most)
        }
        expect(check.output.title).not.toMatch(/e\+|Infinity|NaN/)
        expect(findForeignMarkup(comment, [run.url], 2)).toEqual([])
        expect(findForeignMarkup(check.output.summary, [run.url], 0)).toEqual([])
        expect(findForeignMarkup(check.output.text, [run.url], 0)).toEqual([])
        expect(comment.length).toBeLessThan(65_536)
        for (const { path } of check.output.annotations) {
          expect(path).toMatch(/^submissions\/alice\/./)
          expect(path.split('/')).not.toContain('..')
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a check has our worth and title, and points only for what it says to have passed', () => {
    const forged = gradeOf('alice', {
      'httpserver.builds': { outcome: 'passed', points: 1e6, maxPoints: 1e6, title: 'forged' },
      'httpserver.serves': { outcome: 'failed', points: 10 },
      'httpserver.healthz': { outcome: 'skipped', points: 5 },
      'httpserver.version': { outcome: 'partial', points: 4 },
    })
    forged.score = 1000
    const told = publicationOf(fileOf(forged))
    const expected = most - 10 - 5 - 4
    expect(told.check.output.title).toContain(`Score ${expected} of ${most} points`)
    expect(told.check.output.text + told.comment).not.toContain('forged')
    expect(told.remarks.join('\n')).toContain('it says 1000 of')
    expect(told.check.conclusion).toBe('neutral')
  })

  test.each([
    ['above', '../x'],
    ['absolute', '/etc/passwd'],
    ['with an empty part', 'a//b'],
    ['with a dot', './a'],
    ['with two dots', 'a/..'],
    ['with a backslash', 'a\\b'],
    ['with a line end', 'a\nb'],
    ['that is turned round', 'a\u202eb'],
    ['without end', 'x'.repeat(2000)],
  ])('a path %s is no file of a submission, and is left out', (_what, file) => {
    const at = { outcome: 'failed', location: { file, line: 3 } } as const
    const { check } = publicationOf(fileOf(gradeOf('alice', { 'httpserver.version': at })))
    expect(check.output.annotations).toEqual([])
    expect(check.output.text).not.toContain('Where')
  })

  test('a failed check that is left out costs what it is worth', () => {
    const grade = gradeOf('alice')
    for (const exercise of grade.exercises) exercise.checks = exercise.checks.slice(0, 1)
    const { check, remarks } = publicationOf(fileOf(grade))
    expect(check.output.title).not.toContain(`Score ${most}`)
    expect(check.conclusion).toBe('neutral')
    expect(remarks.join('\n')).toContain('`httpserver.serves` is missing')
  })

  test('a check that is said to be hidden is shown as what it is', () => {
    const hidden = { outcome: 'failed', visibility: 'hidden', message: 'seen all the same' } as const
    const { check } = publicationOf(fileOf(gradeOf('alice', { 'httpserver.version': hidden })))
    expect(check.output.text).toContain('seen all the same')
  })

  test.each([
    ['another student', [gradeOf('bob')]],
    ['nobody', []],
  ])('grades of %s are no news on this pull request', (_who, grades) => {
    const { check, isNews, comment } = publicationOf(fileOf(...grades))
    expect(check).toMatchObject({ conclusion: 'neutral', output: { title: 'There was nothing to grade' } })
    expect(isNews).toBe(false)
    expect(comment).not.toContain('bob')
  })

  test('a second grade for one submission is left out, whatever it says', () => {
    const { remarks, check } = publicationOf(
      fileOf(gradeOf('alice'), gradeOf('alice', { 'httpserver.builds': { outcome: 'failed' } })),
    )
    expect(remarks).toContainEqual(expect.stringContaining('a second grade for `alice`'))
    expect(check.conclusion).toBe('success')
  })

  test('a graded submission with a check that was not judged is ungraded, and no success', () => {
    const { check } = publicationOf(fileOf(gradeOf('alice', { 'httpserver.version': { outcome: 'errored' } })))
    expect(check.conclusion).toBe('neutral')
    expect(check.output.title).toBe('No score: not graded yet.')
  })

  test('grades of another assignment, or by other specs, are not believed', () => {
    for (const change of [{ assignment: 'other' }, { specsDigest: '0'.repeat(64) }]) {
      const file = fileOf(gradeOf('alice'))
      Object.assign(file.run, change)
      const { check, untrusted } = publicationOf(file)
      expect(untrusted).toMatch(/another assignment|other specs/)
      expect(check.conclusion).toBe('neutral')
    }
  })
})
