import { expect, test } from 'vitest'
import { briefGrade } from './brief-grade.ts'
import { renderCsv } from './csv.ts'
import { hostileGrade, hostileTexts } from './hostile-text.ts'
import { sampleFile, sampleRun } from './sample-grades.ts'
import { renderTable } from './terminal-table.ts'

const files = [sampleRun(), sampleFile(hostileTexts.map(hostileGrade))]

test('tables and sums of brief grades are those of whole ones', () => {
  for (const file of files) {
    const brief = { ...file, grades: file.grades.map(briefGrade) }
    expect(renderCsv(brief)).toBe(renderCsv(file))
    expect(renderTable(brief, { columns: 120, color: true })).toBe(renderTable(file, { columns: 120, color: true }))
  }
})

test('what a program wrote is not in a brief grade', () => {
  const evidence = [{ kind: 'log' as const, text: 'x'.repeat(60_000) }]
  const [grade] = sampleRun().grades
  if (grade === undefined) throw new Error('no sample')
  for (const { checks } of grade.exercises)
    for (const check of checks) Object.assign(check, { evidence, actual: 'y'.repeat(9_000) })
  expect(JSON.stringify(briefGrade(grade)).length).toBeLessThan(6_000)
})
