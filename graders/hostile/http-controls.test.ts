import { get as getWithNode, type RequestOptions } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { Client } from 'undici'
import { expect, test } from 'vitest'
import { curlHeaders, get } from '../probes/http.ts'
import { drip, serveRaw } from '../probes/test-raw-server.ts'

/** Servers that our client sees through, met by clients that lack what ours has. */

const ok = 'HTTP/1.1 200 OK\r\n'

/** Node's own client, the body read whole; rejects as it does. */
function askNaively(port: number, options: RequestOptions = {}): Promise<{ headerBytes: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = getWithNode({ port, host: '127.0.0.1', agent: false, ...options }, async (response) => {
      let body = ''
      for await (const piece of response.setEncoding('utf8')) body += piece
      resolve({ headerBytes: response.rawHeaders.join('').length, body })
    })
    request.on('timeout', () => request.destroy(new Error('timeout')))
    request.on('error', reject)
  })
}

test('H75 control: a time-out that begins anew with every byte is never over', async () => {
  await using server = await serveRaw((socket) => {
    socket.write(ok)
    drip(socket, 50, 'X-Slow: 1\r\n')
    setTimeout(() => socket.end('Content-Length: 0\r\n\r\n'), 3_500)
  })
  const [naive, ours] = await Promise.all([askNaively(server.port, { timeout: 1_500 }), server.ask('/', 1_000)])
  expect(naive.headerBytes).toBeGreaterThan(0)
  expect(ours).toMatchObject({ ok: false, problem: 'timeout' })
})

test('H77 control: a client without a cap has all the headers in memory', async () => {
  const mebibyte = 1024 * 1024
  await using server = await serveRaw((socket) =>
    socket.end(`${ok}X-Large: ${'a'.repeat(mebibyte)}\r\nContent-Length: 0\r\n\r\n`),
  )
  const naive = await askNaively(server.port, { maxHeaderSize: 16 * mebibyte })
  expect(naive.headerBytes).toBeGreaterThan(mebibyte)
  expect(await server.ask()).toMatchObject({ ok: false, problem: 'headers-too-large' })
})

test('H78 control: a lenient parser takes what contradicts itself', async () => {
  await using server = await serveRaw((socket) =>
    socket.end(`${ok}Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`),
  )
  expect((await askNaively(server.port, { insecureHTTPParser: true })).body).toBe('hello')
  expect(await server.ask()).toMatchObject({ ok: false, problem: 'not-http' })
})

test('H80 control: a client that sends several requests into one connection takes the answer made in advance', async () => {
  const poisoned = `${ok}Content-Length: 5\r\n\r\nfirst${ok}Content-Length: 8\r\n\r\npoisoned`
  await using server = await serveRaw((socket, path) => {
    if (path === '/') socket.write(poisoned)
    else socket.end(`${ok}Content-Length: 3\r\n\r\nown`)
  })
  const client = new Client(`http://127.0.0.1:${server.port}`, { pipelining: 2 })
  try {
    const answers = await Promise.all(['/', '/healthz'].map((path) => client.request({ method: 'GET', path })))
    expect(await Promise.all(answers.map(({ body }) => body.text()))).toEqual(['first', 'poisoned'])
  } finally {
    await client.destroy()
  }
  expect(await server.ask('/')).toMatchObject({ body: 'first' })
  expect(await server.ask('/healthz')).toMatchObject({ body: 'own' })
})

test('H81 control: a client that would keep the connection waits for an echo of that until its time is over', async () => {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket.on('error', () => {}))
    socket.on('data', (bytes) => {
      const connection = /^connection: *(.*)$/im.exec(bytes.toString('latin1'))?.[1]?.trim() ?? 'keep-alive'
      socket.write(`HTTP/1.0 200 OK\r\nConnection: ${connection}\r\n\r\nhi`)
      if (connection === 'close') socket.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const kept = askNaively(port, { headers: { Connection: 'keep-alive' } }).catch((thrown: Error) => thrown)
  const ours = await get({ address: '127.0.0.1', port, timeoutMs: 5_000 }, { path: '/', headers: curlHeaders })
  expect(ours).toMatchObject({ ok: true, body: 'hi', bodyCut: false })
  expect(await Promise.race([kept, sleep(1_000, 'still waits')])).toBe('still waits')
  for (const socket of open) socket.destroy()
  await Promise.all([kept, new Promise((resolve) => server.close(resolve))])
})

test('H82 control: a program that does not expect a reset ends with it', async () => {
  await using server = await serveRaw((socket) => socket.resetAndDestroy())
  const script = `require('node:http').get('http://127.0.0.1:${server.port}/')`
  const ended = await execa(process.execPath, ['-e', script], { reject: false, timeout: 20_000 })
  expect(ended.exitCode).toBe(1)
  expect(ended.stderr).toContain('ECONNRESET')
  expect(await server.ask()).toMatchObject({ ok: false, problem: 'closed' })
})
