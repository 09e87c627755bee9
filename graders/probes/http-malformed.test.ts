import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { describeProblem } from '../spec-kit/exchange-text.ts'
import { get } from './http.ts'
import { serveRaw } from './test-raw-server.ts'

/** Test support: what is not HTTP, or more than anybody needs. Each is a readable value, and spoils no later request. */

const ok = 'HTTP/1.1 200 OK\r\n'
const end = 'Content-Length: 0\r\n\r\n'

/** The answer to a first request, and whether a second one to the same server was answered. */
async function askTwice(bytes: string | Buffer) {
  await using server = await serveRaw((socket, path) => {
    socket.end(path === '/again' ? `${ok}Content-Length: 4\r\n\r\nfine` : bytes)
  })
  const exchange = await server.ask('/')
  expect(await server.ask('/again')).toMatchObject({ ok: true, status: 200, body: 'fine', bodyCut: false })
  return exchange
}

describe('H77: headers', () => {
  const cap = 64 * 1024
  test.for([
    ['of a mebibyte', `${ok}X-Large: ${'a'.repeat(1024 * 1024)}\r\n\r\n`],
    ['ten thousand of them', ok + Array.from({ length: 10_000 }, (_, i) => `X-${i}: v\r\n`).join('') + end],
    ['just past the cap', `${ok}X-Large: ${'a'.repeat(cap)}\r\n${end}`],
  ] as const)('that are too much are told as that: %s', async ([, bytes]) => {
    const exchange = await askTwice(bytes)
    expect(exchange).toMatchObject({ ok: false, problem: 'headers-too-large' })
    expect(!exchange.ok && describeProblem(exchange)).toBe('the response headers are larger than 64 KiB')
  })

  test('just below the cap are taken', async () => {
    const exchange = await askTwice(`${ok}X-Large: ${'a'.repeat(cap - 200)}\r\n${end}`)
    expect(exchange).toMatchObject({ ok: true, status: 200 })
  })

  test.for([
    ['a NUL in a value', 'X-A: a\0b'],
    ['a folded line', 'X-A: a\r\n b'],
    ['an empty name', ': v'],
    ['a space in a name', 'X A: v'],
    ['a space before the colon', 'X-A : v'],
    ['no colon', 'X-A'],
    ['a name that is not ASCII', 'X-你: a'],
  ] as const)('that are none are told as not HTTP: %s', async ([, line]) => {
    expect(await askTwice(`${ok}${line}\r\n${end}`)).toMatchObject({ ok: false, problem: 'not-http' })
  })

  test('named after parts of every object change none, and come as they were sent', async () => {
    const sent = ['__proto__: polluted', 'constructor: polluted', 'toString: polluted', 'X-A: 1', 'x-a: 2', 'X-A:']
    const exchange = await askTwice(`${ok}${sent.join('\r\n')}\r\n${end}`)
    expect(exchange.ok && exchange.headers.map(([name, value]) => `${name}: ${value}`.trim())).toEqual([
      ...sent,
      'Content-Length: 0',
    ])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(Object.prototype.toString).toBeTypeOf('function')
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  test('with other letters are read byte by byte', async () => {
    const exchange = await askTwice(`${ok}X-A: 你好\r\n${end}`)
    expect(exchange.ok && Buffer.from(exchange.headers[0]?.[1] ?? '', 'latin1').toString('utf8')).toBe('你好')
  })
})

describe('H78: an answer that is malformed', () => {
  test.for([
    ['HTTP/0.9', '<html>hello</html>'],
    ['a status that is no number', 'HTTP/1.1 abc OK\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 99 OK\r\n\r\n'],
    ['a status of four digits', `HTTP/1.1 1000 OK\r\n${end}`],
    ['lengths in two ways', `${ok}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`],
    ['two lengths', `${ok}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`],
    ['a negative length', `${ok}Content-Length: -1\r\n\r\nhello`],
    ['a length past all numbers', `${ok}Content-Length: 99999999999999999999999\r\n\r\nhello`],
    ['a chunk size past all numbers', `${ok}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\nhello`],
    ['a chunk size that is none', `${ok}Transfer-Encoding: chunked\r\n\r\nzz\r\nhello`],
    ['another protocol', 'HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'],
    ['another protocol without a name', 'HTTP/1.1 101 Switching\r\n\r\n'],
    ['garbage before the answer', `garbage\r\n${ok}${end}`],
    ['an alert of TLS', Buffer.from([0x15, 3, 3, 0, 2, 2, 40])],
    ['lines without CR', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nhi'],
  ] as const)('is told as not HTTP: %s', async ([, bytes]) => {
    const exchange = await askTwice(bytes)
    expect(exchange).toMatchObject({ ok: false, problem: 'not-http' })
    expect(!exchange.ok && exchange.detail).not.toMatch(/assert|evaluated|undefined/)
  })

  test.for([
    ['less body than it says', `${ok}Content-Length: 50\r\n\r\nhello`, { body: 'hello', bodyCut: true }],
    ['more body than it says', `${ok}Content-Length: 2\r\n\r\nhello`, { body: 'he', bodyCut: false }],
    ['a body after 204', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello', { status: 204, body: '' }],
    ['5,000 interim answers first', 'HTTP/1.1 102 P\r\n\r\n'.repeat(5_000) + ok + end, { status: 200, body: '' }],
    [
      'trailers without end',
      `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n${'X-T: a\r\n'.repeat(20_000)}`,
      { body: 'x', bodyCut: true },
    ],
  ] as const)('still counts for what was sent: %s', async ([, bytes, seen]) => {
    expect(await askTwice(bytes)).toMatchObject({ ok: true, ...seen })
  })

  test('is told as closed when the connection is reset after the headers began', async () => {
    await using server = await serveRaw((socket) => {
      socket.write(`${ok}X-A: 1\r\n`)
      socket.resetAndDestroy()
    })
    expect(await server.ask()).toMatchObject({ ok: false, problem: 'closed' })
  })
})

describe('H79: a redirect', () => {
  test.for(['http', 'file', 'relative'] as const)('is never followed: %s', async (kind) => {
    await using tripwire = await serveRaw((socket) => socket.end(ok + end))
    const location = { http: `http://127.0.0.1:${tripwire.port}/`, file: 'file:///etc/passwd', relative: '/inside' }[
      kind
    ]
    await using server = await serveRaw((socket) => socket.end(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\n${end}`))
    expect(await server.ask()).toMatchObject({ ok: true, status: 302 })
    expect([tripwire.connections(), server.connections()]).toEqual([0, 1])
  })
})

test('H79 control: a client that follows redirects comes to the trip-wire', async () => {
  await using tripwire = await serveRaw((socket) => socket.end(ok + end))
  await using server = await serveRaw((socket) =>
    socket.end(`HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:${tripwire.port}/\r\n${end}`),
  )
  await fetch(`http://127.0.0.1:${server.port}/`)
  expect(tripwire.connections()).toBe(1)
})

describe('H80: an answer in advance', () => {
  const poisoned = `${ok}Content-Length: 5\r\n\r\nfirst${ok}Content-Length: 8\r\n\r\npoisoned`

  test('is never taken for the answer to the next request', async () => {
    await using server = await serveRaw((socket, path) =>
      socket.end(path === '/' ? poisoned : `${ok}Content-Length: 4\r\n\r\nown `),
    )
    expect(await server.ask('/')).toMatchObject({ ok: true, body: 'first' })
    expect(await server.ask('/healthz')).toMatchObject({ ok: true, body: 'own ' })
    expect(server.connections()).toBe(2)
  })

  test('is never sent into a connection that is kept: each request has its own', async () => {
    await using server = await serveRaw((socket) => socket.write(poisoned))
    expect(await server.ask('/a')).toMatchObject({ ok: true, body: 'first' })
    expect(await server.ask('/b')).toMatchObject({ ok: true, body: 'first' })
    expect(server.connections()).toBe(2)
  })
})

test('H82: a storm of resets leaves no rejection unhandled and no socket open', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', note)
  const sockets = () =>
    process.getActiveResourcesInfo().filter((name) => /TCPSocket|TCPWrap|Connect/i.test(name)).length
  const before = sockets()
  {
    let count = 0
    await using server = await serveRaw((socket) => {
      const beginnings = ['', 'HTTP/1.1 2', ok, `${ok}Content-Length: 9\r\n\r\nabc`]
      socket.write(beginnings[count++ % beginnings.length] ?? '')
      socket.resetAndDestroy()
    })
    const { port } = server
    const closedPort = await serveRaw(() => {}).then(async (gone) => {
      await gone[Symbol.asyncDispose]()
      return gone.port
    })
    for (let round = 0; round < 10; round += 1) {
      const asks = Array.from({ length: 20 }, () => server.ask('/', 3_000))
      const refused = get({ address: '127.0.0.1', port: closedPort, timeoutMs: 3_000 }, { path: '/', headers: [] })
      for (const exchange of await Promise.all(asks))
        expect(exchange.ok || exchange.problem).toSatisfy((seen) => seen === true || seen === 'closed')
      expect(await refused).toMatchObject({ ok: false, problem: 'refused' })
    }
    expect(port).toBeGreaterThan(0)
  }
  for (let turn = 0; turn < 10; turn += 1) await setImmediate()
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
  expect(sockets()).toBeLessThanOrEqual(before)
})
