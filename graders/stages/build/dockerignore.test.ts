import oracle from '@balena/dockerignore'
import { expect, test } from 'vitest'
import { parseDockerignore } from './dockerignore.ts'

function ignored(text: string, paths: string[]): string[] {
  const rules = parseDockerignore(text)
  return paths.filter((path) => rules.ignores(path))
}

test.each([
  ['*.md', ['README.md'], ['doc/README.md', 'main.go']],
  ['**/*.md', ['README.md', 'doc/a/README.md'], ['main.go']],
  ['doc', ['doc', 'doc/a', 'doc/a/b'], ['a/doc', 'docs']],
  ['/doc/', ['doc', 'doc/a'], ['a/doc']],
  ['./bin/../doc', ['doc/a'], ['bin/a']],
  ['**/node_modules', ['node_modules/x', 'web/node_modules/x/y'], ['node_modules2']],
  ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z/y'], ['z', 'ab/z']],
  ['a/**', ['a/b', 'a/b/c'], ['a', 'b']],
  ['**', ['a', 'a/b'], []],
  ['*', ['a', 'a/b', '.env'], []],
  ['?.go', ['a.go'], ['ab.go', '/.go', '.go']],
  ['file[0-9].go', ['file7.go'], ['filex.go']],
  ['file[^0-9].go', ['filex.go'], ['file7.go']],
  ['a\\*b', ['a*b'], ['axb']],
  ['(a+)+$', ['(a+)+$'], ['aaaa']],
  ['# comment\n\n  x  ', ['x'], ['# comment']],
  ['\uFEFFx', ['x'], []],
  ['x\r\ny\r\n', ['x', 'y'], []],
  ['*\n!main.go', ['README.md'], ['main.go']],
  ['doc\n!doc/keep', ['doc', 'doc/a'], ['doc/keep', 'doc/keep/a']],
  ['*.md\n!README.md\nREADME.md', ['README.md'], []],
  ['Main.go', ['Main.go'], ['main.go']],
  ['ab**cd', ['abcd', 'abx/cd', 'ab/y/cd'], ['abxcd']],
])('%j ignores what Docker ignores', (text, yes, no) => {
  expect(ignored(text, [...yes, ...no])).toEqual(yes)
})

test.each(['[', 'a[', '[]', 'x\\', '[a', '[^]'])('a malformed pattern is told, and ignores nothing: %s', (pattern) => {
  const rules = parseDockerignore(`${pattern}\n*.md`)
  expect(['a', '[', 'README.md'].filter((path) => rules.ignores(path))).toEqual(['README.md'])
  expect(rules.notes().join()).toContain('cannot read')
})

test('agrees with the reference implementation on ordinary patterns', () => {
  const random = seeded(7)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const piece = () =>
    Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(['a', 'b', '*', '?', '.', 'ab'])).join('')
  const folder = () => pick([piece, piece, () => '**'])()
  const path = (part: () => string) => Array.from({ length: 1 + Math.floor(random() * 3) }, part).join('/')
  const name = () => Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(['a', 'b', '.x'])).join('')
  let both = 0
  for (let round = 0; round < 3000; round++) {
    const lines = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(['', '', '!']) + path(folder))
    const reference = oracle.default({ ignorecase: false }).add(lines)
    const ours = parseDockerignore(lines.join('\n'))
    for (let i = 0; i < 5; i++) {
      const candidate = path(name)
      const expected = reference.ignores(candidate)
      if (expected) both++
      expect({ lines, candidate, ignored: ours.ignores(candidate) }).toEqual({ lines, candidate, ignored: expected })
    }
  }
  expect(both).toBeGreaterThan(1000)
})

test.each([
  [`${'*a'.repeat(100)}*b\n`.repeat(300), 'a'.repeat(250)],
  ['z\n'.repeat(60_000), 'a'],
  [`${'**/a'.repeat(200)}b\n`.repeat(100), `${'a/'.repeat(20)}${'a'.repeat(230)}`],
])('a hostile file ends, and says that it was not applied in full (%#)', (text, path) => {
  const rules = parseDockerignore(text)
  let ignored = 0
  for (let i = 0; i < 20_000; i++) if (rules.ignores(path)) ignored++
  expect(ignored).toBe(0)
  expect(rules.notes().join()).toContain('takes too long')
})

/** Mulberry32: the same patterns in each run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
