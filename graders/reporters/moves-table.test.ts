import { expect, test } from 'vitest'
import type { Move } from '../model/moves.ts'
import { renderMoves } from './moves-table.ts'
import { widthOf } from './text-layout.ts'

const view = { columns: 80, color: false }
const graded = (score: number, maxScore = 55) => ({ status: 'graded' as const, score, maxScore })
const fell = (id: string) => ({
  id,
  from: { outcome: 'passed' as const, points: 5, maxPoints: 5 },
  to: { outcome: 'failed' as const, points: 0, maxPoints: 5 },
})

test('nobody moved is said in a sentence', () => {
  const text = renderMoves({ moves: [], counts: { same: 1, up: 0, down: 0, even: 0 } }, view)
  expect(text).toBe('Nobody moved: 1 submission as before.\n')
})

test('each row says who, from what to what, and by which checks', () => {
  const moves: Move[] = [
    { submission: 'li-wei', from: graded(55), to: { status: 'ungraded' }, checks: [fell('httpserver.healthz')] },
    { submission: '王芳', from: graded(55), to: graded(50), checks: [fell('httpserver.healthz')] },
    { submission: 'zoe', from: graded(50, 50), to: graded(50, 60), checks: [], late: true },
  ]
  const text = renderMoves({ moves, counts: { same: 2, up: 0, down: 3, even: 0 } }, view)
  expect(text.split('\n')).toEqual([
    'SUBMISSION   FROM        TO    CHANGE  BY',
    'li-wei      55/55  ungraded         -  ungraded now',
    '王芳        55/55     50/55        -5  healthz ✓→✗',
    'zoe         50/50     50/60  -16.67 %  lateness',
    '',
    '✓ passed   ✗ failed',
    '',
    '3 of 5 submissions moved: 3 down.',
    '',
  ])
})

test('many checks and a long name stay within the columns', () => {
  const ids = ['builds', 'serves', 'header-echo', 'version', 'log-client-ip', 'log-status', 'healthz']
  const checks = ids.map((name) => fell(`httpserver.${name}`))
  const moves: Move[] = [{ submission: 'x'.repeat(200), from: graded(55), to: graded(0), checks }]
  const lines = renderMoves({ moves, counts: { same: 0, up: 0, down: 1, even: 0 } }, view).split('\n')
  expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(80)
  expect(lines[1]).toMatch(/builds ✓→✗.*, \+\d$/)
})

test('two exercises with a check of one name are told apart', () => {
  const moves: Move[] = [
    { submission: 's', from: graded(55), to: graded(45), checks: [fell('httpserver.builds'), fell('memory.builds')] },
  ]
  const text = renderMoves({ moves, counts: { same: 0, up: 0, down: 1, even: 0 } }, { ...view, columns: 200 })
  expect(text).toContain('httpserver.builds ✓→✗, memory.builds ✓→✗')
})
