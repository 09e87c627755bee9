import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import type { Delivery } from '../model/delivery.ts'
import type { Grade, GradesFile } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import { renderCanvas } from './canvas.ts'
import { renderGradescope } from './gradescope.ts'
import { hostileGrade, hostileTexts } from './hostile-text.ts'
import { renderMoodle } from './moodle.ts'
import { sampleFile, sampleGraded, sampleRejected, sampleUngraded } from './sample-grades.ts'
import { canvasTemplate } from './test-canvas-export.ts'

function deliver(grade: Grade, delivery: Delivery): Grade {
  return { ...grade, submission: { ...grade.submission, delivery } }
}

const half = { 'httpserver.header-echo': { outcome: 'partial', points: 6 } } as const
const noNetwork = { 'network.container-ip': { outcome: 'skipped', unavailable: 'no observer' } } as const

/** Of 58 points: 58, 52, 0 and none; eve's are 55 of 55. */
const file: GradesFile = sampleFile([
  deliver(sampleGraded('lina_11'), { canvasId: '11', moodleId: '501', name: 'lina' }),
  deliver(sampleGraded('bob', half), { sisId: 'S-2', email: 'Bob@example.org' }),
  deliver(sampleRejected('carol'), { canvasId: '13', moodleId: '503' }),
  deliver(sampleUngraded('dave'), { canvasId: '14', moodleId: '504' }),
  deliver(sampleGraded('eve', noNetwork), { loginId: 'eve01' }),
])

const told = (sentences: string[]) => sentences.join('\n')
const canvas = (text: string, column?: string) => renderCanvas(file, { template: { text, path: 'export.csv' }, column })

describe('Canvas', () => {
  test('fills the column of the assignment, scaled to its maximum, and no other byte', () => {
    const filled = canvas(canvasTemplate, 'Module 3')
    const expected = canvasTemplate
      .replace('8.00,,80.00', '8.00,50,80.00')
      .replace('7.5,3,75.00', '7.5,44.83,75.00')
      .replace('=1+1,13,S-3,carol,"CS, A",,,', '=1+1,13,S-3,carol,"CS, A",,0,')
    expect(filled.text).toBe(expected)
    expect(told(filled.told)).toContain('Rows without a submission, left as they were: Student, Test.')
    expect(told(filled.told)).toContain('Ungraded, which is no zero: left as they were: dave.')
    expect(told(filled.told)).toContain('as the cell says: eve (EX).')
  })

  test.each(['901', 'Module 3', 'Module 3 (901)'])('takes %s for the column', (column) => {
    expect(canvas(canvasTemplate, column).text).toBe(canvas(canvasTemplate, '901').text)
  })

  test('takes the only column, or the one named like the assignment, without being told', () => {
    const one = canvasTemplate.replaceAll('"Essay, first (900)"', 'Notes')
    expect(canvas(one).text).toContain('lina,"CS, A",8.00,50,')
    const named = canvasTemplate.replace('Module 3 (901)', `${file.run.assignment} (901)`)
    expect(canvas(named).text).toContain('lina,"CS, A",8.00,50,')
  })

  test('filling it again changes nothing, and line ends, semicolons and a missing mark stay', () => {
    const once = canvas(canvasTemplate, '901').text
    expect(canvas(once, '901').text).toBe(once)
    const plain = canvasTemplate.slice(1).replaceAll('\r\n', '\n').replaceAll(',', ';').replace('50.00', '50;00')
    const semicolons = plain.replace('50;00', '50,00').replaceAll('; ', ', ')
    const filled = canvas(semicolons, '901').text
    expect(filled).toContain('lina;"CS, A";8.00;50;80.00\n')
    expect(filled).not.toContain('\r')
  })

  test.each([
    ['Name,Points\n', undefined, 'no grade book that Canvas exported'],
    [canvasTemplate, undefined, '`--column` expects the assignment'],
    [canvasTemplate, 'Modul 3 (901)', 'Did you mean `Module 3 (901)`?'],
    [canvasTemplate.replace('50.00', '(read only)'), '901', 'is read only'],
    [canvasTemplate.replace('"Li, Na"', 'Li, Na'), '901', 'line 4'],
  ])('refuses what it cannot fill (%#)', (text, column, said) => {
    expect(() => canvas(text, column)).toThrow(UsageError)
    expect(() => canvas(text, column)).toThrow(said)
  })

  test('never matches by name, and leaves rows alone that two submissions claim', () => {
    const twins = sampleFile([
      deliver(sampleGraded('one'), { canvasId: '11', name: 'Bob "B"' }),
      deliver(sampleGraded('two'), { canvasId: '11' }),
      // Its folder is called as somebody else's login, but Canvas says who it is.
      deliver(sampleGraded('carol'), { canvasId: '77' }),
    ])
    const filled = renderCanvas(twins, { template: { text: canvasTemplate, path: 'x' }, column: '901' })
    expect(filled.text).toBe(canvasTemplate)
    expect(told(filled.told)).toContain('In no row, so that their points are not in the file: one, two, carol.')
  })

  test('a folder named as a login finds its row', () => {
    const plain = sampleFile([sampleGraded('carol')])
    const filled = renderCanvas(plain, { template: { text: canvasTemplate, path: 'x' }, column: '901' })
    expect(filled.text).toContain('carol,"CS, A",,50,')
  })

  test('without a template: the least that Canvas takes, blank where there is no score', () => {
    const { text, told: sentences } = renderCanvas(file, {})
    const rows: string[][] = parse(text, { bom: true })
    expect(rows.slice(0, 3)).toEqual([
      ['Student', 'ID', 'SIS Login ID', 'Section', file.run.assignment],
      ['Points Possible', '', '', '', '58'],
      ['lina', '11', '', '', '58'],
    ])
    expect(rows.find(([name]) => name === 'dave')).toEqual(['dave', '14', '', '', ''])
    expect(rows.find(([name]) => name === 'eve')).toEqual(['eve', '', 'eve01', '', '58'])
    expect(told(sentences)).toContain('who they are: bob.')
  })
})

