import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FileText } from '../model/encoded.ts'
import type { Grade } from '../model/grade.ts'
import { GraderError, UsageError } from '../model/grader-error.ts'
import { fileName } from '../model/identity.ts'
import { parseGradesFile } from './grades-file.ts'
import { readRun } from './read-run.ts'
import { createRunFolder, linkLatest, openRun, type RunHeader, reopenRun, uniteBases } from './run-folder.ts'
import { writingFailed } from './writing-failed.ts'

const encoded = (text: string) => text as FileText

const startedAt = '2026-11-23T15:13:04.512Z'
const header: RunHeader = {
  id: 'run-1',
  assignment: 'cncamp-module3',
  startedAt,
  graderVersion: '0.1.0',
  specsDigest: 'b'.repeat(64),
  seed: '4f1d',
  engine: { name: 'docker', version: '20.10.24', cgroup: 1 },
  baseImages: [],
}

function gradeOf(id: string, source = 'somewhere'): Grade {
  const submission = { id, source }
  return { status: 'graded', submission, exercises: [], flags: [], startedAt, durationMs: 2500, score: 1, maxScore: 2 }
}

let reports: string
beforeEach(async () => {
  reports = await mkdtemp(join(tmpdir(), 'cgrade-store-'))
})
afterEach(() => rm(reports, { recursive: true, force: true }))

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('createRunFolder', () => {
  test('is named by time and assignment, and never shared', async () => {
    const now = new Date('2026-11-23T15:13:04.512Z')
    const made = await Promise.all(
      Array.from({ length: 5 }, () => createRunFolder(join(reports, 'new'), 'cncamp-module3', now)),
    )
    const names = (await readdir(join(reports, 'new'))).sort()
    expect(names).toEqual(['', '-2', '-3', '-4', '-5'].map((suffix) => `20261123T151304Z-cncamp-module3${suffix}`))
    expect(new Set(made).size).toBe(5)
  })

  test('a reports folder that is a file is wrong use', async () => {
    await writeFile(join(reports, 'file'), '')
    expect(await failureOf(createRunFolder(join(reports, 'file'), 'a'))).toBeInstanceOf(UsageError)
  })
})

describe('openRun', () => {
  test('keeps every grade that was appended, each on a line of its own', async () => {
    const folder = join(reports, 'deep', 'run')
    await using run = await openRun(folder, header)
    const ids = Array.from({ length: 50 }, (_, index) => `s${index}`)
    await Promise.all(ids.map((id) => run.append(gradeOf(id, '\u2028 two\nlines \u0085 '.repeat(1000)))))
    const text = await readFile(join(folder, 'grades.jsonl'), 'utf8')
    expect(text.split(/\r?\n|[\u0085\u2028\u2029]/)).toHaveLength(51)
    expect((await readRun(folder)).grades).toEqual(
      ids.map((id) => gradeOf(id, '\u2028 two\nlines \u0085 '.repeat(1000))),
    )
  })

  test('refuses a folder that holds a run', async () => {
    const folder = join(reports, 'run')
    await (await openRun(folder, header))[Symbol.asyncDispose]()
    expect(await failureOf(openRun(folder, header))).toMatchObject({
      message: expect.stringContaining('holds a run already'),
    })
  })

  test('writes files whole, grades.json last, and leaves no temporary ones', async () => {
    const folder = join(reports, 'run')
    await using run = await openRun(folder, header)
    await run.append(gradeOf('alice'))
    await run.write(fileName`alice-1a2b/report.html`, encoded('page'))
    const parts = (text: string) => [...text].map(encoded)
    await run.finish({ 'grades.json': parts('new'), 'junit.xml': parts('x'), 'grades.csv': parts('c') })
    expect(await readFile(join(folder, 'grades.json'), 'utf8')).toBe('new')
    expect((await readdir(folder, { recursive: true })).sort()).toEqual([
      'alice-1a2b',
      'alice-1a2b/report.html',
      'grades.csv',
      'grades.json',
      'grades.jsonl',
      'junit.xml',
      'run.json',
    ])
    const times = await Promise.all(
      ['junit.xml', 'grades.csv', 'grades.json'].map(async (name) => (await stat(join(folder, name))).mtimeMs),
    )
    expect(times[2]).toBe(Math.max(...times))
  })

  test('leaves the old file where a report breaks off in its middle', async () => {
    const folder = join(reports, 'run')
    await using run = await openRun(folder, header)
    await run.finish({ 'grades.json': [encoded('old')] })
    const breaksOff = function* () {
      yield encoded('new, and ')
      throw new Error('no such grade')
    }
    await expect(run.finish({ 'grades.json': breaksOff() })).rejects.toThrow('no such grade')
    expect(await readFile(join(folder, 'grades.json'), 'utf8')).toBe('old')
    expect((await readdir(folder)).sort()).toEqual(['grades.json', 'grades.jsonl', 'run.json'])
  })

  test('writes nothing outside the folder, nor through a link that stands in for a file', async () => {
    const folder = join(reports, 'run')
    await using run = await openRun(folder, header)
    await expect(run.write(fileName`../out.txt`, encoded('x'))).rejects.toThrow('leads out')
    await writeFile(join(reports, 'victim'), 'untouched')
    await symlink(join(reports, 'victim'), join(folder, 'junit.xml'))
    await run.write(fileName`junit.xml`, encoded('x'))
    expect(await readFile(join(reports, 'victim'), 'utf8')).toBe('untouched')
    expect(await readFile(join(folder, 'junit.xml'), 'utf8')).toBe('x')
  })
})

