import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { connectEngine } from '../engine.ts'
import { runOnHost } from '../host.ts'
import { bootstrapImage } from './bootstrap.ts'
import type { Recipe } from './stand-in-recipe.ts'

const { ran: hasMmdebstrap } = await runOnHost('mmdebstrap', ['--version'], { asRoot: false })
const engine = await connectEngine()
const label = `dev.cgrade.test-${process.pid}`
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cgrade-bootstrap-'))
  vi.stubEnv('TMPDIR', folder)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

function recipeWith(packages: string[]): Recipe & { kind: 'bootstrap' } {
  return { kind: 'bootstrap', tag: 'test:1', sentence: 'a test', settings: {}, suite: 'trixie', packages, hook: '' }
}

async function imagesLeft(): Promise<unknown[]> {
  return engine.docker.listImages({ all: true, filters: { label: [label] } as unknown as string })
}

// The first one of a week makes what all of a release begin with.
describe.runIf(hasMmdebstrap)('making a base from Debian packages', { timeout: 600_000 }, () => {
  test('leaves nothing behind when it is interrupted', async () => {
    const stop = new AbortController()
    const options = { labels: { [label]: '1' }, signal: stop.signal, say: () => {} }
    const making = expect(bootstrapImage(engine, recipeWith(['tzdata']), options)).rejects.toThrow()
    await vi.waitFor(async () => expect((await readdir(folder)).join()).toContain('mmdebstrap'), { timeout: 20_000 })
    await sleep(1_000)
    stop.abort()
    await making
    expect(await readdir(folder)).toEqual([])
    expect(await imagesLeft()).toEqual([])
  })

  test('is our fault, told with the last lines, when a package is not there', async () => {
    const options = { labels: { [label]: '1' }, signal: new AbortController().signal, say: () => {} }
    const failing = bootstrapImage(engine, recipeWith(['no-such-package-of-debian']), options)
    await expect(failing).rejects.toMatchObject({
      code: 'base-image.unavailable',
      message: expect.stringContaining('no-such-package-of-debian'),
    })
    expect(await readdir(folder)).toEqual([])
    expect(await imagesLeft()).toEqual([])
  })
})
