import { readFile } from 'node:fs/promises'
import { Queue as BullQueue, type ConnectionOptions, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { expirySeconds, filesKey, prefixOf, queueName, type RunNotice, type Task, toldKey } from './messages.ts'
import { announceRun, withdrawRun } from './presence.ts'

const stalledCheckMs = 5_000

/** Where a submission is, as far as the queue knows. */
export type Whereabouts = { at: 'queue' | 'nowhere' } | { at: 'failed'; why: string }

/** The submissions of one run in Redis, as the batch sees them. */
export interface RunQueue {
  put(job: string, task: Task, packedPath: string): Promise<void>
  /** Takes all of it away that is still there. */
  drop(job: string): Promise<void>
  find(job: string): Promise<Whereabouts>
  /** Says that this run is here, and puts off the end of all that it has in Redis. */
  beat(): Promise<void>
  /** Nothing of the run stays. */
  remove(jobs: Iterable<string>): Promise<void>
}

/** Each run has a queue of its own, so that it can be taken away whole and two batches cannot meet. */
export function openRunQueue(redis: Redis, run: RunNotice): RunQueue {
  // ioredis' own types are narrower than those that BullMQ wants of any client.
  const connection = redis as unknown as ConnectionOptions
  const place = { connection, prefix: prefixOf(run.id), skipVersionCheck: true }
  const queue = new BullQueue<Task>(queueName, { ...place, streams: { events: { maxLen: 100 } } })
  queue.on('error', () => {})
  // Takes nothing, but gives to others what lost workers had. A look of theirs after the end would bring keys back, for good.
  const losses = new Worker<Task>(queueName, null, {
    ...place,
    autorun: false,
    maxStalledCount: 1,
    stalledInterval: stalledCheckMs,
  })
  losses.on('error', () => {})
  void losses.startStalledCheckTimer()
  const told = toldKey(run.id)
  /** Workers never make the stream, so that none comes back after its run; a server that was started anew has none. */
  const makeStream = async () => {
    if ((await redis.exists(told)) === 1) return
    // A group of readers is made with an empty stream, and nobody needs the group.
    await redis.xgroup('CREATE', told, 'nobody', '$', 'MKSTREAM')
    await redis.xgroup('DESTROY', told, 'nobody')
  }

  const underWay = new Set<Promise<void>>()
  let isRemoved = false
  /** What is still under way when the run is removed would bring some of it back. */
  const track = (work: Promise<void>) => {
    const done = work.finally(() => underWay.delete(done))
    underWay.add(done)
    return done
  }
  const put = async (job: string, task: Task, packedPath: string) => {
    const packed = await readFile(packedPath)
    if (isRemoved) return
    await redis.set(filesKey(run.id, job), packed, 'EX', expirySeconds)
    await queue.add('grade', task, { jobId: job, removeOnComplete: true, keepLogs: 0, stackTraceLimit: 1 })
    await redis.expire(queue.toKey(job), expirySeconds)
  }

  const beat = async () => {
    if (isRemoved) return
    await makeStream()
    await announceRun(redis, run)
    const kinds = ['', 'meta', 'id', 'events', 'wait', 'active', 'paused', 'stalled', 'failed', 'completed', 'marker']
    const expiries = redis.pipeline()
    for (const kind of kinds) expiries.expire(queue.toKey(kind), expirySeconds)
    await expiries.expire(told, expirySeconds).exec()
  }

  const drop = async (job: string) => {
    if (isRemoved) return
    await redis.del(filesKey(run.id, job))
    await queue.remove(job).catch(() => {})
  }

  return {
    put: (job, task, packedPath) => track(put(job, task, packedPath)),
    beat: () => track(beat()),
    drop: (job) => track(drop(job)),
    async find(job) {
      const found = await queue.getJob(job)
      if (found === undefined) return { at: 'nowhere' }
      if (found.finishedOn !== undefined && found.failedReason !== undefined) {
        return { at: 'failed', why: found.failedReason.slice(0, 500) }
      }
      return { at: 'queue' }
    },
    async remove(jobs) {
      isRemoved = true
      const closed = losses.close(true)
      await Promise.allSettled([closed, ...underWay])
      await withdrawRun(redis, run.id)
      await queue.obliterate({ force: true })
      const files = [...jobs].flatMap((job) => [filesKey(run.id, job), `${queue.toKey(job)}:lock`])
      await redis.del(told, queue.toKey('stalled-check'), queue.toKey('id'), ...files)
      await queue.close()
    },
  }
}
