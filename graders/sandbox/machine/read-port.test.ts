import { expect, test } from 'vitest'
import { PortReader } from './read-port.ts'

const marker = 'f3a9'
const base64 = (text: string) => Buffer.from(text).toString('base64')

function read(...lines: string[]): PortReader {
  const reader = new PortReader(marker)
  // As a serial port gives it: a few bytes at a time, lines ended in both ways.
  const bytes = Buffer.from(`${lines.join('\r\n')}\n`)
  for (let at = 0; at < bytes.length; at += 7) reader.append(bytes.subarray(at, at + 7))
  return reader
}

test('what the first process says is read in pieces', () => {
  const seen = read(
    `${marker} booted`,
    `${marker} prepared 3`,
    `${marker} exited 3`,
    `${marker} begin output`,
    base64('öl\n').slice(0, 3),
    base64('öl\n').slice(3),
    `${marker} end output`,
    `${marker} begin observed`,
    `${marker} end observed`,
    `${marker} done`,
  )
  expect(seen).toMatchObject({ booted: true, prepared: true, done: true, output: 'öl\n', observed: '' })
  expect(seen.timesSlower).toBe(3)
  expect(seen.ended).toEqual({ how: 'exited', exitCode: 3 })
})

test('lines without the marker say nothing', () => {
  const seen = read(
    'done',
    ' f3a9 done',
    'f3a8 exited 0',
    `${marker}done`,
    'prepared',
    `${marker} begin reading`,
    'YQ==',
  )
  expect(seen).toMatchObject({ booted: false, prepared: false, done: false, output: undefined, ended: undefined })
})

test('an endless stream is not kept', () => {
  const reader = new PortReader(marker)
  for (let count = 0; count < 2_000; count += 1) reader.append(Buffer.alloc(64 * 1024, 'x'))
  expect(reader.isFull).toBe(true)
  reader.append(Buffer.from(`\n${marker} done\n`))
  expect(reader.done).toBe(false)
})
