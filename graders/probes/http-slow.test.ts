import { describe, expect, test } from 'vitest'
import { drip, pour, serveRaw } from './test-raw-server.ts'

/** Test support: servers that take their time, or never end. What is waited for and what is kept is bounded in total. */

const mebibyte = 1024 * 1024
const ok = 'HTTP/1.1 200 OK\r\n'
/** Far below what any of these servers would take, far above a busy machine's delay. */
const generousMs = 5_000

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; tookMs: number }> {
  const began = performance.now()
  return { value: await work(), tookMs: performance.now() - began }
}

describe('H75: a server that takes its time', () => {
  test('is waited for in total, however steadily the head of its answer drips', async () => {
    await using server = await serveRaw((socket) => {
      socket.write(ok)
      drip(socket, 20, 'X-Slow: 1\r\n')
    })
    const { value, tookMs } = await timed(() => server.ask('/', 300))
    expect(value).toMatchObject({ ok: false, problem: 'timeout' })
    expect(tookMs).toBeLessThan(generousMs)
  })

  test('is a time-out when it accepts and never answers', async () => {
    await using server = await serveRaw(() => {})
    expect(await server.ask('/', 200)).toMatchObject({ ok: false, problem: 'timeout' })
  })

  test.for([
    ['drips its body', `${ok}Content-Length: 100000\r\n\r\n`, 20],
    ['stalls in the middle of a chunk', `${ok}Transfer-Encoding: chunked\r\n\r\nff\r\nabc`, 3_600_000],
  ] as const)('keeps the status that it sent when it %s', async ([, head, everyMs]) => {
    await using server = await serveRaw((socket) => {
      socket.write(head)
      drip(socket, everyMs, 'x')
    })
    const { value, tookMs } = await timed(() => server.ask('/', 300))
    expect(value).toMatchObject({ ok: true, status: 200, bodyCut: true })
    expect(tookMs).toBeLessThan(generousMs)
  })

  test('floods us with interim answers until the time is over', async () => {
    await using server = await serveRaw((socket) => pour(socket, () => 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)))
    const { value, tookMs } = await timed(() => server.ask('/', 500))
    expect(value).toMatchObject({ ok: false, problem: 'timeout' })
    expect(tookMs).toBeLessThan(generousMs)
  })
})

describe('H76: an answer that is larger than any memory', () => {
  const piece = Buffer.alloc(64 * 1024, 'x')
  const chunk = Buffer.concat([Buffer.from('10000\r\n'), piece, Buffer.from('\r\n')])
  const bomb = Buffer.from('1f8b08000000000000ff', 'hex')

  test.for([
    ['a body without end', ok, piece],
    ['a body of 10 GB', `${ok}Content-Length: 10737418240\r\n`, piece],
    ['chunks without end', `${ok}Transfer-Encoding: chunked\r\n`, chunk],
    ['a million tiny chunks', `${ok}Transfer-Encoding: chunked\r\n`, Buffer.from('1\r\nx\r\n'.repeat(10_000))],
  ] as const)('is read to one mebibyte: %s', async ([, head, part]) => {
    await using server = await serveRaw((socket) => {
      socket.write(`${head}\r\n`)
      pour(socket, () => part)
    })
    const before = process.memoryUsage.rss()
    const { value, tookMs } = await timed(() => server.ask('/', 20_000))
    expect(value).toMatchObject({ ok: true, bodyCut: true })
    expect(value.ok && value.body.length).toBe(mebibyte)
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * mebibyte)
    expect(tookMs).toBeLessThan(20_000)
  })

  test.for([
    ['gzip', 'gzip'],
    ['brotli', 'br'],
    ['4,000 layers of gzip', 'gzip, '.repeat(4_000).slice(0, -2)],
  ] as const)('is never unpacked: %s', async ([, encoding]) => {
    await using server = await serveRaw((socket) => {
      socket.end(Buffer.concat([Buffer.from(`${ok}Content-Encoding: ${encoding}\r\n\r\n`), bomb]))
    })
    const exchange = await server.ask()
    expect(exchange).toMatchObject({ ok: true, headers: [['Content-Encoding', encoding]] })
    expect(exchange.ok && exchange.body).toBe(bomb.toString('utf8'))
  })
})

test('H76 control: a client that unpacks has a hundred times what came over the wire', async () => {
  const { gzipSync } = await import('node:zlib')
  const packed = gzipSync(Buffer.alloc(2 * mebibyte))
  await using server = await serveRaw((socket) => {
    socket.end(
      Buffer.concat([Buffer.from(`${ok}Content-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`), packed]),
    )
  })
  const unpacked = await (await fetch(`http://127.0.0.1:${server.port}/`)).arrayBuffer()
  expect(unpacked.byteLength).toBeGreaterThan(100 * packed.length)
  const exchange = await server.ask()
  expect(exchange.ok && exchange.body.length).toBeLessThanOrEqual(packed.length)
})
