import { expect, test } from 'vitest'
import { cutToWidth, foldLine, hangText, padEnd, padStart, widthOf, wrapText } from './text-layout.ts'

test('a Chinese character and an emoji take two columns', () => {
  expect([widthOf('王小明'), widthOf('👍'), widthOf('é'), widthOf('abc')]).toEqual([6, 2, 1, 3])
  expect(padEnd('王', 4)).toBe('王  ')
  expect(padStart('王', 4)).toBe('  王')
})

test('cuts to the width, and says that it did', () => {
  expect(cutToWidth('abcdef', 6)).toBe('abcdef')
  expect(cutToWidth('abcdefg', 6)).toBe('abcde…')
  expect(cutToWidth('王小明作业', 6)).toBe('王小…')
  expect(cutToWidth('a'.repeat(1_000_000), 10)).toBe('aaaaaaaaa…')
})

test('folds without losing a character or tearing one apart', () => {
  const line = '  ab 汉字 👨‍👩‍👧 e\u0301 end '
  const pieces = foldLine(line, 5)
  expect(pieces.join('')).toBe(line)
  expect(pieces.every((piece) => widthOf(piece) <= 5)).toBe(true)
  expect(pieces.some((piece) => piece.includes('👨‍👩‍👧'))).toBe(true)
})

test('wraps between words, and inside what no line can hold', () => {
  expect(wrapText('one two three', 7)).toEqual(['one two', 'three'])
  expect(wrapText('a verylongword b', 6)).toEqual(['a very', 'longwo', 'rd b'])
  expect(wrapText('服务器没有启动', 6)).toEqual(['服务器', '没有启', '动'])
  expect(wrapText('   ', 6)).toEqual([])
})

test('hangs further lines below the first', () => {
  expect(hangText('label ', 'one two three four five six', 26)).toEqual(['label one two three four', '      five six'])
  expect(hangText('label ', '', 26)).toEqual(['label'])
})
