import { expect, test } from 'vitest'
import { forTerminal, terminal } from './escape.ts'
import { cutToWidth, foldLine, hangText, padEnd, padStart, widthOf, wrapText } from './text-layout.ts'

test('a Chinese character and an emoji take two columns', () => {
  expect([widthOf('王小明'), widthOf('👍'), widthOf('é'), widthOf('abc')]).toEqual([6, 2, 1, 3])
  expect(padEnd(terminal`王`, 4)).toBe('王  ')
  expect(padStart(terminal`王`, 4)).toBe('  王')
})

test('cuts to the width, and says that it did', () => {
  expect(cutToWidth(terminal`abcdef`, 6)).toBe('abcdef')
  expect(cutToWidth(terminal`abcdefg`, 6)).toBe('abcde…')
  expect(cutToWidth(terminal`王小明作业`, 6)).toBe('王小…')
  expect(cutToWidth(forTerminal('a'.repeat(60_000)), 10)).toBe('aaaaaaaaa…')
})

test('folds without losing a character or tearing one apart', () => {
  const line = terminal`  ab 汉字 👨‍👩‍👧 e\u0301 end `
  const pieces = foldLine(line, 5)
  expect(pieces.join('')).toBe(line)
  expect(pieces.every((piece) => widthOf(piece) <= 5)).toBe(true)
  expect(pieces.some((piece) => piece.includes('👨‍👩‍👧'))).toBe(true)
})

test('wraps between words, and inside what no line can hold', () => {
  expect(wrapText(terminal`one two three`, 7)).toEqual(['one two', 'three'])
  expect(wrapText(terminal`a verylongword b`, 6)).toEqual(['a very', 'longwo', 'rd b'])
  expect(wrapText(terminal`服务器没有启动`, 6)).toEqual(['服务器', '没有启', '动'])
  expect(wrapText(terminal`   `, 6)).toEqual([])
})

test('hangs further lines below the first', () => {
  expect(hangText(terminal`label `, terminal`one two three four five six`, 26)).toEqual([
    'label one two three four',
    '      five six',
  ])
  expect(hangText(terminal`label `, terminal``, 26)).toEqual(['label'])
})
