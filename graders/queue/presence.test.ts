import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { type JudgedBy, whyNotJudgedBy } from './messages.ts'
import { announceRun, announceWorker, listRuns, listWorkers, withdrawRun, withdrawWorker } from './presence.ts'
import { startRedis, whyNoRedis } from './test-redis.ts'

const judgedBy = { assignment: 'module3', specsDigest: 'a'.repeat(64), graderVersion: '1.0.0' }
const runOf = (id: string, startedAt: string) => ({ id, startedAt, seed: 's', kernel: 'host' as const, ...judgedBy })
const worker = { name: 'lab-1', jobs: 2, engine: { name: 'docker', version: '28', cgroup: 2 }, ...judgedBy }
const why = whyNoRedis === undefined ? '' : ` (skipped: ${whyNoRedis})`

describe.skipIf(whyNoRedis !== undefined)(`who is there${why}`, () => {
  test('runs are listed with the oldest first, until they are withdrawn', async () => {
    await using server = await startRedis()
    const redis = new Redis(server.url)
    try {
      await announceRun(redis, runOf('late', '2026-11-30T10:00:00.000Z'))
      await announceRun(redis, runOf('early', '2026-11-30T09:00:00.000Z'))
      expect((await listRuns(redis)).map(({ id }) => id)).toEqual(['early', 'late'])
      for (const id of ['early', 'late']) await withdrawRun(redis, id)
      expect(await server.keys()).toEqual([])
    } finally {
      redis.disconnect()
    }
  })

  test('who was not heard of for long, and what another version wrote, is not there', async () => {
    await using server = await startRedis()
    const redis = new Redis(server.url)
    try {
      await announceWorker(redis, worker)
      await redis.hset('cgrade:workers', 'gone', JSON.stringify({ seenAtMs: Date.now() - 60_000, notice: worker }))
      await redis.hset('cgrade:workers', 'newer', JSON.stringify({ seenAtMs: Date.now(), notice: { name: 1 } }))
      expect(await listWorkers(redis)).toEqual([worker])
      expect(await redis.hkeys('cgrade:workers')).not.toContain('gone')
      await withdrawWorker(redis, worker.name)
      expect(await listWorkers(redis)).toEqual([])
    } finally {
      redis.disconnect()
    }
  })
})

test.each<[Partial<JudgedBy>, string]>([
  [{ assignment: 'module8' }, '`module8`'],
  [{ graderVersion: '2.0.0' }, 'cgrade 2.0.0'],
  [{ specsDigest: 'b'.repeat(64) }, 'other specs'],
])('a worker that differs in %o is told what differs', (differs, told) => {
  expect(whyNotJudgedBy({ ...judgedBy, ...differs }, judgedBy)).toContain(told)
  expect(whyNotJudgedBy(judgedBy, judgedBy)).toBeUndefined()
})
