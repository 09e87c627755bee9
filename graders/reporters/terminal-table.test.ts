import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { commandsIn } from '../hostile/runner-commands.ts'
import { hostileGrade, hostileTexts, unseenIn } from './hostile-text.ts'
import { sampleFile, sampleGraded, samplePartial, sampleRejected, sampleRun, sampleUngraded } from './sample-grades.ts'
import { renderTable } from './terminal-table.ts'
import { widthOf } from './text-layout.ts'

const plain = { columns: 80, color: false }
const linesOf = (text: string) => text.split('\n')

test('shows a run at 80 columns', () => {
  expect(renderTable(sampleRun(), plain)).toBe(`cncamp-module3, run 20261123T151300Z-cncamp-module3

SUBMISSION            STATUS    SCORE  CHECKS     FIRST LOSS
erin                  ungraded      -  ✓!-✓✓✓✓ ✓  engine failed
dave                  rejected   0/58             link outside
王小明-作业三         graded    10/58  ✓✗----- -  serves: loopback only
bob-with-a-rather-l…  graded    41/55  ✓✓½✗✓✓✓ ·  header-echo: prefixed
alice                 graded    58/58  ✓✓✓✓✓✓✓ ✓
carol                 graded    58/58  ✓✓✓✓✓✓✓ ✓

✓ passed   ½ partial   ✗ failed   - skipped   · not counted   ! not judged
checks  httpserver: builds serves header-echo version log-client-ip log-status
        healthz, network: container-ip

6 submissions: 4 graded (median 87.3 %), 1 rejected, 1 ungraded (our fault)
- engine.failed (erin): The engine stopped answering while the image was built.
  Start it again (\`systemctl start docker\`), then grade once more.
- Flagged for staff: unusual-base (carol).
- Stand-in base images, made from Debian packages, were used for
  \`golang:1.17-alpine\`.
`)
})

test('has room for sentences at 120 columns', () => {
  const table = renderTable(sampleRun(), { columns: 120, color: false })
  expect(table).toContain('serves: The program listens on 127.0.0.1:8080')
})

test('lists the ungraded first, then the rejected, then by score, then by name', () => {
  const file = sampleFile([
    sampleGraded('s10'),
    sampleGraded('s9'),
    samplePartial('partial'),
    sampleRejected('refused'),
    sampleUngraded('unlucky'),
  ])
  const names = linesOf(renderTable(file, plain))
    .slice(3, 8)
    .map((line) => line.split(' ')[0])
  expect(names).toEqual(['unlucky', 'refused', 'partial', 's9', 's10'])
})

describe.each([60, 80, 120, 200])('at %i columns', (columns) => {
  test('no line is wider, whatever the script of the names', () => {
    const file = sampleRun()
    file.grades.push(sampleGraded('汉'.repeat(60)), sampleGraded('👩‍💻'.repeat(40)), sampleGraded('é'.repeat(300)))
    file.grades.push(...hostileTexts.map(hostileGrade))
    for (const line of linesOf(renderTable(file, { columns, color: false }))) {
      // A line that had to be marked as no command is wider by its mark.
      expect([line, widthOf(line) <= columns + (line.startsWith('│ ') ? 2 : 0)]).toEqual([line, true])
    }
  })

  test('the columns stand below each other', () => {
    const rows = linesOf(renderTable(sampleRun(), { columns, color: false })).slice(2, 9)
    const scoreEnds = rows.map(
      (row) =>
        widthOf(row.slice(0, row.search(/SCORE|\d+\/\d+|- {2}✓/))) +
        (row.match(/SCORE|\d+\/\d+|-(?= {2}✓)/)?.[0].length ?? 0),
    )
    expect(new Set(scoreEnds).size).toBe(1)
  })
})

test('reads the same without colour', () => {
  const coloured = renderTable(sampleRun(), { columns: 80, color: true })
  expect(coloured).not.toBe(renderTable(sampleRun(), plain))
  expect(stripVTControlCharacters(coloured)).toBe(renderTable(sampleRun(), plain))
})

test('tells the median in points where all share one maximum', () => {
  const file = sampleFile([sampleGraded('a'), sampleGraded('b', { 'httpserver.healthz': { outcome: 'failed' } })])
  expect(renderTable(file, plain)).toContain('2 submissions: 2 graded (median 55.5/58)\n')
})

test('tells one cause of many ungraded once', () => {
  const table = renderTable(sampleFile([sampleUngraded('a'), sampleUngraded('b')]), plain)
  expect(table).toContain('2 submissions: 0 graded, 2 ungraded (our fault)')
  expect(table.match(/engine\.failed/g)).toHaveLength(1)
  expect(table).toContain('engine.failed (2 times: a, b)')
})

test('says so when a run was interrupted, and when it is empty', () => {
  const file = sampleFile([])
  file.run.interrupted = true
  const table = renderTable(file, plain)
  expect(table).toContain('0 submissions: 0 graded')
  expect(table).toContain('- The run was interrupted')
})

test('obeys nothing that a submission wrote', () => {
  for (const text of hostileTexts) {
    const table = renderTable(
      sampleFile([hostileGrade(text), sampleRejected(text, text), sampleUngraded(text, text)]),
      plain,
    )
    expect([text.slice(0, 200), commandsIn(table), unseenIn(table)]).toEqual([text.slice(0, 200), [], []])
    expect(linesOf(table).filter((line) => / (graded|rejected|ungraded) /.test(line)).length).toBeGreaterThanOrEqual(3)
  }
})

test('obeys nothing that wrapping has moved to the start of a line', () => {
  for (let length = 1; length < 90; length += 1) {
    const table = renderTable(sampleFile([sampleUngraded('a', `${'x'.repeat(length)} ::error::x`)]), plain)
    expect(commandsIn(table)).toEqual([])
  }
})
