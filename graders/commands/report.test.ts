import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { UsageError } from '../model/grader-error.ts'
import { fileNameOf } from '../model/identity.ts'
import { reportFormats } from '../reporters/formats.ts'
import { renderJson } from '../reporters/json.ts'
import { sampleRun } from '../reporters/sample-grades.ts'
import { renderTable } from '../reporters/terminal-table.ts'
import type { Io } from './io.ts'
import { report } from './report.ts'

let run: string
let out: string
let err: string
const io: Io = {
  out: (text) => {
    out += text
  },
  err: (text) => {
    err += text
  },
  live: () => {},
  columns: 80,
  rows: 24,
  color: false,
  tty: false,
  signal: new AbortController().signal,
}

beforeEach(async () => {
  out = ''
  err = ''
  run = await mkdtemp(join(tmpdir(), 'cgrade-report-'))
  await writeFile(join(run, 'grades.json'), renderJson(sampleRun()))
})
afterEach(() => rm(run, { recursive: true, force: true }))

test('prints the table when no format is named', async () => {
  expect(await report({ run, formats: [], json: false }, io)).toBe(0)
  expect(out).toBe(renderTable(sampleRun(), { columns: 80, color: false }))
  expect(err).toBe('')
})

test('writes files beside grades.json and says which', async () => {
  expect(await report({ run, formats: ['junit,csv', 'junit-github'], json: false }, io)).toBe(0)
  expect((await readdir(run)).sort()).toEqual(['grades.csv', 'grades.json', 'junit-github.xml', 'junit.xml'])
  expect(err).toBe(['junit.xml', 'grades.csv', 'junit-github.xml'].map((name) => `Wrote ${join(run, name)}\n`).join(''))
  expect(out).toBe('')
})

test('writes a page for each student, and just one with `--only`', async () => {
  const pageOf = (id: string) => join(fileNameOf(id), 'report.html')
  await report({ run, formats: ['html'], json: false }, io)
  expect(err).toBe(`Wrote ${join(run, '<student>', 'report.html')} (6 pages)\n`)
  for (const { submission } of sampleRun().grades)
    expect(await readFile(join(run, pageOf(submission.id)), 'utf8')).toContain(submission.id)
  const folder = join(run, 'one')
  err = ''
  await report({ run, formats: ['html'], json: false, only: 'alice', out: folder }, io)
  expect(await readdir(folder)).toEqual([fileNameOf('alice')])
  await report({ run, formats: ['html'], json: false, only: 'alice' }, io)
  expect(err).toBe([folder, run].map((place) => `Wrote ${join(place, pageOf('alice'))}\n`).join(''))
})

test('writes every known format into the folder of `--out`', async () => {
  const folder = join(run, 'exports', 'new')
  const ofMany = Object.entries(reportFormats).filter(([name]) => !name.startsWith('classroom'))
  await report({ run, formats: ofMany.map(([name]) => name), json: false, out: folder }, io)
  const inRun = ofMany.flatMap(([, { goesTo, fileName }]) => (goesTo === 'students' ? [] : [fileName]))
  const students = sampleRun().grades.map(({ submission }) => fileNameOf(submission.id))
  expect((await readdir(folder)).sort()).toEqual([...inRun, ...students].sort())
  expect(out).toBe('')
  expect(await readFile(join(folder, 'table.txt'), 'utf8')).toContain('6 submissions')
})

