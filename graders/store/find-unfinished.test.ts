import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JsonText } from '../model/encoded.ts'
import type { RunRecord } from '../model/grade.ts'
import { renderJson } from '../reporters/json.ts'
import { sampleFile, sampleGraded } from '../reporters/sample-grades.ts'
import { findUnfinished, stateOfRun } from './find-unfinished.ts'
import { openRun } from './run-folder.ts'

let reports: string
beforeEach(async () => {
  reports = await mkdtemp(join(tmpdir(), 'cgrade-unfinished-'))
})
afterEach(() => rm(reports, { recursive: true, force: true }))

async function addRun(name: string, end?: Partial<RunRecord>): Promise<string> {
  const { finishedAt, ...start } = sampleFile([]).run
  await using run = await openRun(join(reports, name), start)
  const file = { ...sampleFile([sampleGraded('li-wei')]), run: { ...start, finishedAt, ...end } }
  if (end !== undefined) await run.finish({ 'grades.json': [renderJson(file)] })
  return run.folder
}

test('a run has broken off when it has no grades.json, or one that says so', async () => {
  expect(await stateOfRun(await addRun('1-killed'))).toBe('broke off')
  expect(await stateOfRun(await addRun('2-stopped', { interrupted: true }))).toBe('broke off')
  expect(await stateOfRun(await addRun('3-whole', {}))).toBe('finished')
  expect(await stateOfRun(reports)).toBe('none')
  expect(await stateOfRun(join(reports, 'nothing'))).toBe('none')
})

test('a name of an image that looks like the end of the record ends nothing', async () => {
  const name = 'x",\n  "grades": [{"interrupted": true'
  const whole = await addRun('1', { baseImages: [{ name, digest: 'sha256:1', standIn: false }] })
  expect(await stateOfRun(whole)).toBe('finished')
})

test('a grades.json that another program wrote is read, too', async () => {
  const run = await addRun('1')
  const file = sampleFile([sampleGraded('li-wei')])
  await writeFile(join(run, 'grades.json'), JSON.stringify({ grades: file.grades, run: file.run, schema: file.schema }))
  expect(await stateOfRun(run)).toBe('finished')
})

test('the newest run that broke off is found, and nothing else beside it', async () => {
  expect(await findUnfinished(reports)).toBeUndefined()
  await addRun('20261123T090000Z-a')
  const newest = await addRun('20261124T090000Z-a', { interrupted: true })
  await addRun('20261125T090000Z-a', {})
  await mkdir(join(reports, 'zzz'))
  await writeFile(join(reports, 'zzz', 'grades.json'), 'no JSON' as JsonText)
  expect(await findUnfinished(reports)).toBe(newest)
  expect(await findUnfinished(join(reports, 'nothing'))).toBeUndefined()
})
