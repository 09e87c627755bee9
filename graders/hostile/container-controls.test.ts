import { randomInt } from 'node:crypto'
import { mkdtemp, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HostConfig } from 'dockerode'
import { execa } from 'execa'
import { afterEach, expect, test } from 'vitest'
import { assignmentSchema, type BootLimits } from '../model/assignment.ts'
import { removeContainer, startContainer } from '../sandbox/container.ts'
import { prepareObserverTests } from '../sandbox/observer/test-observers.ts'
import { createOptions, hostConfigOf } from '../sandbox/profile.ts'
import { endedBeforeAnswer } from '../stages/boot/boot-faults.ts'
import { skipBecause } from '../test-skip.ts'

/**
 * Containers with one setting of ours raised or left out, and what their programs can do then. None of it is a way out of a
 * container, each bounds itself, and what it looks for was put there by the test.
 */

const tests = prepareObserverTests()
const limits = assignmentSchema.shape.limits.parse(undefined).boot
const mebibyte = 1024 ** 2
const disposables: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const dispose of disposables.splice(0).reverse()) await dispose()
})

/** In the profile of a submission, but for what is changed. */
async function start(script: string, change: HostConfig = {}, env: string[] = []) {
  const { docker } = tests.engine
  const container = await docker.createContainer({
    ...createOptions,
    ...{ Image: tests.imageId, Cmd: ['sh', '-c', script], Labels: tests.labels, Env: env },
    HostConfig: { ...hostConfigOf(limits), NetworkMode: tests.network.name, ...change },
  })
  disposables.push(() => removeContainer(docker, container.id))
  await container.start()
  return container
}

async function saidBy(script: string, change?: HostConfig, env?: string[]): Promise<string> {
  const container = await start(script, change, env)
  await container.wait()
  return (await container.logs({ stdout: true, stderr: true })).toString('utf8')
}

async function startAsSubmission(script: string, change: Partial<BootLimits> = {}) {
  const { engine, imageId, labels, network } = tests
  const order = { imageId, labels, networkName: network.name, env: {}, command: ['sh', '-c', script] }
  const started = await startContainer(engine, { ...order, limits: { ...limits, ...change } })
  if (!started.started) throw new Error(started.engineMessage)
  disposables.push(() => started.container.remove())
  return started.container
}

test('H08 control: with our environment and the specs in sight, it finds both', async (context) => {
  if (!tests.engine.local) skipBecause(context, 'the engine runs on another machine')
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-control-specs-'))
  disposables.push(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'hidden.spec.ts'), '// planted-spec')
  const look = 'env; find / -xdev -name "*.spec.ts" -exec cat {} + 2>/dev/null; cat /specs/* 2>/dev/null'
  const found = await saidBy(look, { Binds: [`${folder}:/specs:ro`] }, ['COURSE_TOKEN=planted-token'])
  expect(found).toMatch(/planted-token[\s\S]*planted-spec/)
  expect(await saidBy(look)).not.toContain('planted')
})

test('H63 control: whoever looks once sees a program that runs', async () => {
  const container = await startAsSubmission('while [ ! -e /end ]; do sleep 0.1; done')
  expect((await container.state()).running).toBe(true)
  const ending = await tests.engine.docker.getContainer(container.id).exec({ Cmd: ['touch', '/end'] })
  await ending.start({})
  await expect.poll(async () => (await container.state()).running, { timeout: 20_000 }).toBe(false)
  const fault = endedBeforeAnswer(await container.state(), container.log, limits, undefined)
  expect(fault).toMatchObject({ reason: 'boot.exited', actual: 'exit code 0' })
})

test('H64 control: asked to end instead of killed, it goes on', async () => {
  const container = await start(`trap '' TERM INT HUP; echo ready; while :; do sleep 1; done`)
  await expect.poll(async () => String(await container.logs({ stdout: true })), { timeout: 10_000 }).toContain('ready')
  await container.kill({ signal: 'SIGTERM' })
  await sleep(1_000)
  expect((await container.inspect()).State.Running).toBe(true)
  await removeContainer(tests.engine.docker, container.id)
  await expect(container.inspect()).rejects.toMatchObject({ statusCode: 404 })
})

