import { access } from 'node:fs/promises'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { skipBecause } from '../../test-skip.ts'
import { runLabel } from '../engine.ts'
import { reapRun } from '../reaper.ts'
import type { Observer, ObserverKind } from './observer.ts'
import { observerVariable } from './open-observer.ts'
import { sweepSubtrees } from './sweep-subtrees.ts'
import { until } from './test-containers.ts'
import { kinds, prepareObserverTests } from './test-observers.ts'

/** Groups of ours that a container fills: read right, and never left behind. */

const mebibyte = 1024 ** 2
const caps = { memoryBytes: 256 * mebibyte, pids: 64 }
const tests = prepareObserverTests()
const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

describe.each(kinds)('seen by %s', (kind) => {
  let observer: Observer
  beforeEach(async () => {
    observer = await tests.open(kind)
  })
  afterEach(() => observer[Symbol.asyncDispose]())

  test('groups that a container makes in a subtree are read right, and all are gone afterwards', async (context) => {
    if (observer.cannotDelegate !== undefined) skipBecause(context, observer.cannotDelegate)
    const subtree = await observer.openSubtree('groups', caps)
    const limit = tests.engine.cgroupVersion === 1 ? 'memory.limit_in_bytes' : 'memory.max'
    const swap = tests.engine.cgroupVersion === 1 ? 'memory.swappiness' : 'memory.swap.max'
    const script = [
      `cd /sys/fs/cgroup${tests.engine.cgroupVersion === 1 ? '/memory' : ''}`,
      `mkdir memorydemo ' odd * ' "$(printf 'a\\rend b')" .hidden locked`,
      `echo 33554432 >memorydemo/${limit}; echo 0 >memorydemo/${swap}; echo 16777216 >.hidden/${limit}`,
      'chmod 0 locked',
      'echo $$ >memorydemo/cgroup.procs',
      'dd if=/dev/zero of=/dev/null bs=50M count=1',
      'touch /tmp/done; sleep 1000',
    ].join('; ')
    await using box = await tests.start(script, { subtree })
    const groups = await until(
      () => subtree.groups(),
      (all) => all.some(({ reading }) => reading.oomKills > 0),
    )
    expect(groups.map(({ path }) => path).sort()).toEqual(
      ['memorydemo', ' odd * ', 'a\rend b', '.hidden', 'locked'].sort(),
    )
    const find = (path: string) => groups.find((group) => group.path === path)
    expect(find('memorydemo')).toMatchObject({ reading: { limitBytes: 32 * mebibyte, oomKills: 1 } })
    expect(find('memorydemo')?.pids).toContain(box.pid)
    expect(find('memorydemo')?.reading).toMatchObject(
      tests.engine.cgroupVersion === 1 ? { swappiness: 0 } : { swapLimitBytes: 0 },
    )
    expect(find('.hidden')).toMatchObject({ pids: [], reading: { limitBytes: 16 * mebibyte, oomKills: 0 } })
    expect(find(' odd * ')).toMatchObject({ pids: [], reading: { limitBytes: undefined } })
    expect(await observer.memoryGroupOf(box.pid)).toBe(`${subtree.delegated}/memorydemo`)
    await subtree[Symbol.asyncDispose]()
    expect(await placesOf(subtree.delegated)).toEqual([])
    expect(await until(box.isRunning, (running) => !running)).toBe(false)
  })

  test('a script that makes many groups, nests them deeply and forks is cleared away', async (context) => {
    if (observer.cannotDelegate !== undefined) skipBecause(context, observer.cannotDelegate)
    const subtree = await observer.openSubtree('sly', caps)
    const name = 'd'.repeat(60)
    const script = [
      `cd /sys/fs/cgroup${tests.engine.cgroupVersion === 1 ? '/memory' : ''}`,
      'i=0; while [ $i -lt 90 ]; do mkdir wide$i; i=$((i+1)); done',
      // Deeper than any path may be long; cgroup v2 is limited in depth.
      `i=0; while [ $i -lt 90 ] && mkdir ${name}; do cd -P ${name}; i=$((i+1)); done`,
      'i=0; while [ $i -lt 20 ]; do sleep 1000 & i=$((i+1)); done; sleep 1000',
    ].join('; ')
    await using box = await tests.start(script, { subtree })
    await until(
      async () => (await observer.processesIn((await observer.memoryGroupOf(box.pid)) ?? '')).length,
      (count) => count > 20,
    )
    expect((await subtree.groups()).length).toBeLessThanOrEqual(64)
    await subtree[Symbol.asyncDispose]()
    expect(await placesOf(subtree.delegated)).toEqual([])
  })

  test('a grader that is killed leaves no group', async (context) => {
    if (observer.cannotDelegate !== undefined) skipBecause(context, observer.cannotDelegate)
    await using holder = await startHolder(kind)
    expect(await exists(holder.delegated)).toBe(true)
    process.kill(holder.pid, 'SIGKILL')
    await until(
      () => placesOf(holder.delegated),
      (places) => places.length === 0,
    )
  })

  test('a run that is interrupted leaves no group', async (context) => {
    if (observer.cannotDelegate !== undefined) skipBecause(context, observer.cannotDelegate)
    const ownId = `${tests.runId}-${kind}`
    await using own = await tests.open(kind, { ...tests.labels, [runLabel]: ownId })
    const subtree = await own.openSubtree('cut', caps)
    await tests.start('sleep 1000', { labels: { ...tests.labels, [runLabel]: ownId }, subtree })
    await reapRun(tests.engine, ownId)
    await subtree[Symbol.asyncDispose]()
    expect(await placesOf(subtree.delegated)).toEqual([])
  })

  test('what a killed keeper leaves is gone after the next start', async (context) => {
    if (observer.cannotDelegate !== undefined) skipBecause(context, observer.cannotDelegate)
    await using holder = await startHolder(kind)
    const keeperPid = Number(/cgrade[/_](\d+)/.exec(holder.delegated)?.[1])
    await execa('kill', ['-9', String(keeperPid)])
    process.kill(holder.pid, 'SIGKILL')
    await until(
      () => exists(`/proc/${keeperPid}`),
      (alive) => !alive,
    )
    expect(await exists(holder.delegated)).toBe(true)
    if (kind === 'host') await sweepSubtrees(tests.engine)
    else await (await tests.open(kind))[Symbol.asyncDispose]()
    expect(await placesOf(holder.delegated)).toEqual([])
  })
})

