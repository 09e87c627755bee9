import { describe, expect, test } from 'vitest'
import { missingShards } from './merge-shards.ts'
import { all, at, exerciseOf, fileOf, gradedOf, merge, refusalOf } from './test-parts.ts'

const whole = all.map((id) => exerciseOf(id))
const shard = (name: string, ...ids: string[]) =>
  fileOf(
    ids.map((id) => gradedOf(id, whole)),
    { shard: name, id: name, startedAt: at(Number.parseInt(name, 10) || 0) },
  )

describe('shards', () => {
  test('all of them make a run that is no shard', () => {
    const merged = merge(shard('2/2', 'b'), shard('1/2', 'a', 'c'))
    expect(merged.grades.map(({ submission }) => submission.id)).toEqual(['a', 'b', 'c'])
    expect(merged.run).not.toHaveProperty('shard')
  })

  test('a run of some says which it has, and can be completed later', () => {
    const some = merge(shard('1/3', 'a'), shard('3/3', 'c'))
    expect(some.run.shard).toBe('1,3/3')
    expect(missingShards('1,3/3')).toEqual(['2/3'])
    const completed = merge(some, shard('2/3', 'b'))
    expect(completed.run).not.toHaveProperty('shard')
    expect(completed.grades).toHaveLength(3)
  })

  test('an empty one is one all the same', () => {
    expect(merge(shard('1/2', 'a'), shard('2/2')).run).not.toHaveProperty('shard')
  })

  test('of different divisions are refused, and named', () => {
    expect(refusalOf(shard('1/2', 'a'), shard('2/3', 'b'))).toMatch(/run-1.*run-2.*shard 1\/2.*2\/3/)
  })

  test('a name that is none is refused', () => {
    expect(refusalOf(shard('3/2', 'a'))).toContain('3/2')
    expect(refusalOf(shard('all', 'a'))).toContain('expected something like `2/4`')
  })

  test('runs that are no shards stay what they were', () => {
    expect(merge(fileOf([gradedOf('a', whole)]), fileOf([gradedOf('b', whole)])).run).not.toHaveProperty('shard')
  })
})