const moodleTemplate = [
  '\u{FEFF}Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed","Last modified (grade)","Feedback comments"',
  '"Participant 501","Li Na",lina@example.org,"Submitted for grading",,100.00,Yes,-,',
  '"Participant 502","Bob B",bob@example.org,"No submission",,100.00,Yes,-,"<p>Two',
  'lines, ""quoted""</p>"',
  '"Participant 503",Carol,carol@example.org,Submitted,12.00,100.00,No,"Friday, 20 November 2026, 3:00 PM",',
  '"Participant 504",Dave,dave@example.org,Submitted,,100.00,Yes,-,',
  '"Participant 505",Zoe,zoe@example.org,Submitted,,100.00,Yes,-,',
  '',
].join('\n')

describe('Moodle', () => {
  const moodle = (text: string, column?: string) =>
    renderMoodle(file, { template: { text, path: 'Grades.csv' }, column })

  test('fills the grading worksheet, scaled to its maximum, and no other byte', () => {
    const filled = moodle(moodleTemplate)
    const expected = moodleTemplate
      .replace('"Submitted for grading",,', '"Submitted for grading",100,')
      .replace('"No submission",,', '"No submission",89.66,')
    expect(filled.text).toBe(expected)
    expect(told(filled.told)).toContain('In no row, so that their points are not in the file: eve.')
    expect(told(filled.told)).toContain('Rows without a submission, left as they were: Zoe.')
    expect(told(filled.told)).toContain('carol (locked in Moodle)')
    expect(told(filled.told)).toContain('Ungraded, which is no zero: left as they were: dave.')
    expect(moodle(filled.text).text).toBe(filled.text)
  })

  test('in another language, its column for the points is named', () => {
    const german = moodleTemplate
      .replace('Identifier', 'ID')
      .replace(',Grade,', ',Bewertung,')
      .replaceAll('Participant ', 'Teilnehmer/in')
    expect(() => moodle(german)).toThrow('has no column `Grade`')
    expect(moodle(german, 'Bewertung').text).toContain('"Submitted for grading",100,')
  })

  test.each([
    ['Name,Grade\nAnn,\n', undefined, 'no grading worksheet of Moodle'],
    [moodleTemplate, 'Grad', 'Did you mean `Grade`?'],
    [moodleTemplate.replace('100.00,No', '50.00,No'), undefined, 'several maxima'],
  ])('refuses what it cannot fill (%#)', (text, column, said) => {
    expect(() => moodle(text, column)).toThrow(UsageError)
    expect(() => moodle(text, column)).toThrow(said)
  })

  test('without a template: the least that Moodle takes, for those whose number is known', () => {
    const { text, told: sentences } = renderMoodle(file, {})
    expect(parse(text, { bom: true })).toEqual([
      ['Identifier', 'Full name', 'Grade', 'Maximum Grade', 'Last modified (grade)'],
      ['Participant 501', 'lina', '58', '58', ''],
      ['Participant 503', '', '0', '58', ''],
      ['Participant 504', '', '', '58', ''],
    ])
    expect(told(sentences)).toContain('so that they are not in the file: bob, eve.')
  })
})

