import { expect, test } from 'vitest'
import { commandsIn, findCommand, resolveInTree, type Tree, topNames } from './tree.ts'

/** `path/` is a folder, `path -> target` a link, `path*` a program, the rest files. */
function treeOf(...lines: string[]): Tree {
  const tree: Tree = { isDirectory: true, entries: new Map(), leftOut: [] }
  for (const line of lines) {
    const [path = '', target] = line.split(' -> ')
    if (target !== undefined) tree.entries.set(path, { kind: 'link', target })
    else if (path.endsWith('/')) tree.entries.set(path.slice(0, -1), { kind: 'directory' })
    else tree.entries.set(path.replace('*', ''), { kind: 'file', executable: path.endsWith('*'), bytes: 1 })
  }
  return tree
}

test('links are followed as a process in the root would', () => {
  const tree = treeOf(
    'usr/',
    'usr/bin/',
    'usr/bin/bash*',
    'bin -> usr/bin',
    'sh -> /bin/bash',
    'up -> ../../../bin/bash',
  )
  for (const path of ['bin/bash', '/sh', 'up', 'usr/../bin/./bash']) {
    expect(resolveInTree(tree, path)?.path).toBe('usr/bin/bash')
  }
})

test('links that lead nowhere, or in a circle, resolve to nothing', () => {
  const tree = treeOf('bin/', 'bin/bash -> /usr/bin/bash', 'a -> b', 'b -> a', 'self -> self/x')
  for (const path of ['bin/bash', 'a', 'self', 'bin/none', 'bin/bash/x']) {
    expect(resolveInTree(tree, path)).toBeUndefined()
  }
})

test('a command is looked for where shells look, then anywhere', () => {
  expect(findCommand(treeOf('opt/', 'opt/ls*', 'bin/', 'bin/ls*'), 'ls')).toBe('bin/ls')
  expect(findCommand(treeOf('opt/', 'opt/ls*'), 'ls')).toBe('opt/ls')
  expect(findCommand(treeOf('bin/', 'bin/ls -> /bin/busybox'), 'ls')).toBeUndefined()
})

test('commands are the executable files of the folders where shells look', () => {
  const tree = treeOf(
    'bin -> usr/bin',
    'usr/',
    'usr/bin/',
    'usr/bin/cat*',
    'usr/bin/sh -> cat',
    'usr/bin/notes',
    'etc/',
    'etc/x*',
  )
  expect([...commandsIn(tree)].sort()).toEqual(['cat', 'sh'])
})

test('ls shows no names with a dot before them', () => {
  expect(topNames(treeOf('bin/', 'bin/ls*', '.dockerenv', 'etc/'))).toEqual(['bin', 'etc'])
})
