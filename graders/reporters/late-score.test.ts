import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import type { Delivery } from '../model/delivery.ts'
import type { Grade } from '../model/grade.ts'
import { renderCanvas } from './canvas.ts'
import { renderCsv } from './csv.ts'
import { renderComment } from './github-comment.ts'
import { renderSummary } from './github-summary.ts'
import { renderGradescope } from './gradescope.ts'
import { sampleFile, sampleGraded } from './sample-grades.ts'
import { tellScore } from './student-view.ts'
import { canvasTemplate } from './test-canvas-export.ts'
import { wordsIn } from './test-markdown.ts'

function deliver(grade: Grade, delivery: Delivery): Grade {
  return { ...grade, submission: { ...grade.submission, delivery } }
}

describe('after the late policy', () => {
  const late = {
    submittedAt: '2026-11-21T10:00:00.000Z',
    dueAt: '2026-11-20T15:59:59.000Z',
    daysLate: 1,
    percent: 50,
    points: 29,
    score: 29,
  }
  const lateFile = sampleFile([
    { ...deliver(sampleGraded('lina_11'), { canvasId: '11', moodleId: '501' }), late } as Grade,
    sampleGraded('bob'),
  ])

  test('a student reads what it took, but no points while checks are hidden', () => {
    const told = tellScore(lateFile.grades[0] as Grade)
    expect(told).toMatchObject({
      score: expect.stringContaining('58 of 58'),
      late: expect.stringContaining('29 of 58'),
    })
    const hidden = { ...sampleGraded('bob', { 'httpserver.version': { visibility: 'hidden' } }), late } as Grade
    expect(tellScore(hidden).late).toMatch(/takes 50 % off the score\.$/)
    expect(tellScore(hidden).late).not.toContain('29')
  })

  test.each([renderSummary, renderComment])('the summary of a step and the comment say it, too', (render) => {
    expect(wordsIn(render(lateFile))).toContain('29 of 58')
  })

  test('grade books take what counts, the CSV both', () => {
    expect(renderCanvas(lateFile, { template: { text: canvasTemplate, path: 'x' }, column: '901' }).text).toContain(
      '8.00,25,80.00',
    )
    expect(JSON.parse(renderGradescope(lateFile.grades[0] as Grade, lateFile) ?? '')).toMatchObject({ score: 29 })
    const [header = [], ...rows]: string[][] = parse(renderCsv(lateFile), { bom: true })
    const cellsOf = (row: string[]) => [row[2], row[header.indexOf('late_percent')], row[header.indexOf('final_score')]]
    expect(rows.map(cellsOf)).toEqual([
      ['58', '50', '29'],
      ['58', '0', '58'],
    ])
  })
})