describe('reopenRun', () => {
  test('goes on behind the last whole grade, and reads back each grade that was asked for', async () => {
    const folder = join(reports, 'run')
    const before = await openRun(folder, header)
    for (const id of ['alice', 'bob']) await before.append(gradeOf(id))
    await before[Symbol.asyncDispose]()
    await appendFile(join(folder, 'grades.jsonl'), JSON.stringify(gradeOf('carol')).slice(0, -10))
    await using run = await reopenRun(folder, header)
    expect([...run.kept.keys()]).toEqual(['alice', 'bob'])
    await run.append(gradeOf('bob', 'again'))
    await run.append(gradeOf('dave'))
    const ids = ['dave', 'nobody', 'bob', 'alice']
    expect([...run.grades(ids)]).toEqual([gradeOf('dave'), gradeOf('bob', 'again'), gradeOf('alice')])
    expect((await readFile(join(folder, 'grades.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(4)
  })

  test('goes on where the process was killed before it had a journal', async () => {
    const folder = join(reports, 'run')
    await (await openRun(folder, header))[Symbol.asyncDispose]()
    await rm(join(folder, 'grades.jsonl'))
    await using run = await reopenRun(folder, header)
    await run.append(gradeOf('alice'))
    expect([...run.grades(['alice'])]).toEqual([gradeOf('alice')])
  })

  test('removes what was left half-written, and nothing else', async () => {
    const folder = join(reports, 'run')
    await (await openRun(folder, header))[Symbol.asyncDispose]()
    await mkdir(join(folder, 'alice-1a2b'))
    const half = ['.grades.json', 'alice-1a2b/.report.html'].map((name) => `${name}-${randomUUID()}`)
    const whole = ['.notes', 'alice-1a2b/report.html', 'grades.csv']
    for (const name of [...half, ...whole]) await writeFile(join(folder, name), '')
    await using _run = await reopenRun(folder, header)
    const left = await readdir(folder, { recursive: true })
    expect(left.sort()).toEqual([...whole, 'alice-1a2b', 'grades.jsonl', 'run.json'].sort())
  })
})

test('base images that were noted are those of a run that was killed', async () => {
  const folder = join(reports, 'run')
  const images = ['golang:1.24', 'alpine:3'].map((name) => ({ name, digest: 'sha256:1', standIn: false }))
  await using run = await openRun(folder, header)
  await run.noteBases(images.slice(0, 1))
  await run.noteBases(images)
  expect((await readRun(folder)).run.baseImages).toEqual(images)
  expect(uniteBases(images, [...images, { name: 'alpine:3', digest: 'sha256:2', standIn: false }])).toHaveLength(3)
})

describe('readRun', () => {
  test('reads a finished run by its folder and by its file', async () => {
    const folder = join(reports, 'run')
    await using run = await openRun(folder, header)
    const file = {
      schema: 'cgrade/grades/v1' as const,
      run: { ...header, finishedAt: startedAt },
      grades: [gradeOf('alice')],
    }
    await run.finish({ 'grades.json': [encoded(JSON.stringify(file))] })
    expect(await readRun(folder)).toEqual(file)
    expect(await readRun(join(folder, 'grades.json'))).toEqual(file)
  })

  test('rebuilds a run whose process was killed, with all that it had appended', async () => {
    const folder = join(reports, 'run')
    const program = `
      const { openRun } = await import(${JSON.stringify(new URL('./run-folder.ts', import.meta.url).href)})
      const run = await openRun(${JSON.stringify(folder)}, ${JSON.stringify(header)})
      await run.append(${JSON.stringify(gradeOf('alice'))})
      await run.append(${JSON.stringify(gradeOf('王小明'))})
      process.kill(process.pid, 'SIGKILL')`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' })
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    expect(existsSync(join(folder, 'grades.json'))).toBe(false)
    const file = await readRun(folder)
    expect(file.grades).toEqual([gradeOf('alice'), gradeOf('王小明')])
    expect(file.run).toMatchObject({ id: 'run-1', interrupted: true, finishedAt: '2026-11-23T15:13:07.012Z' })
  })

  test('leaves out a torn last line, and takes the later of two grades of one submission', async () => {
    const folder = join(reports, 'run')
    await using run = await openRun(folder, header)
    for (const id of ['alice', 'bob', 'alice']) await run.append(gradeOf(id, id === 'bob' ? 'b' : `${Math.random()}`))
    const torn = JSON.stringify(gradeOf('carol')).slice(0, -10)
    await appendFile(join(folder, 'grades.jsonl'), torn)
    expect((await readRun(folder)).grades.map((grade) => grade.submission.id)).toEqual(['alice', 'bob'])
  })

  test('a folder that is no run names the nearest one', async () => {
    for (const name of ['2026-module3', '2027-other'])
      await (await openRun(join(reports, name), header))[Symbol.asyncDispose]()
    const messageFor = async (path: string) => ((await failureOf(readRun(path))) as Error).message
    expect(await messageFor(join(reports, '2026-modul3'))).toContain(
      `Did you mean \`${join(reports, '2026-module3')}\`?`,
    )
    expect(await messageFor(reports)).toContain(`Did you mean \`${join(reports, '2027-other')}\`?`)
    await mkdir(join(reports, 'zzz'))
    expect(await messageFor(join(reports, 'zzz'))).toContain(
      'is not the folder of a run: expected a folder with `grades.json`',
    )
    expect(await failureOf(readRun(join(reports, 'zzz')))).toBeInstanceOf(UsageError)
  })
})

test.each([
  ['{', 'is not JSON'],
  ['[]', '`schema` is missing'],
  ['{"schema":"cgrade/grades/v2"}', 'has the schema `cgrade/grades/v2`'],
  ['{"schema":"cgrade/grades/v1","run":{},"grades":[]}', 'breaks the schema `cgrade/grades/v1`: at `run.id`'],
])('parseGradesFile says what is wrong with %s', (text, said) => {
  expect(() => parseGradesFile(text, 'grades.json')).toThrow(said)
  expect(() => parseGradesFile(text, 'grades.json')).toThrow(UsageError)
})

test('linkLatest follows the newest run, and keeps what is not ours', async () => {
  const [first, second] = [await createRunFolder(reports, 'a'), await createRunFolder(reports, 'b')]
  expect(await linkLatest(reports, first)).toBe(true)
  expect(await linkLatest(reports, second)).toBe(true)
  expect(await realpath(join(reports, 'latest'))).toBe(await realpath(second))
  expect((await readlink(join(reports, 'latest'))).startsWith('/')).toBe(false)
  expect((await readdir(reports)).filter((name) => name.startsWith('.'))).toEqual([])
  await rm(join(reports, 'latest'))
  await mkdir(join(reports, 'latest'))
  expect(await linkLatest(reports, first)).toBe(false)
})

test('a full disk is our fault', async () => {
  const full = await failureOf(writeFile('/dev/full', 'x'))
  expect(full).toMatchObject({ code: 'ENOSPC' })
  expect(() => writingFailed('/x')(full)).toThrow(GraderError)
  expect(() => writingFailed('/x')(full)).toThrow('no room left')
})
