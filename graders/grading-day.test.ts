import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Grade, type GradesFile, gradesFileSchema } from './model/grade.ts'
import { fileNameOf } from './model/identity.ts'
import { zipOf } from './stages/intake/test-archives.ts'
import { quickDockerfile, quickServer, startCgrade } from './test-runs.ts'

/** A course's grading day through the command line: what Canvas hands out goes in, what its grade book takes comes out. */

const specs = fileURLToPath(new URL('../specs/cncamp-module3/', import.meta.url))

let base: string
let run: string
let file: GradesFile
let printed: string

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'cgrade-day-'))
  run = join(base, 'run')
  await cp(specs, join(base, 'late-course'), { recursive: true })
  const asked = join(base, 'late-course', 'assignment.ts')
  const late = `late: { deadline: '2026-11-20T23:59:59+08:00', graceMinutes: 10, perDayPercent: 10 },`
  await writeFile(asked, (await readFile(asked, 'utf8')).replace(/^ {2}title: /m, `  ${late}\n  title: `))
  const homework = zipOf([
    { name: 'Dockerfile', content: quickDockerfile },
    { name: 'hs', content: await readFile(quickServer), mode: 0o100_755 },
  ])
  const download = zipOf([
    { name: 'zhangwei_LATE_4321_7_hw.zip', content: homework },
    { name: 'liming_55_8_hw.zip', content: homework },
    { name: 'liming_55_9_report.pdf', content: '%PDF' },
    { name: 'sunli_56_10_core', content: Buffer.alloc(101 * 1024 ** 2) },
    { name: 'typed_57_text.html', content: 'only words' },
  ])
  await writeFile(join(base, 'submissions.zip'), download)
  await writeFile(
    join(base, 'roster.csv'),
    [
      'id,name,canvasId,submittedAt,extensionDays',
      's-zhang,"Zhang, Wei",4321,2026-11-22T12:00:00+08:00,',
      's-li,Li Ming,55,2026-11-22T12:00:00+08:00,2',
      's-sun,Sun Li,56,,',
      's-wu,Wu,58,,',
    ].join('\r\n'),
  )
  const words = ['batch', 'submissions.zip', '--roster', 'roster.csv', '--exercises', 'httpserver', '--out', run]
  const absolute = words.map((word) => (/\.(zip|csv)$/.test(word) ? join(base, word) : word))
  const ended = await startCgrade([...absolute, '--assignment', join(base, 'late-course')])
  printed = ended.stderr + ended.stdout
  if (ended.exitCode !== 0) throw new Error(printed)
  file = gradesFileSchema.parse(JSON.parse(await readFile(join(run, 'grades.json'), 'utf8')))
}, 240_000)
afterAll(() => rm(base, { recursive: true, force: true }))

function gradeOf(id: string): Grade {
  const grade = file.grades.find(({ submission }) => submission.id === id)
  if (grade === undefined) throw new Error(`no grade of ${id}`)
  return grade
}

describe('a download of Canvas with a roster', () => {
  test('is graded under the ids of the roster, each submission for itself', () => {
    expect(file.grades.map(({ submission, status }) => [submission.id, status])).toEqual([
      ['s-zhang', 'graded'],
      ['s-li', 'graded'],
      ['s-sun', 'rejected'],
    ])
    expect(gradeOf('s-li')).toMatchObject({ score: 55, maxScore: 55 })
    expect(gradeOf('s-sun')).toMatchObject({ rejection: { code: 'intake.too-large' } })
    expect(gradeOf('s-zhang').submission).toEqual({
      id: 's-zhang',
      digest: expect.any(String),
      source: join(base, 'submissions.zip', 'zhangwei_LATE_4321_7_hw.zip'),
      delivery: { name: 'Zhang, Wei', canvasId: '4321', markedLate: true, submittedAt: '2026-11-22T04:00:00.000Z' },
    })
  })

  test('says who has handed in nothing, and what was left out', () => {
    expect(printed).toContain('Nothing was handed in by 1 student on the roster: s-wu')
    expect(printed).toContain('Left out: typed_57_text.html: typed into the learning platform')
  })

  test('takes off what is late by the roster, after the extension that it gives', async () => {
    expect(gradeOf('s-zhang')).toMatchObject({
      score: 55,
      late: { dueAt: '2026-11-20T15:59:59.000Z', daysLate: 2, percent: 20, points: 11, score: 44 },
    })
    expect(gradeOf('s-li')).not.toHaveProperty('late')
    expect(printed).toContain('Late, which takes points off in a grade book: s-zhang 55 to 44.')
    const page = await readFile(join(run, fileNameOf('s-zhang'), 'report.html'), 'utf8')
    expect(page).toContain('11 points. What counts: 44 of 55 points (80 %).')
    const told = await startCgrade(['report', run, '--format', 'student', '--only', 's-zhang'])
    expect(told.stdout.replace(/\s+/g, ' ')).toContain(
      'Score 55 of 55 points (100 %), 7 of 7 checks passed Handed in 2026-11-22 04:00:00 UTC, due 2026-11-20 15:59:59 UTC: 2 days late, which takes 20 % off: 11 points. What counts: 44 of 55 points (80 %).',
    )
  })
})

