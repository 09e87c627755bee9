import { expect, test } from 'vitest'
import type { UnpackedRootfs } from '../model/observations.ts'
import { judgeRootfs } from './judge-rootfs.ts'

const good: UnpackedRootfs = {
  script: 'rootfs.sh',
  root: '/tmp/r',
  layout: 'legacy',
  marker: 'amber-1',
  markerFound: true,
  shellRuns: true,
  listed: ['amber-1', 'bin'],
  end: { how: 'exited', exitCode: 0, output: '' },
  notes: [],
}
const { root: _root, ...withoutRoot } = good

test('an unpacked image whose own shell lists its files passes', () => {
  expect(judgeRootfs(good)).toMatchObject({ outcome: 'passed' })
})

test.for<[string, UnpackedRootfs, string]>([
  ['nothing was left', { ...withoutRoot, markerFound: false, shellRuns: false }, 'rootfs.no-root'],
  [
    'nothing was left in time',
    { ...withoutRoot, markerFound: false, shellRuns: false, end: { how: 'timeout', output: '' } },
    'script.timeout',
  ],
  [
    'it was unpacked once',
    { ...good, markerFound: false, shellRuns: false, listed: ['manifest.json'] },
    'rootfs.not-unpacked',
  ],
  ['its shell does not run', { ...good, shellRuns: false, listed: [] }, 'rootfs.no-shell'],
  ['its ls does not list', { ...good, listed: ['bin'] }, 'rootfs.no-shell'],
])('fails when %s', ([, rootfs, reason]) => {
  expect(judgeRootfs(rootfs)).toMatchObject({ outcome: 'failed', reason, location: { file: 'rootfs.sh' } })
})
