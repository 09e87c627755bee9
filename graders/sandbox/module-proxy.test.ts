import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readHttpHost, readServerName } from './client-hello.ts'
import { type ModuleProxyOrder, openModuleProxy } from './module-proxy.ts'

/** The forwarder that stands between a build and its module proxies, without an engine. */

const here = { address: '127.0.0.1', hosts: ['proxy.golang.org'], tlsPort: 0, httpPort: 0 }

/** What a real TLS client says first. */
async function helloFor(servername: string): Promise<Buffer> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = connectTls({ host: '127.0.0.1', port, servername, rejectUnauthorized: false })
  client.on('error', () => {})
  const [socket] = (await once(server, 'connection')) as [Socket]
  const [hello] = (await once(socket, 'data')) as [Buffer]
  client.destroy()
  socket.destroy()
  server.close()
  return hello
}

test('reads the server name of a real ClientHello, in one piece, byte by byte, and over several records', async () => {
  const hello = await helloFor('Proxy.golang.org')
  const expected = { known: 'host', host: 'proxy.golang.org' }
  expect(readServerName(hello)).toEqual(expected)
  for (let length = 0; length < hello.length; length += 1)
    expect(readServerName(hello.subarray(0, length))).toEqual({ known: 'not-yet' })
  const body = hello.subarray(5)
  const records = [body.subarray(0, 50), body.subarray(50)].map((part) =>
    Buffer.concat([hello.subarray(0, 3), Buffer.from([part.length >> 8, part.length & 255]), part]),
  )
  expect(readServerName(Buffer.concat(records))).toEqual(expected)
})

test('H53: no bytes make the reading of a destination throw, and a changed ClientHello names no host that it has not', async () => {
  const hello = await helloFor('evil.example')
  const edit = fc.record({ at: fc.nat(hello.length - 1), byte: fc.nat(255) })
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 6 }), fc.uint8Array({ maxLength: 600 }), (edits, noise) => {
      const changed = Buffer.from(hello)
      for (const { at, byte } of edits) changed[at] = byte
      expect(readServerName(changed)).not.toMatchObject({ host: 'proxy.golang.org' })
      readServerName(Buffer.from(noise))
      readHttpHost(Buffer.from(noise))
    }),
  )
})

test('H53: of an HTTP request the one `Host` counts; two of them go nowhere', () => {
  const read = (text: string) => readHttpHost(Buffer.from(text))
  expect(read('GET / HTTP/1.1\r\nHost: proxy.golang.org:80\r\n\r\n')).toEqual({
    known: 'host',
    host: 'proxy.golang.org',
  })
  expect(read('GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n')).toMatchObject({ known: 'no' })
  expect(read('GET / HTTP/1.1\r\nX: y\r\n\r\n')).toMatchObject({ known: 'no' })
  expect(read('GET / HTTP/1.1\r\nHost: a')).toEqual({ known: 'not-yet' })
  expect(read('\u0016\u0003\u0001')).toMatchObject({ known: 'no' })
})

test('H53: what is passed on arrives byte for byte, both ways, and nothing past the limit', async () => {
  const sent = Buffer.from('GET / HTTP/1.1\r\nHost: proxy.golang.org\r\n\r\n\u0000\u00ff')
  const answer = Buffer.alloc(300_000, 'answer')
  const whole = await exchange(sent, answer, {})
  expect(whole.received.equals(answer)).toBe(true)
  expect(whole.arrived.equals(sent)).toBe(true)
  const cut = await exchange(sent, answer, { limitBytes: 100_000 })
  expect(cut.received.length).toBeLessThan(200_000)
})

async function exchange(sent: Buffer, answer: Buffer, change: Partial<ModuleProxyOrder>) {
  let arrived = Buffer.alloc(0)
  const upstream = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      arrived = Buffer.concat([arrived, bytes])
      if (arrived.length >= sent.length) socket.end(answer)
    })
  })
  upstream.listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  const { port } = upstream.address() as AddressInfo
  await using proxy = await openModuleProxy({ ...here, ...change, dial: () => connect({ host: '127.0.0.1', port }) })
  const client = connect({ host: '127.0.0.1', port: proxy.ports.http })
  client.write(sent)
  const received = await buffer(client).catch(() => Buffer.alloc(0))
  upstream.close()
  return { arrived, received }
}
