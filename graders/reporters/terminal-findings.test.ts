import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { Grade } from '../model/grade.ts'
import { guardLines, joinTerminal, terminal } from './escape.ts'
import { hostileTexts, unseenIn } from './hostile-text.ts'
import { sampleGraded, sampleRejected } from './sample-grades.ts'
import { renderFindings } from './terminal-findings.ts'
import { widthOf } from './text-layout.ts'

const plain = { columns: 80, color: false }

const failing = (id: string, message: string): Grade =>
  sampleGraded(id, { 'httpserver.version': { outcome: 'failed', reason: 'version.none', message } })

test('tells what many share, largest first, and where the time went', () => {
  const grades = [
    ...Array.from({ length: 11 }, (_, index) => failing(`s${index}`, 'No header carries it.')),
    sampleRejected('王芳'),
    sampleRejected('li-wei'),
    failing('alone', 'Something quite different happened.'),
  ]
  expect(renderFindings(grades, plain)).toEqual([
    [
      'Failed alike',
      '  11 students: `httpserver.version`: No header carries it.',
      '   2 students: `intake`: `Dockerfile` is a link to `/dev/zero`, out of the subm…',
      '  and 1 failure that nobody else has',
    ],
    [
      'Where the time went',
      '  build  p50 12.3 s, p95 12.3 s, max 12.3 s: s0 (httpserver)',
      '  boot   p50 812 ms, p95 812 ms, max 812 ms: s0 (httpserver)',
      '  specs  p50 1.2 s, p95 1.2 s, max 1.2 s: s0 (httpserver)',
    ],
  ])
})

test('shows eight groups at most, and counts the others', () => {
  const kinds = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
  const grades = kinds.flatMap((kind) => [
    failing(`a ${kind}`, `It is ${kind}.`),
    failing(`b ${kind}`, `It is ${kind}.`),
  ])
  const [groups = []] = renderFindings(grades, plain)
  expect(groups).toHaveLength(10)
  expect(groups.at(-1)).toBe('  and 2 more groups')
})

test('says nothing of failures where nobody shares one, and nothing at all of nobody', () => {
  expect(renderFindings([failing('a', 'One.'), failing('b', 'Two.')], plain).flat()[0]).toBe('Where the time went')
  expect(renderFindings([], plain)).toEqual([])
})

test('reads the same without colour, stays within its columns, and obeys nothing', () => {
  for (const text of hostileTexts) {
    const grades = [failing('a', text), failing('王小明'.repeat(20), text)]
    for (const columns of [60, 80, 140]) {
      const bare = renderFindings(grades, { columns, color: false }).flat()
      const painted = renderFindings(grades, { columns, color: true }).flat().map(stripVTControlCharacters)
      expect(painted).toEqual(bare)
      expect(bare.filter((line) => widthOf(line) > columns)).toEqual([])
      expect(unseenIn(guardLines(joinTerminal(bare, terminal`\n`)))).toEqual([])
    }
  }
})
