import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { countColdUse } from './cold-uses.ts'

test('counts the uses of each base and variant, and goes on where the cache cannot be written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-uses-'))
  vi.stubEnv('XDG_CACHE_HOME', folder)
  try {
    const counts = [
      await countColdUse('sha256:1', 'cgo0'),
      await countColdUse('sha256:1', 'cgo0'),
      await countColdUse('sha256:1', 'cgo1'),
      await countColdUse('sha256:2', 'cgo0'),
      await countColdUse('sha256:1', 'cgo0'),
    ]
    expect(counts).toEqual([1, 2, 1, 1, 3])
    vi.stubEnv('XDG_CACHE_HOME', '/dev/null')
    expect(await countColdUse('sha256:1', 'cgo0')).toBe(1)
  } finally {
    vi.unstubAllEnvs()
    await rm(folder, { recursive: true, force: true })
  }
})
