import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../model/grader-error.ts'
import { parseShard, selectShard } from './select-shard.ts'

const sourcesOf = (ids: string[]) => ids.map((id) => ({ id, path: `/inbox/${id}` }))

describe('--shard', () => {
  test('takes every n-th by the sorted names, whatever order they came in', () => {
    const sources = sourcesOf(['d', 'a', 'c', 'e', 'b'])
    expect(selectShard(sources, '1/2').map(({ id }) => id)).toEqual(['a', 'c', 'e'])
    expect(selectShard(sources, '2/2').map(({ id }) => id)).toEqual(['d', 'b'])
  })

  test('each submission is in one shard, and no shard has two more than another', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        (ids, count) => {
          const shards = Array.from({ length: count }, (_, index) =>
            selectShard(sourcesOf(ids), `${index + 1}/${count}`),
          )
          expect(
            shards
              .flat()
              .map(({ id }) => id)
              .sort(),
          ).toEqual([...ids].sort())
          const sizes = shards.map(({ length }) => length)
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  test.each(['0/4', '5/4', '1/0', '2', '2/', '/4', '-1/4', '1.5/4', '1/4/2', '1/9999', ''])('refuses %s', (given) => {
    expect(() => parseShard(given)).toThrow(UsageError)
    expect(() => parseShard(given)).toThrow('2/4')
  })

  test('is recorded without leading zeros', () => {
    expect(parseShard('02/04')).toBe('2/4')
  })
})
