import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { LogCapture } from './log-capture.ts'

/** What a container prints, however it prints it. */

const limitBytes = 8 * 1024 * 1024

test('H69: one line of 100 MB takes the room of one cut line, and what was printed before it is kept', async () => {
  const log = await captureOf(function* () {
    yield frame('the first line\n')
    for (let index = 0; index < 3_200; index += 1) yield frame('x'.repeat(32 * 1024))
    yield frame('\nafter it\n')
  })
  expect(log.overflowed).toBe(true)
  expect(log.arrivedBytes).toBeGreaterThan(100_000_000)
  const lines = log.since(0)
  expect(lines[0]?.text).toBe('the first line')
  expect(lines).toHaveLength(2)
  expect(lines[1]?.text).toHaveLength(4096)
})

test('H69: millions of empty lines are counted and not kept, so that memory stays flat', async () => {
  const before = process.memoryUsage().heapUsed
  const log = await captureOf(function* () {
    for (let index = 0; index < 2_000; index += 1) yield frame('\n'.repeat(4_000))
  })
  expect(log.overflowed).toBe(true)
  expect(log.since(0).length).toBeLessThan(110_000)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 ** 2)
})

test('H69: a gigabyte is thrown away past the limit, and its first mebibyte is there', async () => {
  const line = `${'flood '.repeat(170)}\n`
  const piece = frame(line.repeat(30))
  const log = await captureOf(function* () {
    for (let sent = 0; sent < 1024 ** 3; sent += piece.length) yield piece
  })
  expect(log.overflowed).toBe(true)
  const kept = log.since(0).reduce((total, { text }) => total + text.length, 0)
  expect(kept).toBeGreaterThan(1024 ** 2)
  expect(kept).toBeLessThanOrEqual(limitBytes)
})

test('H69: pieces cut anywhere, both streams at once, zero bytes and half characters come out as lines', async () => {
  const bytes = Buffer.concat([
    frame('out-one\nout-', 1),
    frame(Buffer.from([0x65, 0x72, 0x72, 0xe2, 0x82]), 2),
    frame('two\n', 1),
    frame(Buffer.from([0xac, 0x0a, 0x00, 0x41, 0x0a]), 2),
    frame('unfinished', 1),
  ])
  for (const size of [1, 3, 7, 9, 1000]) {
    const log = await captureOf(function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    })
    expect(log.since(0).map(({ stream, text }) => `${stream}:${text}`)).toStrictEqual([
      'stdout:out-one',
      'stdout:out-two',
      'stderr:err€',
      'stderr:\0A',
      'stdout:unfinished',
    ])
  }
})

/** As the engine frames it: the stream's number, three zero bytes, the length, the bytes. */
function frame(content: string | Buffer, stream = 1): Buffer {
  const bytes = Buffer.from(content)
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(bytes.length, 4)
  return Buffer.concat([header, bytes])
}

async function captureOf(print: () => Generator<Buffer>): Promise<LogCapture> {
  const frames = new PassThrough()
  const log = new LogCapture(frames, limitBytes)
  for (const piece of print()) if (!frames.write(piece)) await turn()
  frames.end()
  await log.ended
  return log
}
