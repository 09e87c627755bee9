import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { listeningSockets, parseSockets } from './sockets.ts'

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const row = (local: string, state = '0A') =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 0 0 1\n`

test('reads IPv4, IPv6 and mapped addresses in the order of their ports', () => {
  const six = '00000000000000000000000000000000:1F90'
  const mapped = '0000000000000000FFFF00000101A8C0:0050'
  expect(parseSockets(header + row('0100007F:1F91') + header + row(six) + row(mapped))).toEqual([
    { address: '::ffff:192.168.1.1', port: 80, loopback: false },
    { address: '::', port: 8080, loopback: false },
    { address: '127.0.0.1', port: 8081, loopback: true },
  ])
})

test('takes ::1 and mapped loopback for loopback', () => {
  const found = parseSockets(
    row('00000000000000000000000001000000:0001') + row('0000000000000000FFFF00000100007F:0002'),
  )
  expect(found.map((socket) => socket.loopback)).toEqual([true, true])
})

test('leaves out connections and the resolver of the engine', () => {
  expect(parseSockets(row('00000000:1F90', '01') + row('0B00007F:9C40'))).toEqual([])
})

test('sees a socket that this process really opens, and nothing of a process that is gone', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  expect(await listeningSockets(process.pid)).toContainEqual({ address: '127.0.0.1', port, loopback: true })
  server.close()
  expect(await listeningSockets(2 ** 22 + 1)).toBeUndefined()
})