test('H65 control: with the limit raised, the same loop has all its processes', async () => {
  const forks = '(for i in $(seq 40); do sleep 60 & done) 2>/dev/null; exec sleep 60'
  const [held, raised] = [await startAsSubmission(forks, { pids: 12 }), await startAsSubmission(forks, { pids: 64 })]
  const countOf = async ({ id }: { id: string }) =>
    ((await tests.engine.docker.getContainer(id).top()) as { Processes: unknown[] }).Processes.length
  await expect.poll(() => countOf(raised), { timeout: 20_000 }).toBe(41)
  expect(await countOf(held)).toBeLessThanOrEqual(12)
})

test('H66 control: with the limit raised, the same program has its memory', async () => {
  const takes = 'dd if=/dev/zero of=/dev/null bs=64M count=1 2>/dev/null; echo "ended with $?"'
  const within = (memory: number) => saidBy(takes, { Memory: memory, MemorySwap: memory })
  expect(await within(24 * mebibyte)).toContain('ended with 137')
  expect(await within(128 * mebibyte)).toContain('ended with 0')
})

test('H67 control: with the limit raised, the same loop has many times the processor', async () => {
  const burns =
    'timeout 3 sh -c "while :; do :; done"; cat /sys/fs/cgroup/cpuacct/cpuacct.usage /sys/fs/cgroup/cpu.stat'
  const usedMs = async (cpus: number) => {
    const said = await saidBy(`${burns} 2>/dev/null`, { NanoCpus: cpus * 1e9 })
    const [, nanoseconds, microseconds] = /(\d{6,})\n|usage_usec (\d+)/.exec(said) ?? []
    return nanoseconds === undefined ? Number(microseconds) / 1e3 : Number(nanoseconds) / 1e6
  }
  const [held, raised] = await Promise.all([usedMs(0.05), usedMs(1)])
  expect(raised).toBeGreaterThan(2 * held)
})

test('H70 control: asked for its address itself, it names another', async () => {
  const container = await startAsSubmission('echo "10.9.9.9 $(hostname)" > /etc/hosts; hostname -i; exec sleep 60')
  await expect.poll(() => container.log.lines.map(({ text }) => text.trim()), { timeout: 10_000 }).toEqual(['10.9.9.9'])
  expect(container.address).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
  expect(container.address).not.toBe('10.9.9.9')
})

test('H71 control: with settings of the kernel writable, it writes one (of its own namespace)', async (context) => {
  if (tests.engine.rootless) skipBecause(context, 'a rootless engine may not write it at all')
  const setting = '/proc/sys/kernel/domainname'
  const before = await readFile(setting, 'utf8').catch(() => '')
  const writes = `echo planted > ${setting}; cat ${setting}`
  expect(await saidBy(writes, { ReadonlyPaths: [] } as HostConfig)).toMatch(/planted/)
  expect(await saidBy(writes)).toMatch(/Read-only file system/)
  expect(await readFile(setting, 'utf8').catch(() => '')).toBe(before)
})

test.skipIf(process.getuid?.() !== 0)(
  'H90 control: a plain removal leaves the groups that a script has nested',
  async (context) => {
    await using observer = await tests.open('host')
    if (observer.cannotDelegate !== undefined) skipBecause(context, observer.cannotDelegate)
    const subtree = await observer.openSubtree('control', { memoryBytes: 64 * mebibyte, pids: 16 })
    const root = `/sys/fs/cgroup${observer.cgroupVersion === 1 ? '/memory' : ''}`
    const box = await tests.start(`mkdir -p ${root}/a/b/c; sleep 60`, { subtree })
    await expect.poll(async () => (await subtree.groups()).length, { timeout: 10_000 }).toBe(3)
    await box[Symbol.asyncDispose]()
    await expect(rmdir(subtree.delegated)).rejects.toThrow(/EBUSY|ENOTEMPTY/)
    await subtree[Symbol.asyncDispose]()
    await expect(stat(subtree.delegated)).rejects.toThrow(/ENOENT/)
  },
)

test("H94 control: among this machine's processes, it finds whom it looks for", async (context) => {
  if (!tests.engine.local) skipBecause(context, 'the engine runs on another machine')
  const mark = `60.${randomInt(1e9, 9e9)}`
  const victim = execa('sleep', [mark], { reject: false })
  disposables.push(async () => victim.kill('SIGKILL') && victim)
  const look = 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" "\\n"'
  expect(await saidBy(look, { PidMode: 'host' })).toContain(mark)
  expect(await saidBy(look)).not.toContain(mark)
})