describe('its grade books', () => {
  const template = [
    '\u{FEFF}Student,ID,SIS Login ID,Section,Module 3 (901)',
    '    Points Possible,,,,100.00',
    '"Zhang, Wei",4321,zw,A,',
    'Li Ming,55,lm,A,',
    'Sun Li,56,sl,A,',
    'Wu,58,wu,A,',
    '',
  ].join('\r\n')

  test('Canvas gets its own file back with points in it', async () => {
    await writeFile(join(base, 'export.csv'), template)
    const ended = await startCgrade(['report', run, '--format', 'canvas', '--template', join(base, 'export.csv')])
    expect(ended.exitCode).toBe(0)
    expect(await readFile(join(run, 'canvas.csv'), 'utf8')).toBe(
      template.replace('zw,A,', 'zw,A,80').replace('lm,A,', 'lm,A,100').replace('sl,A,', 'sl,A,0'),
    )
    expect(ended.stderr).toContain('Rows without a submission, left as they were: Wu.')
  })

  test('Gradescope gets a file for each student, Moodle those that it knows', async () => {
    const ended = await startCgrade(['report', run, '--format', 'gradescope,moodle'])
    expect(ended.exitCode).toBe(0)
    const results = JSON.parse(await readFile(join(run, fileNameOf('s-zhang'), 'gradescope.json'), 'utf8'))
    expect(results).toMatchObject({ score: 44, tests: Array(7).fill({ status: 'passed' }) })
    expect(ended.stderr).toContain('so that they are not in the file: s-zhang, s-li, s-sun.')
  })

  test.each([
    [
      ['--format', 'csv', '--template', 'export.csv'],
      '`--template` goes with one `--format` of `canvas` or `moodle`, got none',
    ],
    [['--format', 'canvas,moodle', '--template', 'export.csv'], 'got canvas,moodle'],
    [['--format', 'canvas', '--column', 'x'], 'that `--template` names'],
    [['--format', 'canvas', '--template', 'no-such.csv'], 'There is no file `no-such.csv`'],
    [['--format', 'canvas', '--template', '/bin/true'], 'is not UTF-8 text'],
    [['--format', 'canvs'], 'Did you mean `canvas`?'],
  ])('refuses %j with one sentence', async (words, said) => {
    const ended = await startCgrade(['report', run, ...words])
    expect(ended.stderr).toContain(said)
    expect(ended.exitCode).toBe(2)
  })
})

test.each([
  [['--roster', 'roster.txt'], 'ends in `.csv`'],
  [['--roster', 'no-roster.csv'], 'There is no file'],
  [['--roster', 'roster.csv', '--changed-since', 'HEAD'], '`--changed-since` looks at the folders of a git work tree'],
])('batch refuses %j', async (words, said) => {
  await writeFile(join(base, 'roster.txt'), 'id\na\n')
  await mkdir(join(base, 'inbox', 'a'), { recursive: true })
  const places = words.map((word) => (word.startsWith('roster.') ? join(base, word) : word))
  const ended = await startCgrade(['batch', join(base, 'inbox'), ...places])
  expect(ended.stderr).toContain(said)
  expect(ended.exitCode).toBe(2)
})

test('an archive needs no `batch` in front, as a folder needs none', async () => {
  const ended = await startCgrade(['no-such.zip'])
  expect(ended.stderr).toContain('There is no folder `no-such.zip`')
})

test('nothing of the download is left below the temporary folder', async () => {
  const works = (await readdir(tmpdir())).filter((name) => name.startsWith('cgrade-work-'))
  const inside = works.map((name) => readdir(join(tmpdir(), name, 'download')).catch((): string[] => []))
  expect((await Promise.all(inside)).flat()).not.toContain('typed_57_text.html')
})
