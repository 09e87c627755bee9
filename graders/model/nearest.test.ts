import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

const keys = ['dockerfile', 'context', 'port', 'paths', 'command']

test.each([
  ['prot', 'port'],
  ['por', 'port'],
  ['Port', 'port'],
  ['DockerFile', 'dockerfile'],
  ['docker', 'dockerfile'],
  ['path', 'paths'],
  ['comand', 'command'],
  ['contxet', 'context'],
])('takes `%s` for `%s`', (word, meant) => {
  expect(nearest(word, keys)).toBe(meant)
})

test.each(['image', 'x', '', 'zzzz', '端口'])('knows nothing close to `%s`', (word) => {
  expect(nearest(word, keys)).toBeUndefined()
})

test('prefers the fewest edits, and the first of two that are equally close', () => {
  expect(nearest('shard', ['share', 'shards', 'shard'])).toBe('shard')
  expect(nearest('jbos', ['jobs', 'boss'])).toBe('jobs')
})

test('a word of a megabyte is compared by its beginning', () => {
  expect(nearest('a'.repeat(1_000_000), ['a'.repeat(300)])).toBe('a'.repeat(300))
})
