import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { IntakeLimits } from '../../model/assignment.ts'
import { openFolder } from './open-folder.ts'
import { walk } from './walk.ts'

const limits: IntakeLimits = { totalBytes: 1e6, fileBytes: 1e6, entries: 100, depth: 10 }

let source: string

beforeEach(() => {
  source = mkdtempSync(join(tmpdir(), 'cgrade-walk-'))
})

afterEach(() => {
  // Node's own rm gives up on paths longer than PATH_MAX.
  execFileSync('rm', ['-rf', source])
})

function put(path: string, content = path): void {
  mkdirSync(dirname(join(source, path)), { recursive: true })
  writeFileSync(join(source, path), content)
}

async function walkSource(changed: Partial<IntakeLimits> = {}) {
  using folder = openFolder(source)
  return await walk(folder, { ...limits, ...changed })
}

async function refuse(changed: Partial<IntakeLimits> = {}) {
  const walked = await walkSource(changed)
  if ('entries' in walked) throw new Error(`accepted ${walked.entries.length} entries`)
  return walked
}

test('a sparse file counts with the size that it claims, and is not read', async () => {
  put('core', '')
  truncateSync(join(source, 'core'), 1024 ** 4)
  const fault = await refuse()
  expect(fault.reason).toBe('intake.too-large')
  expect(fault.message).toContain('`core` (1 TiB)')
})

test('too much in all is refused with the names of the biggest files', async () => {
  for (const [name, bytes] of [
    ['small', 10],
    ['big', 600],
    ['bigger', 700],
  ] as const) {
    put(name, 'x'.repeat(bytes))
  }
  const fault = await refuse({ totalBytes: 1000 })
  expect(fault.reason).toBe('intake.too-large')
  expect(fault.message).toContain('`bigger` (700 bytes), `big` (600 bytes)')
})

test('accepts exactly what is allowed, and not one more', async () => {
  put('a/b/c', '12345')
  const exact = { entries: 3, depth: 3, fileBytes: 5, totalBytes: 5 }
  expect(await walkSource(exact)).toMatchObject({ entries: [{ path: 'a' }, { path: 'a/b' }, { path: 'a/b/c' }] })
  expect((await refuse({ ...exact, entries: 2 })).reason).toBe('intake.too-many-files')
  expect((await refuse({ ...exact, depth: 2 })).reason).toBe('intake.too-deep')
  expect((await refuse({ ...exact, fileBytes: 4 })).reason).toBe('intake.too-large')
  expect((await refuse({ ...exact, totalBytes: 4 })).reason).toBe('intake.too-large')
})

test('a tree deeper than any path may be is refused, whatever the limit', async () => {
  // Deeper than PATH_MAX, so it can only be made step by step.
  const step = 'd'.repeat(100)
  const script = `for (let i = 0; i < 300; i++) { fs.mkdirSync('${step}'); process.chdir('${step}') }`
  execFileSync(process.execPath, ['-e', script], { cwd: source })
  expect((await refuse()).reason).toBe('intake.too-deep')
  expect((await refuse({ depth: 10_000 })).reason).toBe('intake.too-deep')
})

test('a folder with thousands of names is given up at the limit', async () => {
  for (let i = 0; i < 3000; i++) writeFileSync(join(source, `f${i}`), '')
  expect((await refuse()).message).toContain('more than 100 files and folders')
})
