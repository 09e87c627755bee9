import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Grade } from '../model/grade.ts'
import { sampleFile, sampleGraded, samplePartial, sampleUngraded } from '../reporters/sample-grades.ts'
import { widthOf } from '../reporters/text-layout.ts'
import { recordIo } from './recorded-io.ts'
import { tellRun } from './tell-run.ts'

function toldOf(grades: Grade[], view: { columns: number; folder?: string } = { columns: 80 }): string {
  const file = sampleFile(grades)
  const io = recordIo(view)
  tellRun({ file, brief: file, reports: [join(process.cwd(), view.folder ?? 'run', 'grades.json')] }, io, {
    json: false,
  })
  expect(io.stderr()).toBe('')
  return io.stdout()
}

const many = [sampleGraded('a'), samplePartial('b'), samplePartial('c'), sampleUngraded('erin')]

test('of many submissions, the ungraded come first, then what they share, then how to go on', () => {
  const told = toldOf(many)
  const places = [
    '- engine.failed (erin): The engine stopped answering',
    '  2 students: `httpserver.header-echo`: ',
    '  build  p50 ',
    'Next\n  # when the cause is gone\n  cgrade regrade run --only ungraded\n',
    '  cgrade report run --format canvas\n',
    '\nReports: run/grades.json\n',
  ].map((text) => told.indexOf(text))
  expect(places).not.toContain(-1)
  expect(places).toEqual([...places].sort((a, b) => a - b))
})

test('of a few, only what has to be tried again is told', () => {
  expect(toldOf([samplePartial('b'), samplePartial('c')])).not.toMatch(/Failed alike|Where the time went|Next/)
  const told = toldOf([samplePartial('b'), sampleUngraded('erin')])
  expect(told).toMatch(/Next\n {2}cgrade regrade run --only ungraded {2}when the cause is gone\n/)
  expect(told).not.toMatch(/Failed alike|Where the time went|--format/)
})

test('commands are whole, can be pasted, and stand beside what they are for where there is room', () => {
  const folder = "Module 3/王's run"
  const quoted = "'Module 3/王'\\''s run'"
  const narrow = toldOf(many, { columns: 80, folder })
  expect(narrow).toContain(`\n  cgrade report ${quoted} --format canvas\n`)
  const wide = toldOf(many, { columns: 140, folder }).split('\n')
  const next = wide.slice(wide.indexOf('Next') + 1, wide.indexOf('Next') + 5)
  expect(next.filter((line) => line.startsWith('  cgrade ') && widthOf(line) <= 140)).toHaveLength(4)
})