/** Folders of a subtree, in every hierarchy. */
async function placesOf(delegated: string): Promise<string[]> {
  const name = delegated.split('/').at(-2)
  const { stdout } = await execa('find', ['/sys/fs/cgroup', '-type', 'd', '-name', `${name}`], { reject: false })
  return stdout.split('\n').filter(Boolean)
}

/** Another process that holds an observer and a subtree until it is killed. */
async function startHolder(kind: ObserverKind): Promise<{ pid: number; delegated: string } & AsyncDisposable> {
  const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
  const code = `
    import { connectEngine } from ${module('../engine.ts')}
    import { openObserver } from ${module('./open-observer.ts')}
    const [imageId, labels, caps] = ${JSON.stringify([tests.imageId, tests.labels, caps])}
    const bases = { prepare: async () => ({ id: imageId }) }
    const site = { engine: await connectEngine(), bases, labels, signal: new AbortController().signal }
    const { observer } = await openObserver(site)
    const { delegated } = await observer.openSubtree('held', caps)
    console.log(delegated)
    setInterval(() => {}, 1000)`
  const running = execa(process.execPath, ['--input-type=module', '-e', code], {
    env: { [observerVariable]: kind },
    reject: false,
    stdin: 'ignore',
  })
  const delegated = await new Promise<string>((resolve, reject) => {
    running.stdout.once('data', (chunk: Buffer) => resolve(String(chunk).trim()))
    void running.then((ended) => reject(new Error(`it ended: ${ended.message}`)))
  })
  return {
    pid: running.pid ?? -1,
    delegated,
    async [Symbol.asyncDispose]() {
      running.kill('SIGKILL')
      await running
    },
  }
}
