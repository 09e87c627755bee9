import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { get, type HttpExchange } from '../probes/http.ts'
import { askWhileOpen, openRequest } from './open-request.ts'

/** Real servers in this process: `/work` takes a while, everything else is answered at once. */

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function serve(workMs: number, oneByOne = false): Promise<(path: string) => Promise<HttpExchange>> {
  let before = Promise.resolve()
  const started = createServer(async (request, response) => {
    const turn = before.then(() => (request.url === '/work' ? sleep(workMs) : undefined))
    if (oneByOne) before = turn
    await (oneByOne ? turn : request.url === '/work' ? sleep(workMs) : undefined)
    response.end(`done ${request.url}`)
  }).listen(0, '127.0.0.1')
  server = started
  await new Promise((resolve) => started.once('listening', resolve))
  const { port } = started.address() as AddressInfo
  return (path) => get({ address: '127.0.0.1', port, timeoutMs: 20_000 }, { path, headers: [] })
}

test('a request that takes its time is open, and others are answered meanwhile', async () => {
  const ask = await serve(3_000)
  const open = await openRequest('/work', '/healthz', ask)
  expect(open.isOpen()).toBe(true)
  const answers = await askWhileOpen(open, '/other', ask)
  expect(answers.length).toBeGreaterThan(1)
  expect(answers.every((answer) => answer.ok && answer.body === 'done /other')).toBe(true)
  expect(await open.answer).toMatchObject({ ok: true, body: 'done /work' })
  expect(open.isOpen()).toBe(false)
})

test('an answer at once leaves nothing open', async () => {
  const open = await openRequest('/work', '/healthz', await serve(0))
  expect(open.isOpen()).toBe(false)
})

test('a server that answers one request at a time is busy with it all the same, and keeps others waiting', async () => {
  const ask = await serve(2_500, true)
  const open = await openRequest('/work', '/healthz', ask)
  expect(open.isOpen()).toBe(true)
  const answers = await askWhileOpen(open, '/other', ask)
  expect(answers).toMatchObject([{ ok: false, problem: 'timeout' }])
})
