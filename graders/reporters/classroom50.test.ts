import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyText, gradesWith } from '../hostile/printed-texts.ts'
import { commandsIn } from '../hostile/runner-commands.ts'
import type { Grade } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import { renderClassroom50, renderClassroom50Files } from './classroom50.ts'
import { readIdentity } from './classroom50-identity.ts'
import { hostileTexts } from './hostile-text.ts'
import {
  sampleFile,
  sampleGraded,
  samplePartial,
  sampleRejected,
  sampleUngraded,
  sampleUnreachable,
} from './sample-grades.ts'
import { tagsIn, wordsIn } from './test-markdown.ts'

const contract =
  process.env.CGRADE_CLASSROOM50_SCHEMA ??
  new URL('./fixtures/classroom50-result-v1.schema.json', import.meta.url).pathname
const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(contract, 'utf8')))

const env = {
  CLASSROOM: 'cloud-native',
  ASSIGNMENT: 'module3',
  SUBMISSION_TAG: 'submit/2026-06-01T14-32-05Z-a1b2c3d',
  OWNER: 'alice',
  USERNAME: 'alice',
  ASSIGNMENT_TYPE: 'individual',
  COMMIT_URL: 'https://github.com/org/cloud-native-module3-alice/commit/a1b2c3d',
  RELEASE_URL: 'https://github.com/org/cloud-native-module3-alice/releases/tag/submit%2F2026',
  REVIEW_URL: 'https://github.com/org/cloud-native-module3-alice/compare/1...2',
}

function resultOf(grade: Grade) {
  const result = renderClassroom50(grade, readIdentity(env))
  if (result === undefined) throw new Error('no result')
  expect(validate(result), JSON.stringify(validate.errors)).toBe(true)
  expect(result.score).toBeLessThanOrEqual(result['max-score'])
  const sumOf = (key: 'score' | 'max-score') => result.tests.reduce((sum, one) => sum + one[key], 0)
  expect([sumOf('score'), sumOf('max-score')]).toEqual([result.score, result['max-score']])
  return result
}

const inUnits = (grade: Grade) => (grade.status === 'ungraded' ? [] : [grade.score * 100, grade.maxScore * 100])

