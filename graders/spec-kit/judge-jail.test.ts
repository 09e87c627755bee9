import { expect, test } from 'vitest'
import type { Jail } from '../model/observations.ts'
import { PrerequisiteMissing } from './check.ts'
import { judgeConfinement, judgeJail } from './judge-jail.ts'

const good: Jail = {
  script: 'chroot.sh',
  root: '/tmp/mypath',
  bashRuns: true,
  lsRuns: true,
  listed: ['bin', 'cedar-1', 'lib'],
  present: ['bin', 'cedar-1', 'lib'],
  nonces: ['cedar-1'],
  otherCommands: [],
  outsideSeen: [],
  end: { how: 'exited', exitCode: 0, output: 'bin lib\n' },
  notes: [],
}
const { root: _root, ...withoutRoot } = good

test('a root where ls lists just what lies there passes', () => {
  expect(judgeJail(good)).toMatchObject({ outcome: 'passed', message: expect.stringContaining('/tmp/mypath') })
})

test.for<[string, Jail, string]>([
  ['nothing was left', withoutRoot, 'chroot.no-root'],
  ['nothing was left in time', { ...withoutRoot, end: { how: 'timeout', output: '' } }, 'script.timeout'],
  ['`/` was entered', { ...good, root: '/', bashRuns: false }, 'chroot.sees-outside'],
  ['bash is not there', { ...good, bashRuns: false, lsRuns: false }, 'chroot.no-bash'],
  [
    'the loader is not there',
    { ...good, bashRuns: false, complaint: "chroot: failed to run command '/bin/bash': No such file or directory" },
    'chroot.missing-library',
  ],
  [
    'a library of bash is not there',
    {
      ...good,
      bashRuns: false,
      complaint: '/bin/bash: error while loading shared libraries: libtinfo.so.6: cannot open',
    },
    'chroot.missing-library',
  ],
  [
    'bash is something else',
    { ...good, bashRuns: false, complaint: "chroot: failed to run command '/bin/bash': Permission denied" },
    'chroot.no-bash',
  ],
  ['ls is not there', { ...good, lsRuns: false, complaint: 'bash: ls: command not found' }, 'chroot.no-ls'],
  [
    'a library of ls is not there',
    { ...good, lsRuns: false, complaint: 'ls: error while loading shared libraries: libselinux.so.1: cannot open' },
    'chroot.missing-library',
  ],
  ['our names are not listed', { ...good, listed: ['bin', 'lib'] }, 'chroot.wrong-list'],
  ['more is listed than is there', { ...good, listed: [...good.listed, 'var'] }, 'chroot.wrong-list'],
])('fails when %s, with the reason, what to do, and what the script printed', ([, jail, reason]) => {
  const verdict = judgeJail(jail)
  expect(verdict).toMatchObject({ outcome: 'failed', reason, location: { file: 'chroot.sh' } })
  expect(verdict.hint).toBeTruthy()
  expect(verdict.evidence?.[0]).toMatchObject({ kind: 'script' })
})

test('whether it confines is not asked of a root that does not work', () => {
  expect(() => judgeConfinement({ ...good, listed: [] })).toThrow(PrerequisiteMissing)
  expect(() => judgeConfinement(withoutRoot)).toThrow(PrerequisiteMissing)
})

test('bash and ls alone confine; a few commands more are remarked on, many are a fault', () => {
  expect(judgeConfinement(good)).toMatchObject({ outcome: 'passed' })
  expect(judgeConfinement({ ...good, otherCommands: ['cat', 'sh'] })).toMatchObject({
    outcome: 'passed',
    message: expect.stringContaining('`cat`, `sh`'),
  })
  const many = 'cat cp mkdir mv rm sh'.split(' ')
  expect(judgeConfinement({ ...good, otherCommands: many })).toMatchObject({ reason: 'chroot.more-commands' })
  expect(judgeConfinement({ ...good, outsideSeen: ['/srv/x'] })).toMatchObject({ reason: 'chroot.sees-outside' })
})
