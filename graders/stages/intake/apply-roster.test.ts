import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { latePolicySchema } from '../../model/late-policy.ts'
import { parseRoster } from '../../model/roster.ts'
import { collectSubmissions } from './collect-submissions.ts'
import { zipOf } from './test-archives.ts'
import { assignment } from './test-submission.ts'

let inbox: string
beforeEach(() => {
  inbox = mkdtempSync(join(tmpdir(), 'cgrade-roster-'))
  for (const name of ['alice', 'bob', '.notes']) mkdirSync(join(inbox, name))
  writeFileSync(join(inbox, 'carol.zip'), zipOf([{ name: 'Dockerfile', content: 'x' }]))
  writeFileSync(join(inbox, 'lina_11_7_hw.zip'), zipOf([{ name: 'Dockerfile', content: 'x' }]))
  writeFileSync(join(inbox, 'wang_12_8_main.go'), 'x')
})
afterEach(() => rmSync(inbox, { recursive: true, force: true }))

const late = latePolicySchema.parse({ deadline: '2026-11-20T12:00:00Z', perDayPercent: 10 })
const collect = (csv: string, folder = inbox) =>
  collectSubmissions(
    folder,
    { ...assignment, late },
    { isPlain: false, roster: { name: 'r.csv', entries: parseRoster(csv, 'r.csv') } },
  )

test('finds submissions by path, by id and by the number of the platform, and tells the others', async () => {
  await using collected = await collect(
    [
      'id,path,canvasId,name,submittedAt,extensionDays',
      's-1,alice,,Alice,2026-11-21T12:00:00Z,',
      'bob,,,,,1.5',
      's-3,carol.zip,,,,',
      's-4,,11,Li Na,,',
      's-5,,99,Nobody,,',
    ].join('\n'),
  )
  expect(collected.sources).toEqual([
    { id: 's-1', path: join(inbox, 'alice'), delivery: { name: 'Alice', submittedAt: '2026-11-21T12:00:00.000Z' } },
    { id: 'bob', path: join(inbox, 'bob'), delivery: { extendedUntil: '2026-11-22T00:00:00.000Z' } },
    { id: 's-3', path: join(inbox, 'carol.zip'), delivery: {} },
    {
      id: 's-4',
      path: join(inbox, 'lina_11_7_hw.zip'),
      files: [{ path: join(inbox, 'lina_11_7_hw.zip'), name: 'hw.zip' }],
      delivery: { name: 'Li Na', canvasId: '11' },
    },
  ])
  expect(collected.missing).toEqual(['s-5'])
  expect(collected.leftOut).toContainEqual({ name: 'wang_12', why: 'nobody on the roster `r.csv` has it' })
})

test('where each line says where, the folder itself is not looked at', async () => {
  writeFileSync(join(inbox, 'Dockerfile'), 'it would be one submission')
  await using collected = await collect('id,path,git\na,alice,\nb,,https://example.org/b\n')
  expect(collected.sources).toMatchObject([
    { id: 'a' },
    { id: 'b', git: { url: 'https://example.org/b' }, shownAs: 'https://example.org/b' },
  ])
  expect(collected.leftOut).toEqual([])
})

test.each([
  ['id,path\na,alcie\n', 'line 2: there is no `alcie`', 'Did you mean `alice`?'],
  ['id,path\na,alice\nb,alice\n', 'lines 2 and 3 both mean the submission', 'alice'],
  ['id,path\na,wang_12_8_main.go\n', 'is neither a folder nor an archive', '`.zip`'],
  ['id,path\na,.\n', 'leads out of', 'line 2'],
  ['id,path\na,out\n', '`out` leads out of', 'line 2'],
  ['id\nzoe\n', 'Nobody on the roster', 'r.csv'],
])('refuses %j', async (csv, ...said) => {
  symlinkSync(tmpdir(), join(inbox, 'out'))
  for (const part of said) await expect(collect(csv)).rejects.toThrow(part)
})
