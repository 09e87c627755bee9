import { expect, test } from 'vitest'
import { BadWords, readWords } from './bench-words.ts'

test('without words everything is measured but what takes long', () => {
  expect(readWords([])).toMatchObject({ submissions: [20, 100], bases: ['1.24', '1.19'], jobs: 2, write: false })
  expect(readWords([])?.only).not.toContain('memory')
  expect(readWords([])?.only).not.toContain('regrade')
})

test('a list is taken apart', () => {
  expect(readWords(['--submissions', '4,8', '--only', 'cgrade,memory'])).toMatchObject({
    submissions: [4, 8],
    only: ['cgrade', 'memory'],
  })
})

test.each([
  [['--submissions', 'many'], /`many`/],
  [['--only', 'cgrad'], /some of cgrade, shell/],
  [['--base', 'latest'], /as 1\.24/],
  [['--nonsense'], /--nonsense/],
])('%j is refused', (words, expected) => {
  expect(() => readWords(words)).toThrow(BadWords)
  expect(() => readWords(words)).toThrow(expected)
})
