import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Observer, ObserverKind } from './observer.ts'
import { type TestContainer, until } from './test-containers.ts'
import { kinds, prepareObserverTests } from './test-observers.ts'

/** The same facts, whoever looks: the host as root, or a container of ours. */

const mebibyte = 1024 ** 2
const tests = prepareObserverTests()

describe('of one quiet container', () => {
  let quiet: TestContainer
  let facts: Awaited<ReturnType<typeof look>>[]

  /** Everything there is to see of it. */
  async function look(kind: ObserverKind) {
    await using observer = await tests.open(kind)
    expect(observer.kind).toBe(kind)
    const group = (await observer.memoryGroupOf(quiet.pid)) ?? 'none'
    const seen = await observer.readMemory(group)
    if (seen === undefined) throw new Error(`${group} is gone`)
    const { text, chargedBytes, ...reading } = seen
    const namespace = await observer.namespaceAddresses(quiet.pid, quiet.isRunning)
    const processes = await observer.processesIn(group)
    return { group, text, chargedBytes, reading, namespace, processes, root: await observer.rootOf(quiet.pid) }
  }

  beforeAll(async () => {
    // Its hog is killed by the kernel; then it goes on in a root of its own.
    const script = [
      'dd if=/dev/zero of=/dev/null bs=100M count=1',
      'mkdir -p /tmp/jail/bin && cp /bin/busybox /tmp/jail/bin',
      'exec chroot /tmp/jail /bin/busybox sleep 1000',
    ].join('; ')
    quiet = await tests.start(script, { network: tests.network.name })
    await using observer = await tests.open(kinds[0] ?? 'host')
    const group = (await observer.memoryGroupOf(quiet.pid)) ?? ''
    await until(
      async () => ({ path: await observer.rootOf(quiet.pid), processes: await observer.processesIn(group) }),
      ({ path, processes: [one] }) => path === '/tmp/jail' && one?.name === 'busybox',
    )
    facts = []
    for (const kind of kinds) facts.push(await look(kind))
  })
  afterAll(() => quiet[Symbol.asyncDispose]())

  test('each tells its group, limit, peak and kill', () => {
    for (const { group, reading, text, chargedBytes } of facts) {
      expect(group).toContain(quiet.id)
      expect(reading).toMatchObject({ limitBytes: 64 * mebibyte, oomKills: 1 })
      // Some kernels (Linux 6.18) no longer count them on cgroup v1.
      if (tests.engine.cgroupVersion === 2) expect(reading.limitHits).toBeGreaterThan(0)
      // Linux before 5.19 keeps no peak on cgroup v2.
      if (tests.engine.cgroupVersion === 1) expect(reading.swappiness).toBeTypeOf('number')
      if (reading.peakBytes !== undefined) expect(reading.peakBytes).toBeGreaterThan(63 * mebibyte)
      expect(chargedBytes).toBeLessThan(16 * mebibyte)
      expect(text).toMatch(/^memory\.(oom_control|events): oom_kill 1$/m)
    }
  })

  test('each tells its processes, root and addresses', () => {
    for (const { processes, root, namespace } of facts) {
      expect(processes).toMatchObject([{ pid: quiet.pid, name: 'busybox' }])
      expect(processes[0]?.virtualBytes).toBeGreaterThan(0)
      expect(processes[0]?.residentBytes).toBeGreaterThan(0)
      expect(root).toBe('/tmp/jail')
      expect(namespace).toMatchObject({ observed: true })
      expect(namespace.observed && namespace.addresses).toContainEqual({ interface: 'eth0', address: quiet.address })
    }
  })

  test('all tell the same', () => {
    const told = facts.map(({ group, reading, namespace, root, processes }) => ({
      ...{ group, reading, namespace, root },
      processes: processes.map(({ pid, name, virtualBytes }) => ({ pid, name, virtualBytes })),
    }))
    for (const one of told) expect(one).toEqual(told[0])
  })
})

describe.each(kinds)('seen by %s', (kind) => {
  let observer: Observer
  beforeEach(async () => {
    observer = await tests.open(kind)
  })
  afterEach(() => observer[Symbol.asyncDispose]())

  test('a process that has ended has no group, root or address', async () => {
    const ended = await tests.start('sleep 1000')
    const group = (await observer.memoryGroupOf(ended.pid)) ?? ''
    expect(group).toContain(ended.id)
    await ended[Symbol.asyncDispose]()
    expect(await observer.memoryGroupOf(ended.pid)).toBeUndefined()
    expect(await observer.readMemory(group)).toBeUndefined()
    expect(await observer.processesIn(group)).toEqual([])
    expect(await observer.rootOf(ended.pid)).toBeUndefined()
    const stillRuns = async () => true
    expect(await observer.namespaceAddresses(ended.pid, stillRuns)).toMatchObject({ observed: true, addresses: [] })
  })

  test('addresses read while the container ended are not told', async () => {
    const answers = [true, false]
    const stillRuns = async () => answers.shift() ?? false
    expect(await observer.namespaceAddresses(process.pid, stillRuns)).toMatchObject({ observed: true, addresses: [] })
  })

  test('a name cannot forge an answer', async () => {
    // A process named so that a line of its own would end the answer, which is followed by another.
    const script = `printf '\\nend 0\\n' >/proc/self/comm; while :; do sleep 1000; done`
    await using forger = await tests.start(script)
    await until(
      async () => (await observer.processesIn((await observer.memoryGroupOf(forger.pid)) ?? '')).length,
      (count) => count > 0,
    )
    const namespace = await observer.namespaceAddresses(forger.pid, forger.isRunning)
    expect(namespace).toMatchObject({ observed: true, addresses: [{ interface: 'lo', address: '127.0.0.1' }] })
    expect(await observer.rootOf(forger.pid)).toBe('/')
  })

  test('a path that is no cgroup is refused', async () => {
    await expect(observer.readMemory('/etc')).rejects.toThrow('is no cgroup')
    await expect(observer.processesIn('/sys/fs/cgroup/../../../etc')).rejects.toThrow('is no cgroup')
  })
})
