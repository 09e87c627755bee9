import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { assignmentSchema, type BootLimits } from '../../model/assignment.ts'
import { removeContainer, type StudentContainer, startContainer } from '../../sandbox/container.ts'
import { prepareObserverTests } from '../../sandbox/observer/test-observers.ts'
import { readPressure } from '../../sandbox/pressure.ts'
import { createOptions, hostConfigOf } from '../../sandbox/profile.ts'
import { volumeBytes } from '../../sandbox/volume-size.ts'
import { watchContainer } from './watch-container.ts'

/** Programs that use up what all share: ended, and said why. */

const tests = prepareObserverTests()
const defaults = assignmentSchema.shape.limits.parse(undefined).boot
const small: BootLimits = { ...defaults, diskBytes: 30 * 1024 ** 2, logBytes: 64 * 1024 }
const disposables: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const dispose of disposables.splice(0).reverse()) await dispose()
})

const fillsDisk = 'i=0; while [ $i -lt 12 ]; do dd if=/dev/zero of=/f$i bs=1M count=10; i=$((i + 1)); sleep 0.5; done'
const floodsLog = 'i=0; while [ $i -lt 40 ]; do yes flood | head -c 100000; i=$((i + 1)); sleep 0.2; done'

test.for([
  ['H68', 'fills the disk', fillsDisk, 'boot.disk'],
  ['H69', 'floods its log', floodsLog, 'boot.log-too-large'],
] as const)('%s: a program that %s is ended before it is through', async ([, , script, reason]) => {
  const container = await start(`(${script}) 2>&1; touch /through; sleep 60`)
  const watch = watchContainer(container, small)
  await expect.poll(() => watch.fault()?.reason, { timeout: 30_000 }).toBe(reason)
  await expect.poll(async () => (await container.state()).running, { timeout: 10_000 }).toBe(false)
  watch.stop()
  expect(await container.changedPaths()).not.toContain('/through')
})

test.for([
  ['H68 control:', 'fills the disk', fillsDisk],
  ['H69 control:', 'floods its log', floodsLog],
] as const)('%s nobody watches the one that %s, and it comes through', async ([, , script]) => {
  const container = await start(`(${script}) 2>&1; touch /through; sleep 60`)
  await expect.poll(() => container.changedPaths(), { timeout: 40_000, interval: 500 }).toContain('/through')
  expect((await container.state()).running).toBe(true)
})

test('H68: what is in volumes counts, though the engine leaves it out of the size of a container', async () => {
  const { docker } = tests.engine
  const container = await docker.createContainer({
    ...createOptions,
    Image: tests.imageId,
    Cmd: ['sh', '-c', 'dd if=/dev/zero of=/data/full bs=1M count=20; ln -s / /data/everything; sleep 60'],
    Labels: tests.labels,
    Volumes: { '/data': {} },
    HostConfig: { ...hostConfigOf(defaults), NetworkMode: 'none' },
  })
  disposables.push(() => removeContainer(docker, container.id))
  await container.start()
  const inspect = () => container.inspect({ size: true } as object)
  await expect
    .poll(async () => volumeBytes(tests.engine, await inspect()), { timeout: 20_000 })
    .toBeGreaterThanOrEqual(20 * 1024 ** 2)
  expect(await volumeBytes(tests.engine, await inspect())).toBeLessThan(22 * 1024 ** 2)
  expect((await inspect()) as { SizeRw?: number }).toMatchObject({ SizeRw: 0 })
})

test('H64: a container that ignores every signal it can is gone in time', async () => {
  const container = await start(`trap '' TERM INT HUP QUIT USR1; echo ready; while :; do sleep 1; done`)
  await expect.poll(() => container.log.lines.length, { timeout: 10_000 }).toBe(1)
  const began = performance.now()
  await container.remove()
  expect(performance.now() - began).toBeLessThan(10_000)
})

test('H65: processes that the kernel refuses are counted, while honest ones are refused none', async () => {
  const limits = { ...defaults, pids: 12 }
  const bomb = await start(
    '(for i in 1 2 3 4 5 6 7 8 9 a b c d e f; do sleep 30 & done) 2>/dev/null; exec sleep 30',
    limits,
  )
  const honest = await start('sleep 30 & sleep 30 & exec sleep 30', limits)
  await sleep(1_500)
  const refused = async (one: StudentContainer) =>
    (await readPressure(one.id, (await one.state()).pid))?.refusedProcesses
  if (!tests.engine.local) return
  expect(await refused(bomb)).toBeGreaterThan(0)
  expect(await refused(honest)).toBe(0)
})

async function start(script: string, limits = small): Promise<StudentContainer> {
  const { engine, network, imageId, labels } = tests
  const order = { imageId, networkName: network.name, env: {}, command: ['sh', '-c', script], limits, labels }
  const started = await startContainer(engine, order)
  if (!started.started) throw new Error(started.engineMessage)
  disposables.push(() => started.container.remove())
  return started.container
}
