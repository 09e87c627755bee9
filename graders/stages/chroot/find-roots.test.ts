import { expect, test } from 'vitest'
import { findRoots, type RootClues } from './find-roots.ts'

const programs = [
  ['bin/bash', 'usr/bin/bash'],
  ['bin/ls', 'usr/bin/ls'],
]

function pathsOf(clues: Partial<RootClues>) {
  return findRoots({ changed: [], entered: [], copies: new Map(), ...clues }, programs)
}

test('a folder that holds both programs is a root, wherever it lies', () => {
  const changed = ['/tmp', '/tmp/j', '/tmp/j/bin', '/tmp/j/bin/bash', '/tmp/j/bin/ls']
  expect(pathsOf({ changed })).toEqual([{ path: '/tmp/j', readFrom: '/tmp/j' }])
})

test('the sandbox itself is none, whatever was replaced in it', () => {
  expect(pathsOf({ changed: ['/usr/bin/bash', '/bin/ls', '/usr/local/bin/bash'], entered: ['/', '/usr'] })).toEqual([])
})

test('with a merged /usr the folder above comes first', () => {
  const changed = ['/r/usr/bin/bash', '/r/usr/bin/ls']
  expect(pathsOf({ changed }).map(({ path }) => path)).toEqual(['/r', '/r/usr'])
})

test('of several, the one that was entered comes first, the last of them before the others', () => {
  const changed = ['/a', '/b', '/c'].flatMap((root) => [root, `${root}/bin/bash`, `${root}/bin/ls`])
  expect(pathsOf({ changed, entered: ['/c', '/b'] }).map(({ path }) => path)).toEqual(['/b', '/c', '/a'])
})

test('what was deleted later is read from its copy, and a complete one comes before it', () => {
  const copies = new Map([[1, '/var/lib/sandbox/roots/1']])
  expect(pathsOf({ entered: ['/tmp/j'], copies })).toEqual([{ path: '/tmp/j', readFrom: '/var/lib/sandbox/roots/1' }])
  const changed = ['/tmp/j', '/tmp/j/bin/bash', '/tmp/j/bin/ls', '/var/lib/sandbox/roots/1/bin/bash']
  expect(pathsOf({ changed, entered: ['/tmp/j'], copies })[0]).toEqual({ path: '/tmp/j', readFrom: '/tmp/j' })
})

test('an incomplete root that was entered is still looked at', () => {
  expect(pathsOf({ changed: ['/tmp/j', '/tmp/j/bin'], entered: ['/tmp/j'] })).toEqual([
    { path: '/tmp/j', readFrom: '/tmp/j' },
  ])
})
