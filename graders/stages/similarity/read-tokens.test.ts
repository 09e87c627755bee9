import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTokens } from './read-tokens.ts'
import { winnow } from './winnow.ts'

const texts = (text: string, language = 'go') => readTokens(text, language).map((token) => token.text)

test('leaves comments and white space out, and keeps what looks like them in a string', () => {
  expect(texts('a = "// no" // yes\n/* yes\n*/ b:=`/*\n*/` + \'#\'')).toEqual([
    'a',
    '=',
    '"// no"',
    'b',
    ':',
    '=',
    '`/*\n*/`',
    '+',
    "'#'",
  ])
  expect(texts("x = '''a\n# b''' # c\ny", 'py')).toEqual(['x', '=', "'''a\n# b'''", 'y'])
})

test('ends an unfinished string at its line, and an unfinished comment at the end', () => {
  expect(texts('a "b\nc')).toEqual(['a', '"b', 'c'])
  expect(texts('a /* b')).toEqual(['a'])
})

test('takes any text, and never more tokens than it has characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.constantFrom('go', 'py', 'c'), (text, language) => {
      const tokens = readTokens(text, language)
      expect(tokens.length).toBeLessThanOrEqual(text.length)
      expect(tokens.every((token) => token.text !== '')).toBe(true)
      winnow(tokens)
    }),
  )
})

test('keeps the same hashes wherever a stretch of code stands', () => {
  const stretch = Array.from({ length: 60 }, (_, index) => `call${index % 7}.Do${index}(x)`).join('\n')
  const alone = new Set(winnow(readTokens(stretch, 'go')))
  const within = new Set(winnow(readTokens(`func a() { return 1 }\n${stretch}\nfunc b() { for {} }`, 'go')))
  const shared = [...alone].filter((hash) => within.has(hash)).length
  expect(shared / alone.size).toBeGreaterThan(0.9)
})
