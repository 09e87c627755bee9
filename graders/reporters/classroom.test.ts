import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyText, gradesWith } from '../hostile/printed-texts.ts'
import { commandsIn } from '../hostile/runner-commands.ts'
import type { Grade } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import { type ClassroomResult, renderClassroom, renderClassroomNotices, renderClassroomOutput } from './classroom.ts'
import { hostileTexts } from './hostile-text.ts'
import {
  sampleFile,
  sampleGraded,
  samplePartial,
  sampleRejected,
  sampleRun,
  sampleUngraded,
  sampleUnreachable,
} from './sample-grades.ts'

function readOutput(grade: Grade): ClassroomResult {
  const [, base64 = ''] = /^result=([A-Za-z0-9+/]+=*)\n$/.exec(renderClassroomOutput(sampleFile([grade]))) ?? []
  return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
}

/** As `autograding-grading-reporter` adds them up. */
function pointsIn({ max_score, tests }: ClassroomResult): [number, number] {
  return [tests.reduce((sum, { score }) => sum + score, 0), max_score]
}

const scoreOf = (grade: Grade) => (grade.status === 'ungraded' ? [0, 0] : [grade.score, grade.maxScore])

describe("GitHub Classroom's `result`", () => {
  test.each([
    ['pass', sampleGraded('alice')],
    ['fail', samplePartial('bob')],
    ['fail', sampleUnreachable('carol')],
    ['fail', sampleRejected('dave')],
    ['error', sampleUngraded('erin')],
  ])('says %s, and adds up to the score of the grade', (status, grade) => {
    const result = readOutput(grade)
    expect(result).toEqual(renderClassroom(grade))
    expect(result.status).toBe(status)
    expect(pointsIn(result)).toEqual(scoreOf(grade))
  })

  test('has what its reporter reads, for each check that counts', () => {
    const result = readOutput(samplePartial('bob'))
    expect(result.tests.map((test) => Object.keys(test).join())).toEqual(
      result.tests.map(() => 'name,status,score,message,test_code,filename,line_no,duration'),
    )
    expect(result.tests).toHaveLength(7)
    expect(result.tests[2]).toMatchObject({ status: 'fail', score: 6, filename: 'httpserver/main.go', line_no: 41 })
  })

  test('leaves hidden checks out of the tests and of the totals', () => {
    const grade = sampleGraded('alice', { 'httpserver.builds': { visibility: 'hidden', outcome: 'failed' } })
    expect(pointsIn(readOutput(grade))).toEqual([48, 48])
    expect(renderClassroomNotices(sampleFile([grade]))).toContain('48/48')
  })

  test('leaves out an optional exercise that is not in the score', () => {
    const grade = sampleGraded('alice', { 'network.container-ip': { outcome: 'failed' } })
    if (grade.status === 'graded') Object.assign(grade, { score: 55, maxScore: 55 })
    expect(pointsIn(readOutput(grade))).toEqual([55, 55])
    expect(readOutput(grade).status).toBe('pass')
  })

  test('is one line with the score where no choice of exercises adds up to it', () => {
    const grade = sampleGraded('alice')
    if (grade.status === 'graded') Object.assign(grade, { score: 7.25, maxScore: 9 })
    expect(readOutput(grade).tests).toMatchObject([{ name: 'score', status: 'fail', score: 7.25 }])
  })

  test('has whole points or two decimals', () => {
    const grade = sampleGraded('alice', { 'httpserver.serves': { outcome: 'partial', points: 3.33 } })
    expect(readOutput(grade).tests[1]?.score).toBe(3.33)
    if (grade.status === 'graded') expect(renderClassroomNotices(sampleFile([grade]))).toContain('Points 51.33/58')
  })

  test('is of one submission', () => {
    for (const file of [sampleRun(), sampleFile([])]) {
      expect(() => renderClassroomOutput(file)).toThrow(UsageError)
      expect(() => renderClassroomNotices(file)).toThrow(/single submission.*--only/s)
    }
  })
})

describe('the two notices', () => {
  test('are what Classroom reads points from', () => {
    const grade = samplePartial('bob')
    expect(renderClassroomNotices(sampleFile([grade]))).toBe(
      '::notice title=Autograding complete::Points 41/55\n::notice title=Autograding report::{"totalPoints":41,"maxPoints":55}\n',
    )
  })

  test('are not there without a score or a maximum', () => {
    const nothing = { outcome: 'skipped', unavailable: 'not here' } as const
    const grade = sampleGraded('alice')
    for (const check of grade.exercises.flatMap(({ checks }) => checks)) {
      delete check.points
      Object.assign(check, nothing)
    }
    if (grade.status === 'graded') Object.assign(grade, { score: 0, maxScore: 0 })
    expect(renderClassroomNotices(sampleFile([grade]))).toBe('')
    const [warning, ...others] = commandsIn(renderClassroomNotices(sampleFile([sampleUngraded('erin')])))
    expect(warning).toMatchObject({ name: 'warning', value: expect.not.stringMatching(/\d/) })
    expect(others).toEqual([])
  })
})

describe('H11: H12: H14: what a submission writes', () => {
  test('changes no point, and commands nobody who prints a test', () => {
    const [tame] = gradesWith('tame')
    const check = (text: string) => {
      for (const grade of gradesWith(text)) {
        const result = readOutput(grade)
        expect(pointsIn(result)).toEqual(scoreOf(grade))
        for (const { name, message, test_code, filename } of result.tests) {
          expect([name, message, test_code, filename].flatMap((field) => commandsIn(field))).toEqual([])
          expect([name, message, filename].join('')).not.toMatch(/[\r\n]/)
        }
        expect(renderClassroomNotices(sampleFile([grade]))).not.toContain('forged')
      }
      const [forged] = gradesWith(text)
      if (forged && tame) {
        expect(renderClassroomNotices(sampleFile([forged]))).toBe(renderClassroomNotices(sampleFile([tame])))
      }
    }
    for (const text of ['', ...hostileTexts]) check(text)
    fc.assert(fc.property(anyText, check), { numRuns: 60 })
  })
})
