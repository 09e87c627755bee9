import { createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { curlHeaders, get } from './http.ts'
import { serveRaw } from './test-raw-server.ts'

/** Test support: what a server sees of us. */

async function headSeenBy(ask: (port: number) => Promise<unknown>): Promise<string> {
  let head = ''
  const server = createServer((socket: Socket) => {
    socket.on('data', (bytes) => {
      head += bytes.toString('latin1')
      if (head.includes('\r\n\r\n')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  await ask(address.port)
  server.close()
  return head.replaceAll(String(address.port), 'PORT')
}

test('H06: a server sees what curl sends, and nothing that names a grader', async () => {
  const head = await headSeenBy((port) =>
    get(
      { address: '127.0.0.1', port, timeoutMs: 5_000 },
      { path: '/', headers: [...curlHeaders, ['X-Amber-1', 'river']] },
    ),
  )
  expect(head.toLowerCase().split('\r\n')).toEqual([
    'get / http/1.1',
    'host: 127.0.0.1:port',
    'connection: close',
    'user-agent: curl/8.5.0',
    'accept: */*',
    'x-amber-1: river',
    '',
    '',
  ])
  expect(head).not.toMatch(/undici|node|grade|vitest/i)
})

test('H06 control: a client that says nothing of itself is known by its name', async () => {
  const head = await headSeenBy((port) => fetch(`http://127.0.0.1:${port}/`))
  expect(head).toMatch(/user-agent: (?:node|undici)/i)
})

test('H81: headers of the connection that are echoed change nothing, nor do a thousand cookies', async () => {
  const echoed = 'Connection: close\r\nKeep-Alive: timeout=5\r\nTE: trailers\r\nHost: a\r\nX-Amber-1: river\r\n'
  await using server = await serveRaw((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\n${echoed}${'Set-Cookie: a=b\r\n'.repeat(1_000)}Content-Length: 2\r\n\r\nhi`)
  })
  const exchange = await server.ask()
  expect(exchange).toMatchObject({ ok: true, status: 200, body: 'hi', bodyCut: false })
  expect(exchange.ok && exchange.headers).toHaveLength(1_006)
})
