import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Docker from 'dockerode'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { waitForEngine, watchEngine } from './engine-watch.ts'

/** An engine of a few lines, which can be made to fail in one way at a time. */
const state = { answersPings: true, tellsEvents: true }
let events: ServerResponse | undefined
let folder: string
let engine: { docker: Docker; endpoint: string }
const server = createServer((call, answer) => {
  if (call.url?.startsWith('/events')) {
    answer.writeHead(state.tellsEvents ? 200 : 403)
    if (!state.tellsEvents) return answer.end('{"message":"not told here"}')
    answer.flushHeaders()
    events = answer
  } else if (state.answersPings) answer.end('OK')
  return undefined
})

beforeEach(async () => {
  Object.assign(state, { answersPings: true, tellsEvents: true })
  events = undefined
  folder = await mkdtemp(join(tmpdir(), 'cgrade-watch-'))
  const socketPath = join(folder, 'engine.sock')
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  engine = { docker: new Docker({ socketPath }), endpoint: `unix://${socketPath}` }
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

async function untilFollowed(): Promise<ServerResponse> {
  while (events === undefined) await sleep(5)
  return events
}

describe('an engine', () => {
  test('that answers is not lost', async () => {
    await using watch = watchEngine(engine)
    await untilFollowed()
    expect(await watch.isLost()).toBe(false)
  })

  test('that ends is lost before it is asked again, and stays so when another one answers', async () => {
    await using watch = watchEngine(engine)
    const line = await untilFollowed()
    const lost = new Promise((resolve) => watch.lost.addEventListener('abort', resolve, { once: true }))
    line.destroy()
    await lost
    expect(await watch.isLost()).toBe(true)
  })

  test('that is ending, and serves its open lines alone, is lost', async () => {
    await using watch = watchEngine(engine)
    const line = await untilFollowed()
    server.close()
    expect(await watch.isLost()).toBe(true)
    expect(line.destroyed).toBe(false)
  })

  test('that keeps its lines open and answers nothing is lost', async () => {
    process.env.CGRADE_ENGINE_TIMEOUT = '1'
    try {
      await using watch = watchEngine(engine, 20)
      await untilFollowed()
      state.answersPings = false
      expect(await watch.isLost()).toBe(true)
    } finally {
      delete process.env.CGRADE_ENGINE_TIMEOUT
    }
  })

  test('that tells no events is watched by asking alone', async () => {
    state.tellsEvents = false
    await using watch = watchEngine(engine)
    await sleep(50)
    expect(await watch.isLost()).toBe(false)
  })

  test('is waited for until it answers, and no longer than that', async () => {
    state.answersPings = false
    const patient = waitForEngine(engine, 30_000, new AbortController().signal)
    expect(await waitForEngine(engine, 1, new AbortController().signal)).toBe(false)
    state.answersPings = true
    expect(await patient).toBe(true)
  })

  test('is not waited for by a run that is over', async () => {
    state.answersPings = false
    const run = new AbortController()
    const waiting = waitForEngine(engine, 60_000, run.signal)
    run.abort()
    expect(await waiting).toBe(false)
  })
})
