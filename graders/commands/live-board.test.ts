import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { hostileTexts, unseenIn } from '../reporters/hostile-text.ts'
import { makePaint } from '../reporters/paint.ts'
import { sampleGraded, sampleRejected, sampleUngraded } from '../reporters/sample-grades.ts'
import { widthOf } from '../reporters/text-layout.ts'
import { renderBoard, summariseState } from './live-board.ts'
import { createRunState, noteGraded, noteStage, type RunState } from './run-state.ts'

const plain = { columns: 80, rows: 24, paint: makePaint(false) }

/** One that takes two minutes. */
function gradeOne(state: RunState, id: string, atMs: number, grade = sampleGraded(id)): void {
  noteStage(state, id, { stage: 'intake', detail: undefined, worker: undefined }, atMs)
  noteStage(state, id, { stage: 'score', detail: undefined, worker: undefined }, atMs + 120_000)
  noteGraded(state, grade, state.finished + 1, atMs + 120_000)
}

/** In its stage since a time. */
function put(
  state: RunState,
  id: string,
  stage: 'intake' | 'build' | 'boot' | 'specs',
  sinceMs: number,
  worker?: string,
): void {
  noteStage(state, id, { stage, detail: stage === 'build' ? 'httpserver/Dockerfile' : undefined, worker }, sinceMs)
}

describe('a run of 64 at a time', () => {
  const state = createRunState(300)
  for (let index = 0; index < 40; index += 1) gradeOne(state, `s${index}`, index)
  gradeOne(state, 'r', 0, sampleRejected('r'))
  gradeOne(state, 'u', 0, sampleUngraded('u'))
  for (let index = 0; index < 50; index += 1) put(state, `b${index}`, 'build', 150_000)
  for (let index = 0; index < 13; index += 1) put(state, `p${index}`, 'specs', 148_000)
  put(state, '王小明-作业三', 'build', 95_000)

  test('is told in a few lines', () => {
    expect(renderBoard(state, 180_000, plain)).toEqual([
      '[###.......................] 42/300, 8 to 10 min left',
      '40 graded, 1 rejected, 1 ungraded',
      '  intake    0',
      '  build    51  longest 1 min 25 s: 王小明-作业三 httpserver/Dockerfile',
      '  boot      0',
      '  specs    13  longest 32 s: p0',
    ])
    expect(summariseState(state, 180_000)).toBe(
      '42/300 done, 8 to 10 min left; build 51 (longest 1 min 25 s: 王小明-作业三 httpserver/Dockerfile), specs 13 (longest 32 s: p0)',
    )
  })

  test('fits whatever the terminal is, and reads the same without colour', () => {
    for (const columns of [1, 20, 40, 80, 140, 500]) {
      for (const rows of [1, 8, 24, 60]) {
        const lines = renderBoard(state, 180_000, { ...plain, columns, rows })
        expect(lines.length).toBeLessThanOrEqual(Math.max(2, rows / 2))
        if (columns > 10) expect(lines.filter((line) => widthOf(line) >= columns)).toEqual([])
        const painted = renderBoard(state, 180_000, { columns, rows, paint: makePaint(true) })
        expect(painted.map(stripVTControlCharacters)).toEqual(lines)
      }
    }
  })
})

test('each machine has a line, as far as there is room', () => {
  const state = createRunState(30)
  for (let index = 0; index < 20; index += 1) put(state, `s${index}`, 'boot', 0, `grader-${index % 9}`)
  noteStage(state, 's0', { stage: 'score', detail: undefined, worker: 'grader-0' }, 10)
  noteGraded(state, sampleGraded('s0'), 1, 20)
  expect(renderBoard(state, 30, plain).slice(6)).toEqual([
    '  grader-1    3  under way, 0 done',
    '  grader-0    2  under way, 1 done',
    '  grader-2    2  under way, 0 done',
    '  grader-3    2  under way, 0 done',
    '  grader-4    2  under way, 0 done',
    '  and 4 more workers',
  ])
})

test('what is tried again is counted, and what waits to be repeated alone has a line and its time', () => {
  const state = createRunState(10)
  for (let index = 0; index < 8; index += 1) gradeOne(state, `s${index}`, 0)
  put(state, 'late', 'boot', 0)
  noteStage(state, 'late', { stage: 'score', detail: undefined, worker: undefined }, 600_000)
  put(state, 'broken', 'boot', 0)
  noteStage(state, 'broken', { stage: 'intake', detail: undefined, worker: undefined }, 500_000)
  expect(renderBoard(state, 600_100, plain).join('\n')).not.toContain('alone')
  const lines = renderBoard(state, 610_000, plain)
  expect(lines).toContain('  alone     1  to be repeated with nothing beside them')
  expect(lines[1]).toBe('8 graded, 1 repeated')
  expect(lines[0]).toMatch(/8\/10, \d to 1\d min left$/)
  put(state, 'late', 'intake', 620_000)
  expect(renderBoard(state, 621_000, plain)[1]).toBe('8 graded, 2 repeated')
})

test('no name writes to the terminal', () => {
  for (const text of hostileTexts) {
    const state = createRunState(2)
    noteStage(state, text, { stage: 'build', detail: text, worker: text }, 0)
    const lines = [...renderBoard(state, 1_000, plain), summariseState(state, 1_000)]
    expect(unseenIn(lines.join(''))).toEqual([])
  }
})