describe("Classroom 50's `result.json`", () => {
  test.each([sampleGraded('a'), samplePartial('b'), sampleUnreachable('c'), sampleRejected('d')])(
    'is valid, and its points are those of the grade',
    (grade) => {
      const result = resultOf(grade)
      expect([result.score, result['max-score']]).toEqual(inUnits(grade))
    },
  )

  test('is filed under whom the environment names, when the tag says', () => {
    expect(resultOf(sampleGraded('somebody else'))).toMatchObject({
      schema: 'classroom50/result/v1',
      classroom: 'cloud-native',
      assignment: 'module3',
      assignment_type: 'individual',
      owner: 'alice',
      submission: env.SUBMISSION_TAG,
      commit: env.COMMIT_URL,
      release: env.RELEASE_URL,
      review: env.REVIEW_URL,
      datetime: '2026-06-01T14:32:05Z',
      graded_at: '2026-11-23T15:13:19Z',
    })
  })

  test.each([
    [6.25, 12],
    [0.01, 0.03],
    [1 / 3, 1],
    [0, 0],
    [4.1, 4.1],
  ])('has %d of %d points exactly', (points, maxPoints) => {
    const grade = sampleGraded('a', { 'httpserver.serves': { outcome: 'partial', points, maxPoints } })
    const result = resultOf(grade)
    expect(result.tests[1]).toMatchObject({ score: Math.round(points * 100), 'max-score': Math.round(maxPoints * 100) })
    expect(result.tests[1]?.passed).toBe(false)
  })

  test('holds for every grade that points can make', () => {
    const check = fc.record({
      maxPoints: fc.integer({ min: 0, max: 2000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(check, { maxLength: 8 }), (made) => {
        const ids = sampleGraded('a').exercises.flatMap(({ checks }) => checks.map(({ id }) => id))
        const changes = made.map(({ maxPoints, share }, index) => {
          const points = Math.round((maxPoints / 4) * share * 100) / 100
          return [ids[index], { outcome: 'partial', points, maxPoints: maxPoints / 4 }]
        })
        const grade = sampleGraded('a', Object.fromEntries(changes))
        const result = resultOf(grade)
        const [score = 0, maxScore = 0] = inUnits(grade)
        expect(result.score).toBeCloseTo(score, 5)
        expect(result['max-score']).toBeCloseTo(maxScore, 5)
      }),
    )
  })

  test('of a maximum of zero has no test, and is valid', () => {
    const grade = sampleGraded('a')
    grade.exercises = []
    if (grade.status === 'graded') Object.assign(grade, { score: 0, maxScore: 0 })
    expect(resultOf(grade)).toMatchObject({ score: 0, 'max-score': 0, tests: [] })
  })

  test('has no test without a name, and shows no hidden one', () => {
    const grade = sampleGraded('a', {
      'httpserver.builds': { title: '' },
      'httpserver.serves': { title: ' \u200b ' },
      'httpserver.version': { title: 'secret', visibility: 'hidden' },
    })
    const { tests, 'max-score': maxScore } = resultOf(grade)
    expect(tests.map((one) => one['test-name']).slice(0, 1)).toEqual(['check'])
    expect(JSON.stringify(tests)).not.toContain('secret')
    expect(maxScore).toBe(5000)
  })

  test('never exceeds, whatever a record claims', () => {
    const grade = sampleGraded('a', { 'httpserver.serves': { outcome: 'passed', points: 1000 } })
    expect(resultOf(grade)).toMatchObject({ score: 5800, 'max-score': 5800 })
  })

  test('is not there for an ungraded submission', () => {
    expect(renderClassroom50(sampleUngraded('erin'), readIdentity(env))).toBeUndefined()
    expect(renderClassroom50Files(sampleFile([sampleUngraded('erin')]), env)).toBeUndefined()
  })

  test('H11: H16: what a submission writes changes no number, no owner, and no markup', () => {
    const [tame] = gradesWith('tame').slice(0, 1).map(resultOf)
    const check = (text: string) => {
      const [result] = gradesWith(text)
        .filter(({ status }) => status !== 'ungraded')
        .map(resultOf)
      const told = (one: typeof result) => ({ ...one, tests: one?.tests.map(({ score, passed }) => [score, passed]) })
      expect(told(result)).toEqual(told(tame))
      expect(commandsIn(JSON.stringify(result))).toEqual([])
    }
    for (const text of ['', ...hostileTexts]) check(text)
    fc.assert(fc.property(anyText, check), { numRuns: 40 })
  })
})

describe('the identity', () => {
  const names = ['CLASSROOM', 'ASSIGNMENT', 'SUBMISSION_TAG', 'COMMIT_URL', 'RELEASE_URL', 'REVIEW_URL']

  test.each([...names.map((name) => [name]), ['OWNER', 'USERNAME']])('needs %s', (...missing) => {
    const without = { ...env, ...Object.fromEntries(missing.map((name) => [name, undefined])) }
    for (const given of [without, { ...without, ...Object.fromEntries(missing.map((name) => [name, ' '])) }]) {
      expect(() => readIdentity(given)).toThrow(UsageError)
      expect(() => readIdentity(given)).toThrow(`\`${missing[0]}\``)
    }
  })

  test('is taken from either name of the owner, but not from two that differ', () => {
    expect(readIdentity({ ...env, OWNER: undefined }).owner).toBe('alice')
    expect(readIdentity({ ...env, USERNAME: undefined }).owner).toBe('alice')
    expect(() => readIdentity({ ...env, USERNAME: 'bob' })).toThrow(/`alice`.*`bob`/)
  })

  test.each([
    [{ SUBMISSION_TAG: 'v1' }, /submit/],
    [{ ASSIGNMENT_TYPE: 'pair' }, /individual.*pair/],
    [{ COMMIT_URL: 'javascript:x' }, /COMMIT_URL/],
    [{ REVIEW_URL: 'https://x y' }, /REVIEW_URL/],
  ])('refuses %j', (wrong, said) => {
    expect(() => readIdentity({ ...env, ...wrong })).toThrow(said)
  })

  test('is a group where the environment says so', () => {
    expect(readIdentity({ ...env, ASSIGNMENT_TYPE: 'group' }).assignmentType).toBe('group')
    expect(readIdentity({ ...env, ASSIGNMENT_TYPE: undefined }).assignmentType).toBe('individual')
  })
})

test('`release-body.md` shows the score in points, and only markup of ours', () => {
  const [[name, body] = []] = renderClassroom50Files(sampleFile([samplePartial('alice')]), env) ?? []
  expect(name).toBe('release-body.md')
  expect(wordsIn(body ?? '')).toContain('Score 41 of 55 points')
  expect(tagsIn(body ?? '')).not.toContain('script')
})
