import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Grade } from '../model/grade.ts'
import { openJournal, scanJournal } from './journal.ts'

function gradeOf(id: string, source: string): Grade {
  const startedAt = '2026-11-23T15:13:04.512Z'
  const base = { exercises: [], flags: [], startedAt, durationMs: 2500, score: 1, maxScore: 2 }
  return { status: 'graded', submission: { id, source }, ...base }
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cgrade-journal-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('each grade is read back from where it stands, whatever its length and script', async () => {
  const path = join(folder, 'grades.jsonl')
  const lengths = [0, 1, 1 << 19, (1 << 20) - 150, 1 << 20, 3 << 20, 5]
  const grades = lengths.map((length, index) => gradeOf(`王-${index}`, `é${randomBytes(length / 2).toString('hex')}`))
  await using journal = await openJournal(path, 'new')
  await Promise.all(grades.map((grade) => journal.append(grade)))
  for (const grade of grades) expect(journal.read(grade.submission.id)).toEqual(grade)
  await using again = await openJournal(path, 'left')
  expect([...again.kept]).toEqual([...journal.kept])
  for (const grade of grades.toReversed()) expect(again.read(grade.submission.id)).toEqual(grade)
})

test('who has no grade has none to be read', async () => {
  await using journal = await openJournal(join(folder, 'grades.jsonl'), 'new')
  expect(journal.read('li-wei')).toBeUndefined()
})

test('wherever a process was killed, all whole grades are there and the next one is readable', async () => {
  const path = join(folder, 'grades.jsonl')
  {
    await using journal = await openJournal(path, 'new')
    for (const id of ['a', 'b', 'c']) await journal.append(gradeOf(id, '王\u2028'))
  }
  const whole = await readFile(path)
  for (const length of lengthsOf(whole)) {
    await writeFile(path, whole.subarray(0, length))
    const lines = whole.subarray(0, length).toString('utf8').split('\n').length - 1
    await using journal = await openJournal(path, 'left')
    expect([...journal.kept.keys()]).toEqual(['a', 'b', 'c'].slice(0, lines))
    await journal.append(gradeOf('d', 'after'))
    const seen: string[] = []
    const end = await scanJournal(path, ({ submission }) => seen.push(submission.id))
    expect(seen).toEqual([...['a', 'b', 'c'].slice(0, lines), 'd'])
    expect(end).toBe((await stat(path)).size)
  }
})

/** All around the ends of lines, and some between. */
function lengthsOf(bytes: Buffer): number[] {
  const isNearEnd = (length: number) => bytes.subarray(Math.max(0, length - 2), length + 2).includes('\n')
  const all = Array.from({ length: bytes.length + 1 }, (_, length) => length)
  return all.filter((length) => length % 37 === 0 || isNearEnd(length))
}

test('of grades that come at once, one that is no JSON takes no other with it', async () => {
  const path = join(folder, 'grades.jsonl')
  await using journal = await openJournal(path, 'new')
  const cyclic = gradeOf('cyclic', '')
  Object.assign(cyclic.submission, { delivery: cyclic })
  const kept = [journal.append(gradeOf('a', 'x')), journal.append(gradeOf('b', 'x'))]
  expect(() => journal.append(cyclic)).toThrow('circular')
  await Promise.all([...kept, journal.append(gradeOf('c', 'x'))])
  expect(['a', 'b', 'c'].map((id) => journal.read(id)?.submission.id)).toEqual(['a', 'b', 'c'])
  expect(journal.read('cyclic')).toBeUndefined()
})

test('a line that is JSON and no grade is told with its number', async () => {
  const path = join(folder, 'grades.jsonl')
  await writeFile(path, `${JSON.stringify(gradeOf('a', ''))}\n{"status":"graded"}\n`)
  await expect(openJournal(path, 'left')).rejects.toThrow('line 2, is not a grade')
})
