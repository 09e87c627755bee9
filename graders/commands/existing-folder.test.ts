import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { requireSubmission } from './existing-folder.ts'

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'cgrade-existing-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

test.each(['hw.zip', 'hw.TAR.GZ', 'hw.tgz', 'hw.tar', 'hw.tar.xz', 'hw.tar.zst'])(
  '%s is a submission',
  async (name) => {
    writeFileSync(join(base, name), '')
    expect(await requireSubmission(join(base, name))).toBe(join(base, name))
  },
)

test('a folder is one, whatever its name', async () => {
  mkdirSync(join(base, 'hw.rar'))
  expect(await requireSubmission(join(base, 'hw.rar'))).toBe(join(base, 'hw.rar'))
})

test.each(['main.go', 'hw.rar', '.zip'])('%s is none, and the kinds that are read are named', async (name) => {
  writeFileSync(join(base, name), '')
  await expect(requireSubmission(join(base, name))).rejects.toThrow('`.tar.gz`')
})
