import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { UsageError } from '../model/grader-error.ts'
import { fileNameOf } from '../model/identity.ts'
import type { RunStart } from '../model/progress.ts'
import { sampleFile, sampleGraded, samplePartial } from '../reporters/sample-grades.ts'
import { readRun } from '../store/read-run.ts'
import { runOnDisk } from './run-on-disk.ts'

let here = ''
const reports = () => join(here, 'reports')
const out = () => join(here, 'out')

beforeEach(async () => {
  here = await realpath(await mkdtemp(join(tmpdir(), 'cgrade-run-')))
})

afterEach(async () => {
  await rm(here, { recursive: true, force: true })
})

function startOfSample(): RunStart {
  const { finishedAt: _end, ...run } = sampleFile([]).run
  return run
}

describe('a run on disk', () => {
  test('has its reports below reports/, and latest points to it', async () => {
    const run = await runOnDisk(undefined, 'cncamp-module3', reports())
    await run.begin(startOfSample())
    run.keep(sampleGraded('li-wei'))
    const written = await run.finish(sampleFile([sampleGraded('li-wei')]))
    expect(written.map((path) => basename(path))).toEqual(['grades.json', 'junit.xml', 'grades.csv', 'report.html'])
    expect(await realpath(join(reports(), 'latest'))).toBe(run.folder)
    expect(run.folder).toMatch(/reports\/\d{8}T\d{6}Z-cncamp-module3$/)
    expect((await readRun(join(reports(), 'latest'))).grades[0]?.submission.id).toBe('li-wei')
  })

  test("has a page for each student, in a folder of the student's", async () => {
    const run = await runOnDisk(out(), 'cncamp-module3', reports())
    const grades = [sampleGraded('li-wei'), samplePartial('王芳')]
    await run.finish(sampleFile(grades))
    for (const { submission } of grades) {
      const page = await readFile(join(out(), fileNameOf(submission.id), 'report.html'), 'utf8')
      expect(page).toContain(`<h1>${submission.id}</h1>`)
    }
  })

  test('keeps finished grades where the process is killed before its end', async () => {
    const run = await runOnDisk(out(), 'cncamp-module3', reports())
    await run.begin(startOfSample())
    run.keep(sampleGraded('li-wei'))
    run.keep(samplePartial('王芳'))
    await expect.poll(async () => (await readFile(join(out(), 'grades.jsonl'), 'utf8')).split('\n').length).toBe(3)
    const seen = await readRun(out())
    expect(seen.grades.map((grade) => grade.submission.id)).toEqual(['li-wei', '王芳'])
    expect(seen.run.interrupted).toBe(true)
    await run.abandon()
  })

  test('is complete when nobody told of its beginning', async () => {
    const run = await runOnDisk(out(), 'cncamp-module3', reports())
    run.keep(sampleGraded('li-wei'))
    await run.finish(sampleFile([sampleGraded('li-wei')]))
    expect((await readFile(join(out(), 'grades.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(1)
  })

  test('named by --out leaves reports/latest alone', async () => {
    const run = await runOnDisk(out(), 'cncamp-module3', reports())
    await run.begin(startOfSample())
    await run.finish(sampleFile([]))
    expect((await readdir(here)).sort()).toEqual(['out'])
  })

  test('that never began leaves no folder', async () => {
    const run = await runOnDisk(undefined, 'cncamp-module3', reports())
    await run.abandon()
    expect(await readdir(reports())).toEqual([])
  })

  test('refuses a folder that holds a run already', async () => {
    await mkdir(out())
    await writeFile(join(out(), 'grades.json'), '{}')
    const run = await runOnDisk(out(), 'cncamp-module3', reports())
    await expect(run.begin(startOfSample())).rejects.toThrow(UsageError)
    expect(await readFile(join(out(), 'grades.json'), 'utf8')).toBe('{}')
  })
})