describe('formats of Classroom', () => {
  const one = { json: false, only: 'bob-with-a-rather-long-folder-name' }
  const names = ['CLASSROOM', 'ASSIGNMENT', 'SUBMISSION_TAG', 'OWNER', 'COMMIT_URL', 'RELEASE_URL', 'REVIEW_URL']

  afterEach(() => {
    vi.unstubAllEnvs()
  })

  test('are about one submission, chosen by `--only`', async () => {
    for (const format of ['classroom', 'classroom-notices', 'classroom50']) {
      await expect(report({ run, formats: [format], json: false }, io)).rejects.toThrow(/has 6.*--only/s)
    }
    await report({ run, ...one, formats: ['classroom'] }, io)
    expect(out).toMatch(/^result=[\w+/]+=*\n$/)
  })

  test('of Classroom 50 lie in the folder of `--out`, and name a variable that is missing', async () => {
    const folder = join(run, 'checkout')
    const asked = { run, ...one, formats: ['classroom50'], out: folder }
    for (const name of names) vi.stubEnv(name, undefined)
    await expect(report(asked, io)).rejects.toThrow(/`CLASSROOM`.*not set/)
    for (const name of names) vi.stubEnv(name, name === 'SUBMISSION_TAG' ? 'submit/x' : `https://x.example/${name}`)
    vi.stubEnv('USERNAME', undefined)
    vi.stubEnv('ASSIGNMENT_TYPE', undefined)
    expect(await report(asked, io)).toBe(0)
    expect((await readdir(folder)).sort()).toEqual(['release-body.md', 'result.json'])
    expect(JSON.parse(await readFile(join(folder, 'result.json'), 'utf8'))).toMatchObject({ score: 4100 })
    const ungraded = join(run, 'ungraded')
    err = ''
    expect(await report({ ...asked, only: 'erin', out: ungraded }, io)).toBe(3)
    await expect(readdir(ungraded)).rejects.toThrow(/ENOENT/)
    expect(err).toMatch(/ungraded.*no result\.json/)
  })
})

test('annotations name files relative to the checkout', async () => {
  const source = join('submissions', 'examples', 'bob-with-a-rather-long-folder-name')
  const formats = ['github-annotations']
  vi.stubEnv('GITHUB_WORKSPACE', undefined)
  await report({ run, json: false, formats }, io)
  expect(out).toContain(`file=${source}/httpserver/main.go,line=41::`)
  out = ''
  await report({ run, json: false, formats, checkout: 'submissions' }, io)
  expect(out).toContain(`file=${source.replace('submissions/', '')}/httpserver/main.go,line=41::`)
  out = ''
  vi.stubEnv('GITHUB_WORKSPACE', join(process.cwd(), 'submissions', 'examples'))
  await report({ run, json: false, formats }, io)
  expect(out).toContain('file=bob-with-a-rather-long-folder-name/httpserver/main.go,line=41::')
  vi.unstubAllEnvs()
})

test('shows one submission to its student', async () => {
  await report({ run, formats: ['student'], json: false, only: 'dave' }, io)
  expect(out).toMatch(/^dave\n\n✗ This submission was refused/)
  expect(out).not.toContain('alice')
})

test('files of one submission never replace those of the run', async () => {
  const before = await readFile(join(run, 'grades.json'), 'utf8')
  await report({ run, formats: ['json', 'csv'], json: false, only: '王小明-作业三' }, io)
  expect(await readFile(join(run, 'grades.json'), 'utf8')).toBe(before)
  const own = join(run, fileNameOf('王小明-作业三'))
  expect(JSON.parse(await readFile(join(own, 'grades.json'), 'utf8')).grades).toHaveLength(1)
})

test('`--json` prints one document and nothing else', async () => {
  await report({ run, formats: [], json: true, only: 'alice' }, io)
  expect(JSON.parse(out).grades.map((grade: { submission: { id: string } }) => grade.submission.id)).toEqual(['alice'])
  expect(err).toBe('')
})

test.each([
  [{ formats: ['junti'] }, /expects `table`.*got `junti`. Did you mean `junit`\?/],
  [{ formats: ['toString'] }, /expects `table`/],
  [{ formats: ['markdown'] }, /expects `table`/],
  [{ formats: ['table'], json: true }, /both want standard output/],
  [{ formats: [], only: 'alcie' }, /no submission `alcie`.*Did you mean `alice`\?/],
])('refuses %j', async (wrong, said) => {
  const failure = await report({ run, json: false, ...wrong }, io).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(UsageError)
  expect((failure as Error).message).toMatch(said)
  expect(out).toBe('')
})

test('refuses a folder that is not a run', async () => {
  await expect(report({ run: tmpdir(), formats: [], json: false }, io)).rejects.toBeInstanceOf(UsageError)
})
