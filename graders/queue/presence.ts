import type { Redis } from 'ioredis'
import * as z from 'zod'
import {
  expirySeconds,
  type RunNotice,
  runNoticeSchema,
  runsKey,
  type WorkerNotice,
  workerNoticeSchema,
  workersKey,
} from './messages.ts'

/** Who is there: a hash of notices, each with the moment (the server's) when its owner was last seen. */

/** Told at least so often, a run or a worker is there. */
export const heartbeatMs = 5_000
/** A worker that has said nothing for so long is gone. */
const workerGoneMs = 20_000
/** The batch of a run may be killed and gone on with. */
const runGoneMs = 24 * 60 * 60 * 1000

const seenSchema = z.object({ seenAtMs: z.number(), notice: z.unknown() })

export async function announceRun(redis: Redis, run: RunNotice): Promise<void> {
  await announce(redis, runsKey, run.id, run)
}

/** Those that have submissions to grade, the oldest first. */
export async function listRuns(redis: Redis): Promise<RunNotice[]> {
  const runs = await list(redis, runsKey, runNoticeSchema, runGoneMs)
  return runs.sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))
}

export async function withdrawRun(redis: Redis, runId: string): Promise<void> {
  await redis.hdel(runsKey, runId)
}

export async function announceWorker(redis: Redis, worker: WorkerNotice): Promise<void> {
  await announce(redis, workersKey, worker.name, worker)
}

export async function listWorkers(redis: Redis): Promise<WorkerNotice[]> {
  return list(redis, workersKey, workerNoticeSchema, workerGoneMs)
}

export async function withdrawWorker(redis: Redis, name: string): Promise<void> {
  await redis.hdel(workersKey, name)
}

async function announce(redis: Redis, key: string, field: string, notice: object): Promise<void> {
  await redis.hset(key, field, JSON.stringify({ seenAtMs: await serverTimeMs(redis), notice }))
  await redis.expire(key, expirySeconds)
}

/** What cannot be read was written by another version, and is not for us. */
async function list<T>(redis: Redis, key: string, schema: z.ZodType<T>, goneMs: number): Promise<T[]> {
  const nowMs = await serverTimeMs(redis)
  const found: T[] = []
  for (const [field, text] of Object.entries(await redis.hgetall(key))) {
    const seen = seenSchema.safeParse(JSON.parse(text))
    if (seen.success && nowMs - seen.data.seenAtMs > goneMs) await redis.hdel(key, field)
    const notice = seen.success ? schema.safeParse(seen.data.notice) : undefined
    if (seen.success && nowMs - seen.data.seenAtMs <= goneMs && notice?.success) found.push(notice.data)
  }
  return found
}

/** The clocks of several machines do not agree. */
async function serverTimeMs(redis: Redis): Promise<number> {
  const [seconds] = await redis.time()
  return Number(seconds) * 1000
}
