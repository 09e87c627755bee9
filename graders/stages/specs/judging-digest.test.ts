import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { loadCourse } from './load-assignment.ts'

const specs = fileURLToPath(new URL('../../../specs/cncamp-module3/', import.meta.url))
const places: string[] = []
afterAll(async () => {
  for (const place of places) await rm(place, { recursive: true, force: true })
})

/** A module is loaded once: every variant needs a folder of its own. */
async function digestsAfter(change: (folder: string) => Promise<void>) {
  const place = await mkdtemp(join(tmpdir(), 'cgrade-digest-'))
  places.push(place)
  const folder = join(place, 'course')
  await cp(specs, folder, { recursive: true })
  await change(folder)
  const { specsDigest, judgingDigest } = await loadCourse(folder)
  return { specsDigest, judgingDigest }
}

async function inAssignment(folder: string, from: string, to: string): Promise<void> {
  const file = join(folder, 'assignment.ts')
  const text = await readFile(file, 'utf8')
  expect(text).toContain(from)
  await writeFile(file, text.replace(from, to))
}

const same = digestsAfter(async () => {})

test.each([
  ['points', `{ id: 'httpserver.healthz', points: 5 }`, `{ id: 'httpserver.healthz', points: 9 }`],
  [
    'who may see a check',
    `{ id: 'httpserver.healthz', points: 5 }`,
    `{ id: 'httpserver.healthz', points: 5, visibility: 'hidden' }`,
  ],
  ['a title', 'Exercise 3.2: the HTTP server in a container', 'Exercise two'],
  ['lateness', 'exercises: [', `late: { deadline: '2026-11-20T00:00:00Z', perDayPercent: 10 },\n  exercises: [`],
  ['what is required', `kind: 'chroot',\n      required: false,`, `kind: 'chroot',`],
  ['a comment', 'exercises: [', 'exercises: [ // all of them'],
])('%s judges nobody', async (_what, from, to) => {
  const changed = await digestsAfter((folder) => inAssignment(folder, from, to))
  expect(changed.judgingDigest).toBe((await same).judgingDigest)
  expect(changed.specsDigest).not.toBe((await same).specsDigest)
})

test.each([
  [
    'a limit',
    (folder: string) =>
      inAssignment(folder, 'trustedBases: [', 'limits: { boot: { timeoutMs: 1000 } },\n  trustedBases: ['),
  ],
  ['a setting', (folder: string) => inAssignment(folder, 'stderrCredit: 1', 'stderrCredit: 0.5')],
  [
    'a check that was added',
    (folder: string) =>
      inAssignment(
        folder,
        `{ id: 'httpserver.healthz', points: 5 }`,
        `{ id: 'httpserver.healthz', points: 5 }, { id: 'httpserver.new', points: 1 }`,
      ),
  ],
  [
    'whether a memory exercise is required',
    (folder: string) => inAssignment(folder, `kind: 'memory',\n      required: false,`, `kind: 'memory',`),
  ],
  ['a spec', (folder: string) => appendFile(join(folder, 'httpserver.spec.ts'), '\n// Another one.\n')],
  ['what lies beside the specs', (folder: string) => writeFile(join(folder, 'limits.ts'), 'export const most = 3\n')],
  [
    'what the assignment exports beside itself',
    (folder: string) => appendFile(join(folder, 'assignment.ts'), '\nexport const most = 3\n'),
  ],
])('%s judges', async (_what, change) => {
  expect((await digestsAfter(change)).judgingDigest).not.toBe((await same).judgingDigest)
})

test('a test beside the specs judges nobody', async () => {
  const changed = await digestsAfter((folder) => writeFile(join(folder, 'httpserver.test.ts'), '// A test.\n'))
  expect(changed).toEqual(await same)
})
