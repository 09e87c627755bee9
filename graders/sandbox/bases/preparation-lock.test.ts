import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { lockPreparations } from './preparation-lock.ts'

let folder = ''
const never = new AbortController().signal
const silent = () => {}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cgrade-lock-'))
  vi.stubEnv('XDG_CACHE_HOME', folder)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

test('lets the next one in only when the first has let go', async () => {
  const order: string[] = []
  const first = await lockPreparations(never, silent)
  const second = lockPreparations(never, () => order.push('told to wait')).then((lock) => {
    order.push('second got it')
    return lock
  })
  await vi.waitFor(() => expect(order).toEqual(['told to wait']), { timeout: 10_000 })
  await first[Symbol.asyncDispose]()
  await (await second)[Symbol.asyncDispose]()
  expect(order).toEqual(['told to wait', 'second got it'])
})

test('takes over a lock whose owner was killed', async () => {
  await mkdir(join(folder, 'cgrade'), { recursive: true })
  await writeFile(join(folder, 'cgrade', 'preparing.lock'), `${hostname()}/another-boot/1/12345`)
  const lock = await lockPreparations(never, silent)
  await lock[Symbol.asyncDispose]()
})

test('stops waiting when told so', async () => {
  await using _first = await lockPreparations(never, silent)
  await expect(lockPreparations(AbortSignal.timeout(50), silent)).rejects.toThrow()
})
