import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Grade } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import { fileNameOf } from '../model/identity.ts'
import type { RunStart } from '../model/progress.ts'
import { renderCsv } from '../reporters/csv.ts'
import { renderJson } from '../reporters/json.ts'
import { renderJunit } from '../reporters/junit.ts'
import { sampleFile, sampleGraded, samplePartial, sampleRun } from '../reporters/sample-grades.ts'
import { readRun } from '../store/read-run.ts'
import { type RunOnDisk, reopenOnDisk, runOnDisk } from './run-on-disk.ts'

let here = ''
const reports = () => join(here, 'reports')
const out = () => join(here, 'out')

beforeEach(async () => {
  here = await realpath(await mkdtemp(join(tmpdir(), 'cgrade-run-')))
})

afterEach(async () => {
  await rm(here, { recursive: true, force: true })
})

const sampleRecord = sampleFile([]).run

function startOfSample(): RunStart {
  const { finishedAt: _end, ...start } = sampleRecord
  return start
}

async function keepAll(run: RunOnDisk, grades: Grade[]) {
  await run.begin(startOfSample())
  await Promise.all(grades.map((grade) => run.keep(grade)))
  return run.finish(
    sampleRecord,
    grades.map(({ submission }) => submission.id),
  )
}

const pageOf = (id: string) => join(out(), fileNameOf(id), 'report.html')

describe('a run on disk', () => {
  test('has its reports below reports/, and latest points to it', async () => {
    await using run = await runOnDisk(undefined, 'cncamp-module3', reports())
    const { reports: written } = await keepAll(run, [sampleGraded('li-wei')])
    const names = ['grades.json', 'junit.xml', 'grades.csv', 'index.html', 'report.html']
    expect(written.map((path) => basename(path))).toEqual(names)
    expect(await realpath(join(reports(), 'latest'))).toBe(run.folder)
    expect(run.folder).toMatch(/reports\/\d{8}T\d{6}Z-cncamp-module3$/)
    expect((await readRun(join(reports(), 'latest'))).grades[0]?.submission.id).toBe('li-wei')
  })

  test('has the same bytes as a report of all grades at once', async () => {
    const file = sampleRun()
    await using run = await runOnDisk(out(), 'cncamp-module3')
    await run.begin(startOfSample())
    for (const grade of file.grades.toReversed()) await run.keep(grade)
    await run.finish(
      file.run,
      file.grades.map(({ submission }) => submission.id),
    )
    const whole = {
      'grades.json': renderJson(file),
      'junit.xml': renderJunit(file, 'jenkins'),
      'grades.csv': renderCsv(file),
    }
    for (const [name, text] of Object.entries(whole)) expect(await readFile(join(out(), name), 'utf8')).toBe(text)
  })

  test('has the page of each student as soon as there is a grade', async () => {
    await using run = await runOnDisk(out(), 'cncamp-module3')
    await run.begin(startOfSample())
    for (const grade of [sampleGraded('li-wei'), samplePartial('王芳')]) {
      await run.keep(grade)
      expect(await readFile(pageOf(grade.submission.id), 'utf8')).toContain(`<h1>${grade.submission.id}</h1>`)
    }
  })

  test('keeps finished grades where the process is killed before its end', async () => {
    await using run = await runOnDisk(out(), 'cncamp-module3')
    await run.begin(startOfSample())
    await run.keep(sampleGraded('li-wei'))
    await run.keep(samplePartial('王芳'))
    const seen = await readRun(out())
    expect(seen.grades.map((grade) => grade.submission.id)).toEqual(['li-wei', '王芳'])
    expect(seen.run.interrupted).toBe(true)
  })

  test('named by --out leaves reports/latest alone', async () => {
    await using run = await runOnDisk(out(), 'cncamp-module3', reports())
    await keepAll(run, [])
    expect((await readdir(here)).sort()).toEqual(['out'])
  })

  test('that never began leaves no folder', async () => {
    await (await runOnDisk(undefined, 'cncamp-module3', reports()))[Symbol.asyncDispose]()
    expect(await readdir(reports())).toEqual([])
  })

  test('refuses a folder that holds a run already', async () => {
    await mkdir(out())
    await writeFile(join(out(), 'grades.json'), '{}')
    await using run = await runOnDisk(out(), 'cncamp-module3')
    await expect(run.begin(startOfSample())).rejects.toThrow(UsageError)
  })

  test('tells by `broken` that a grade could not be kept, and throws it at the end', async () => {
    await using run = await runOnDisk(out(), 'cncamp-module3')
    await run.begin(startOfSample())
    const cyclic = sampleGraded('li-wei')
    Object.assign(cyclic.submission, { delivery: cyclic })
    await run.keep(cyclic)
    expect(run.broken.aborted).toBe(true)
    await expect(run.finish(sampleRecord, ['li-wei'])).rejects.toThrow('circular')
    expect(existsSync(join(out(), 'grades.json'))).toBe(false)
  })

  test('writes a page that could not be written once more at the end, and loses no grade by it', async () => {
    await using run = await runOnDisk(out(), 'cncamp-module3')
    await run.begin(startOfSample())
    const folder = join(out(), fileNameOf('li-wei'))
    await writeFile(folder, 'in the way')
    await run.keep(sampleGraded('li-wei'))
    await rm(folder)
    await run.finish(sampleRecord, ['li-wei'])
    expect(existsSync(pageOf('li-wei'))).toBe(true)
    expect((await readRun(out())).grades).toHaveLength(1)
  })
})

describe('a run that is gone on with', () => {
  test('ends as one that did not break off', async () => {
    const grades = [sampleGraded('a'), samplePartial('b'), sampleGraded('c')]
    {
      await using run = await runOnDisk(out(), 'cncamp-module3')
      await run.begin(startOfSample())
      for (const grade of grades.slice(1)) await run.keep(grade)
    }
    await rm(pageOf('b'))
    await using run = await reopenOnDisk(out(), reports())
    expect([...run.kept.keys()]).toEqual(['b', 'c'])
    await run.begin(startOfSample())
    await run.keep(sampleGraded('a'))
    const { file } = await run.finish(sampleRecord, ['a', 'b', 'c'])
    expect([...file.grades]).toEqual(grades)
    expect(await readFile(join(out(), 'grades.json'), 'utf8')).toBe(renderJson(sampleFile(grades)))
    for (const id of ['a', 'b', 'c']) expect(existsSync(pageOf(id))).toBe(true)
  })

  test('is no longer told by the grades.json of its interruption', async () => {
    {
      await using run = await runOnDisk(out(), 'cncamp-module3')
      await run.begin(startOfSample())
      await run.keep(sampleGraded('a'))
      await run.finish({ ...sampleRecord, interrupted: true }, ['a'])
    }
    await using run = await reopenOnDisk(out(), reports())
    expect((await readRun(out())).grades).toHaveLength(1)
    await run.begin(startOfSample())
    await run.keep(sampleGraded('b'))
    expect((await readRun(out())).grades).toHaveLength(2)
  })

  test('is refused while another one writes it, and open afterwards', async () => {
    {
      await using run = await runOnDisk(out(), 'cncamp-module3')
      await run.begin(startOfSample())
      await expect(reopenOnDisk(out(), reports())).rejects.toThrow('is being written by another cgrade')
    }
    await using _run = await reopenOnDisk(out(), reports())
  })
})
