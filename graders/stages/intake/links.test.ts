import { expect, test } from 'vitest'
import type { SnapshotEntry } from '../../model/submission.ts'
import { findEntry, findLinksOutside, indexEntries, resolvePath } from './links.ts'

function treeOf(paths: Record<string, 'file' | 'directory' | { to: string }>) {
  const entries = Object.entries(paths).map(([path, kind]): SnapshotEntry => {
    if (typeof kind === 'object') return { kind: 'link', path, target: kind.to }
    return kind === 'file' ? { kind, path, bytes: 1, executable: false } : { kind, path }
  })
  return indexEntries(entries)
}

function outsideOf(paths: Parameters<typeof treeOf>[0]) {
  return findLinksOutside(treeOf(paths)).outside.map(({ path }) => path)
}

test('a link stays inside when its target does, there or not', () => {
  const tree = {
    a: 'directory',
    'a/main.go': 'file',
    l: { to: 'a/main.go' },
    'a/up': { to: '../a' },
    gone: { to: 'x/y' },
  } as const
  expect(outsideOf(tree)).toEqual([])
  expect(findEntry(treeOf(tree), 'a/up/up/main.go')?.path).toBe('a/main.go')
  expect(findEntry(treeOf(tree), 'gone')).toBeUndefined()
  expect(findEntry(treeOf(tree), './a/../l')?.path).toBe('a/main.go')
})

test.each(['/etc/passwd', '/', '..', '../x', 'a/../../x', 'up/../..', 'a/up/../../x'])(
  'finds that %s leads out',
  (to) => {
    expect(outsideOf({ a: 'directory', 'a/up': { to: '..' }, up: { to: 'a' }, bad: { to } })).toContain('bad')
  },
)

test('a link that leads out only through another one leads out', () => {
  // `a/b` is a link to the root, so `a/b/..` is outside although `a/b/..` looks like `a`.
  const tree = { a: 'directory', 'a/b': { to: '..' }, sneaky: { to: 'a/b/../secret' } } as const
  expect(outsideOf(tree)).toEqual(['sneaky'])
})

test('a loop of links ends and never leaves', () => {
  const tree = { a: { to: 'b' }, b: { to: 'a' }, c: { to: 'c/c' } } as const
  expect(outsideOf(tree)).toEqual([])
  expect(findEntry(treeOf(tree), 'a')).toBeUndefined()
})

test('links that double at each hop are cut short', () => {
  const tree: Parameters<typeof treeOf>[0] = { l0: { to: '.' } }
  for (let i = 1; i < 60; i++) tree[`l${i}`] = { to: `l${i - 1}/l${i - 1}` }
  expect(resolvePath(treeOf(tree), 'l59')).toBeDefined()
})

test('a package manager may link out of the submission', () => {
  const tree = treeOf({
    '.venv': 'directory',
    '.venv/pyvenv.cfg': 'file',
    '.venv/bin/python': { to: '/usr/bin/python3' },
    'web/node_modules/.bin/x': { to: '../../../../x' },
    'env/bin/python': { to: '/usr/bin/python3' },
  })
  const { outside, installed } = findLinksOutside(tree)
  expect(installed.map(({ path }) => path)).toEqual(['.venv/bin/python', 'web/node_modules/.bin/x'])
  // No pyvenv.cfg: an ordinary folder that happens to be called env.
  expect(outside.map(({ path }) => path)).toEqual(['env/bin/python'])
})
