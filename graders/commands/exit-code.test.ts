import { describe, expect, test } from 'vitest'
import type { Grade, GradesFile } from '../model/grade.ts'
import {
  sampleFile,
  sampleGraded,
  samplePartial,
  sampleRejected,
  sampleUngraded,
  sampleUnreachable,
} from '../reporters/sample-grades.ts'
import { exitCodeOf } from './exit-code.ts'

const good = sampleGraded('good')
const nothingCounted: Grade = sampleGraded('none', {})
nothingCounted.exercises = []

function interrupted(grades: Grade[]): GradesFile {
  const file = sampleFile(grades)
  return { ...file, run: { ...file.run, interrupted: true } }
}

describe('the exit code of a run', () => {
  test.each<[string, GradesFile, number, number]>([
    ['everything passed', sampleFile([good, good]), 0, 0],
    ['something is partial', sampleFile([good, samplePartial('a')]), 0, 1],
    ['something failed and the rest was skipped', sampleFile([sampleUnreachable('a')]), 0, 1],
    ['something was rejected', sampleFile([sampleRejected('a'), good]), 0, 1],
    ['nothing was judged', sampleFile([nothingCounted]), 0, 1],
    ['something is ungraded, which wins over failed', sampleFile([samplePartial('a'), sampleUngraded('b')]), 3, 3],
    ['the run was interrupted, which wins over all', interrupted([sampleUngraded('b'), good]), 130, 130],
  ])('%s', (_title, file, plain, requirePass) => {
    expect(exitCodeOf(file, { requirePass: false })).toBe(plain)
    expect(exitCodeOf(file, { requirePass: true })).toBe(requirePass)
  })

  test('a check that could not be observed here does not fail a student', () => {
    const unavailable = { outcome: 'skipped', unavailable: 'this engine runs on another machine' } as const
    const file = sampleFile([sampleGraded('a', { 'network.container-ip': unavailable })])
    expect(exitCodeOf(file, { requirePass: true })).toBe(0)
  })
})