describe('Gradescope', () => {
  const resultsOf = (grade: Grade, of = sampleFile([grade])) => JSON.parse(renderGradescope(grade, of) ?? 'null')

  test('has a test per check, and a total out of the whole assignment', () => {
    const results = resultsOf(sampleGraded('bob', half), file)
    expect(results).toMatchObject({ score: 52, visibility: 'visible', stdout_visibility: 'hidden' })
    expect(results.tests).toHaveLength(8)
    expect(results.tests[2]).toMatchObject({
      number: '3',
      score: 6,
      max_score: 12,
      status: 'failed',
      visibility: 'visible',
    })
  })

  test('what was not judged has no points, and the total is scaled', () => {
    const results = resultsOf(sampleGraded('eve', noNetwork), file)
    expect(results.score).toBe(58)
    expect(results.output).toContain('55 of 55 points. What could not be judged')
    expect(results.tests.at(-1)).not.toHaveProperty('score')
    expect(results.tests.at(-1)).not.toHaveProperty('status')
  })

  test('an ungraded submission has no results, a rejected one has a zero', () => {
    expect(renderGradescope(sampleUngraded('dave'), file)).toBeUndefined()
    expect(resultsOf(sampleRejected('carol'), file)).toMatchObject({
      score: 0,
      tests: [{ status: 'failed', max_score: 58 }],
    })
  })

  test('hidden checks are hidden, and no text beside them tells the total', () => {
    const hidden = sampleGraded('bob', {
      'httpserver.version': { visibility: 'hidden', outcome: 'failed', message: 'SECRET' },
    })
    const results = resultsOf(hidden)
    const shown = results.tests.filter((one: { visibility: string }) => one.visibility === 'visible')
    expect(shown).toHaveLength(7)
    expect(JSON.stringify({ output: results.output, shown })).not.toMatch(/SECRET|50 of 58/)
  })

  test('H11: hostile text stays text', () => {
    for (const text of hostileTexts) {
      const printed = renderGradescope(hostileGrade(text), sampleFile([hostileGrade(text)])) ?? ''
      expect(printed).not.toMatch(/^\s*::|##\[/m)
    }
  })
})

test('H23: hostile names make no formula, no row and no column in a new grade book', () => {
  const hostile = sampleFile(
    hostileTexts.map((text, index) =>
      deliver(hostileGrade(text), { name: text.slice(0, 300) || 'x', moodleId: `${index + 1}` }),
    ),
  )
  for (const render of [renderCanvas, renderMoodle]) {
    const rows: string[][] = parse(render(hostile, {}).text, { bom: true })
    expect(rows.length).toBeGreaterThan(hostileTexts.length)
    expect(new Set(rows.map((row) => row.length)).size).toBe(1)
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u)
  }
})
