import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeGoSubmissions } from './go-submissions.ts'

const look = { scope: 'bench-test', goVersion: '1.24', base: 'base:1' }
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cgrade-bench-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function textsOf(inbox: string, file: string): Promise<string[]> {
  const ids = (await readdir(inbox)).sort()
  return Promise.all(ids.map((id) => readFile(join(inbox, id, file), 'utf8')))
}

test('the same seed writes the same submissions, another seed others', async () => {
  const [first, same, other] = ['first', 'same', 'other'].map((name) => join(folder, name)) as [string, string, string]
  await writeGoSubmissions(first, 3, 'a', look)
  await writeGoSubmissions(same, 3, 'a', look)
  await writeGoSubmissions(other, 3, 'b', look)
  const programs = await textsOf(first, 'main.go')
  expect(await textsOf(same, 'main.go')).toEqual(programs)
  for (const program of await textsOf(other, 'main.go')) expect(programs).not.toContain(program)
})

test('no two submissions have the same program, and one in five has a single stage', async () => {
  const inbox = join(folder, 'many')
  const told = await writeGoSubmissions(inbox, 20, 'a', look)
  expect(new Set(await textsOf(inbox, 'main.go'))).toHaveLength(20)
  expect(new Set(told.map(({ healthText }) => healthText))).toHaveLength(20)
  const stages = (await textsOf(inbox, 'Dockerfile')).map((text) => text.match(/^FROM /gm)?.length)
  expect(stages.filter((count) => count === 1)).toHaveLength(4)
})
