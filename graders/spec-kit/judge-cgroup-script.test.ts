import { describe, expect, test } from 'vitest'
import type { CgroupTrial, ScriptGroup } from '../model/observations.ts'
import { judgeCgroupScript } from './judge-cgroup-script.ts'

const limitBytes = 104_960_000
const demo: ScriptGroup = {
  path: 'memorydemo',
  limitBytes,
  swappiness: 0,
  held: true,
  oomKills: 1,
  peakBytes: limitBytes,
}

function trial(groups: ScriptGroup[], more: Partial<CgroupTrial> = {}): CgroupTrial {
  return {
    script: 'ex1/cgroup.sh',
    cgroupVersion: 1,
    ranIn: 'container',
    groups,
    killed: groups.some(({ held, oomKills }) => held && oomKills > 0),
    end: { how: 'exited', exitCode: 0, output: '' },
    notes: [],
    ...more,
  }
}

const judge = (facts: CgroupTrial) => judgeCgroupScript(facts, limitBytes)

describe('passes', () => {
  test('where the kernel killed malloc in a group with the limit, and says which', () => {
    const verdict = judge(trial([demo]))
    expect(verdict).toMatchObject({ outcome: 'passed', credit: 1 })
    expect(verdict.message).toContain('`memorydemo` with a limit of 104960000 bytes, swappiness 0')
    expect(verdict.evidence?.map(({ kind }) => kind)).toEqual(['kernel', 'script'])
  })

  test.each([100_000_000 - 3_000, 104_857_600, limitBytes])('with a limit of %i bytes', (bytes) => {
    expect(judge(trial([{ ...demo, limitBytes: bytes }])).outcome).toBe('passed')
  })

  test('where the limit is on a group above', () => {
    const { limitBytes: _none, ...child } = demo
    const groups = [
      { ...demo, path: 'a', held: false, oomKills: 0 },
      { ...child, path: 'a/b' },
    ]
    expect(judge(trial(groups)).outcome).toBe('passed')
  })

  test('whatever the script ended like: what it did is what counts', () => {
    for (const how of ['timeout', 'stopped', 'exited'] as const) {
      const end = { how, exitCode: 137, output: 'Device or resource busy' }
      expect(judge(trial([demo], { end })).outcome).toBe('passed')
    }
  })
})

describe('fails', () => {
  const untouched: ScriptGroup = { path: 'memorydemo', held: false, oomKills: 0, peakBytes: 0 }
  const failed = (output: string): CgroupTrial['end'] => ({ how: 'exited', exitCode: 1, output })

  test.each<[string, CgroupTrial, string]>([
    ['without a group', trial([]), 'cgroup-script.no-group'],
    ['with an error of its own', trial([], { end: failed('cgroup.sh: line 3: syntax error') }), 'cgroup-script.failed'],
    ['without the process', trial([{ ...untouched, limitBytes }]), 'cgroup-script.no-process'],
    ['without a limit', trial([{ ...untouched, held: true }]), 'cgroup-script.no-limit'],
    ['with ten times the limit', trial([{ ...demo, limitBytes: limitBytes * 10 }]), 'cgroup-script.other-limit'],
    ['with a tenth of it', trial([{ ...demo, limitBytes: 10_496_000 }]), 'cgroup-script.other-limit'],
    ['where nothing was killed', trial([{ ...demo, oomKills: 0 }]), 'cgroup-script.not-killed'],
    ['where malloc still lives', trial([demo], { killed: false }), 'cgroup-script.not-killed'],
    [
      'where it was killed in another group',
      trial([
        { ...demo, oomKills: 0 },
        { ...untouched, path: 'b', held: true, oomKills: 1 },
      ]),
      'cgroup-script.not-killed',
    ],
    ['where another process was killed', trial([{ ...demo, held: false }]), 'cgroup-script.no-process'],
    ['when time is up and nothing was done', trial([], { end: { how: 'timeout', output: '' } }), 'script.timeout'],
    [
      'when time is up before the limit was set',
      trial([{ ...untouched, held: true }], { end: { how: 'timeout', output: '' } }),
      'cgroup-script.no-limit',
    ],
  ])('%s', (_name, facts, reason) => {
    const verdict = judge(facts)
    expect(verdict).toMatchObject({ outcome: 'failed', credit: 0, reason, location: { file: 'ex1/cgroup.sh' } })
    for (const words of [verdict.message, verdict.hint, verdict.expected, verdict.actual, verdict.reproduce]) {
      expect(words).toBeTruthy()
    }
  })

  test.each([
    ['bash: line 4: echo: write error: Invalid argument', 'one process id at a time'],
    ['sh: echo: write error: Device or resource busy', 'cgroup.subtree_control'],
    ['line 2: cd: /sys/fs/cgroup/memory/x: No such file or directory', '/sys/fs/cgroup/memory'],
    ["mkdir: cannot create directory '/sys/fs/cgroup/memorydemo': Read-only file system", '/sys/fs/cgroup/memory'],
  ])('with a hint about `%s`', (output, words) => {
    expect(judge(trial([untouched], { end: failed(output) })).hint).toContain(words)
  })

  test('with a hint about a missing command, where that is why it came nowhere', () => {
    const end = failed('cgroup.sh: line 7: cgcreat: command not found')
    expect(judge(trial([], { end })).hint).toContain('not there on a plain Debian')
    expect(judge(trial([untouched], { end })).hint).not.toContain('not there on a plain Debian')
  })

  test('of memory that swaps instead, with the switch for it', () => {
    const swapping = { ...demo, oomKills: 0, swappiness: 60 }
    expect(judge(trial([swapping])).hint).toContain('echo 0 > memory.swappiness')
    const two = { ...demo, oomKills: 0, swapLimitBytes: 1_000_000 }
    expect(judge(trial([two], { cgroupVersion: 2 })).hint).toContain('echo 0 > memory.swap.max')
  })

  test('in bounded words, however much the script made and printed', () => {
    const groups = Array.from({ length: 5_000 }, (_, index) => ({ ...untouched, path: `g${index}/${'x'.repeat(200)}` }))
    const verdict = judge(trial(groups, { end: failed('y\n'.repeat(100_000)) }))
    for (const { text } of verdict.evidence ?? []) expect(text.length).toBeLessThan(8_192)
    expect(verdict.message.length).toBeLessThan(1_000)
  })
})
