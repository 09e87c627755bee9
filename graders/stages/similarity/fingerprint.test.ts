import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { assignmentSchema } from '../../model/assignment.ts'
import type { Fingerprint } from '../../model/similarity.ts'
import { removeSnapshot, takeIn } from '../intake/intake.ts'
import { takeFingerprint } from './fingerprint.ts'
import { readStarter } from './read-starter.ts'
import { goServer, otherServer } from './test-programs.ts'

const assignment = assignmentSchema.parse({
  id: 'a',
  title: 'A',
  exercises: [{ id: 'e', title: 'E', checks: [{ id: 'e.c', points: 1 }] }],
})

async function folderOf(files: Record<string, string | Buffer>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-fingerprint-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}

async function fingerprintOf(files: Record<string, string | Buffer>): Promise<Fingerprint> {
  const path = await folderOf(files)
  const intake = await takeIn({ id: 'li-wei', path }, assignment.limits.intake, await folderOf({}))
  if (!intake.ok) throw new Error(intake.fault.message)
  const fingerprint = await takeFingerprint(intake.submission)
  await removeSnapshot(intake.submission)
  return fingerprint
}

test('holds a student’s own sources, and no line of them', async () => {
  const print = await fingerprintOf({
    'server.go': goServer,
    'server_test.go': goServer,
    'vendor/lib/lib.go': goServer,
    'README.md': 'hello',
    'tiny.go': 'package main\n',
  })
  expect(print.files.map(({ path }) => path).sort()).toEqual(['server.go', 'tiny.go'])
  expect(print.files.find(({ path }) => path === 'tiny.go')?.normalised).toBeUndefined()
  expect(JSON.stringify(print)).not.toMatch(/HandleFunc|healthz/)
})

test('stays small, and says so, where somebody hands in thousands of files, large ones or bytes', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, index) => [`f${index}.go`, `${goServer}\n// ${index}`]),
  )
  for (const files of [
    many,
    { 'a.go': 'x y '.repeat(500_000), 'b.go': Buffer.alloc(300_000), 'c.go': `"${'\\'.repeat(200_000)}` },
  ]) {
    const print = await fingerprintOf(files)
    expect(JSON.stringify(print).length).toBeLessThan(60_000)
    expect(print.files.length).toBeLessThanOrEqual(50)
  }
  expect((await fingerprintOf(many)).isPartial).toBe(true)
})

test('knows the starter code beside an assignment', async () => {
  const folder = await folderOf({ 'starter/httpserver/main.go': goServer, 'assignment.ts': '' })
  const starter = await readStarter(folder, assignment)
  expect(starter.map(({ path }) => path)).toEqual(['httpserver/main.go'])
  expect(await readStarter(await folderOf({ 'main.go': otherServer }), assignment)).toEqual([])
})
