import { expect, test } from 'vitest'
import { parseNamespace } from './namespace-addresses.ts'
import { parseGroupOf, parseGroups, parseProcesses, parseReading } from './readings.ts'

const version1 = `here
memory.usage_in_bytes:9000000
memory.max_usage_in_bytes:104960000
memory.limit_in_bytes:104960000
memory.failcnt:0
memory.memsw.failcnt:12
memory.swappiness:0
memory.oom_control:oom_kill_disable 0
memory.oom_control:under_oom 0
memory.oom_control:oom_kill 2
memory.stat:total_cache 5000000
memory.stat:total_rss 3000000
memory.stat:total_shmem 1000000`.split('\n')

const version2 = `here
memory.current:9000000
memory.peak:104960000
memory.max:104960000
memory.swap.max:0
memory.events:max 12
memory.events:oom 1
memory.events:oom_kill 2
memory.stat:anon 3000000
memory.stat:file 5000000
memory.stat:shmem 1000000`.split('\n')

test('the same state reads the same on both versions', () => {
  const { text: text1, ...first } = parseReading(version1, 1) ?? { text: '' }
  const { text: text2, ...second } = parseReading(version2, 2) ?? { text: '' }
  const same = { chargedBytes: 5_000_000, peakBytes: 104_960_000, limitBytes: 104_960_000, oomKills: 2, limitHits: 12 }
  expect(first).toEqual({ ...same, swappiness: 0, swapLimitBytes: undefined })
  expect(second).toEqual({ ...same, swappiness: undefined, swapLimitBytes: 0 })
  expect(text1).toContain('memory.oom_control: oom_kill 2\n')
  expect(text2).toContain('memory.events: oom_kill 2\n')
})

test('no limit is no number', () => {
  expect(parseReading(['here', 'memory.limit_in_bytes:9223372036854771712'], 1)?.limitBytes).toBeUndefined()
  const unlimited = parseReading(['here', 'memory.max:max', 'memory.swap.max:max'], 2)
  expect(unlimited).toMatchObject({ limitBytes: undefined, swapLimitBytes: undefined, peakBytes: undefined })
})

test('a group that is gone has no reading', () => {
  expect(parseReading([], 1)).toBeUndefined()
  expect(parseReading([], 2)).toBeUndefined()
})

test('groups keep their names, whatever they are, and their processes', () => {
  const lines = ['group a', 'here', 'cgroup.procs:12', 'cgroup.procs:13', 'memory.limit_in_bytes:4096']
  const groups = parseGroups([...lines, 'group  group b:c ', 'here', 'group vanished'], 1)
  expect(groups.map(({ path, pids }) => ({ path, pids }))).toEqual([
    { path: 'a', pids: [12, 13] },
    { path: ' group b:c ', pids: [] },
  ])
  expect(groups[0]?.reading).toMatchObject({ limitBytes: 4096, text: 'memory.limit_in_bytes: 4096' })
})

test('the group of a process is found by its controller, not by what a path looks like', () => {
  const groups = ['9:name=systemd:/x', '4:memory:/docker/a:b', '0::/']
  expect(parseGroupOf(groups, 1)).toBe('/sys/fs/cgroup/memory/docker/a:b')
  expect(parseGroupOf(['0::/system.slice/docker-abc.scope'], 2)).toBe('/sys/fs/cgroup/system.slice/docker-abc.scope')
})

test.each([
  ['is ending', '0::/'],
  ['has ended', '0::/docker/abc (deleted)'],
  ['lies outside of what we see', '0::/../../docker/abc'],
])('a process that %s has no group', (_title, line) => {
  expect(parseGroupOf([line], 2)).toBeUndefined()
  expect(parseGroupOf([], 2)).toBeUndefined()
})

test('processes are told apart by their pid', () => {
  const lines = ['Name:\ta:b\\n', 'VmData:\t    8 kB', 'VmRSS:\t    4 kB'].map((line) => `/proc/7/status:${line}`)
  expect(parseProcesses([...lines, '/proc/8/status:Name:\tending'])).toEqual([
    { pid: 7, name: 'a:b\\n', virtualBytes: 8192, residentBytes: 4096 },
    { pid: 8, name: 'ending', virtualBytes: 0, residentBytes: 0 },
  ])
})

test('addresses are read as JSON and as lines', () => {
  const json = '[{"ifname":"eth0","addr_info":[{"local":"10.1.2.3"},{"local":"fe80::1"},{}]},{"ifname":"lo"}]'
  const lines = [
    '7: eth0    inet 10.1.2.3/16 brd 10.1.255.255 scope global eth0',
    '7: eth0    inet6 fe80::1/64 scope link',
  ]
  const addresses = [
    { interface: 'eth0', address: '10.1.2.3' },
    { interface: 'eth0', address: 'fe80::1' },
  ]
  expect(parseNamespace(['started 5', json, 'started 5'])).toEqual({ addresses })
  expect(parseNamespace(['started 5', ...lines, 'started 5'])).toEqual({ addresses })
})

test('addresses count only while the same process has the pid', () => {
  expect(parseNamespace(['started 5', '[]', 'started 6'])).toEqual({ addresses: undefined })
  expect(parseNamespace(['started 5', '[]'])).toEqual({ addresses: undefined })
  expect(parseNamespace(['refused nsenter: cannot open /proc/1/ns/net'])).toEqual({ addresses: undefined })
})

test.each([
  ['sh: 1: nsenter: not found', '`nsenter` is not installed'],
  ['nsenter: failed to execute ip: No such file or directory', '`ip` is not installed'],
  ['nsenter: reassociate to namespace failed: Operation not permitted', 'could not be entered: nsenter: reassociate'],
])('a refusal says why: %s', (complaint, why) => {
  const told = parseNamespace(['started 5', `refused ${complaint}`, 'started 5'])
  expect(told).toEqual({ why: expect.stringContaining(why) })
})
