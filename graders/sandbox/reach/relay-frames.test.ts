import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createStdoutReader } from './relay-frames.ts'

function frame(kind: number, payload: string): Buffer {
  const header = Buffer.alloc(8)
  header[0] = kind
  header.writeUInt32BE(Buffer.byteLength(payload), 4)
  return Buffer.concat([header, Buffer.from(payload)])
}

const wire = Buffer.concat([
  frame(1, 'HTTP/1.0 200'),
  frame(2, 'nc: noise'),
  frame(1, ''),
  frame(1, ' OK\r\n\r\n\0\u00e9'),
])

test.each([1, 3, 7, 8, 9, 64])(
  'passes on what went to standard output, however it is cut: %i bytes at a time',
  async (size) => {
    const pieces: Buffer[] = []
    for (let at = 0; at < wire.length; at += size) pieces.push(wire.subarray(at, at + size))
    const read = await buffer(Readable.from(pieces).pipe(createStdoutReader()))
    expect(read.toString('utf8')).toBe('HTTP/1.0 200 OK\r\n\r\n\0\u00e9')
  },
)

test('passes on the beginning of a frame before the rest of it has come', async () => {
  const reader = createStdoutReader()
  reader.write(frame(1, 'early and late').subarray(0, 13))
  expect(String(reader.read())).toBe('early')
})
