import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { assignmentSchema, type BootLimits } from '../../model/assignment.ts'
import type { MemoryRun } from '../../model/observations.ts'
import { type BaseImages, createBaseImages } from '../bases/base-images.ts'
import { deriveImage } from '../bases/derive-image.ts'
import { connectEngine, type Engine, ownerLabel, ownerOfThisProcess, roleLabel, runLabel } from '../engine.ts'
import type { Observer, ObserverKind } from '../observer/observer.ts'
import { observerVariable, openObserver } from '../observer/open-observer.ts'
import { reapRun } from '../reaper.ts'
import { type MemoryRunEnd, type MemoryRunOrder, runForMemory } from './memory-run.ts'
import { maxSamples } from './memory-samples.ts'

/** Real programs, the real engine and this machine's kernel. */

const limitBytes = 104_960_000
const runId = `test-memory-${randomBytes(4).toString('hex')}`
const kinds: ObserverKind[] = process.getuid?.() === 0 ? ['host', 'probe-container'] : ['probe-container']
const never = new AbortController().signal
const assignment = { id: 'a', title: 't', exercises: [{ id: 'a', title: 't', checks: [{ id: 'a.b', points: 1 }] }] }
const bootLimits: BootLimits = assignmentSchema.parse(assignment).limits.boot

/** What a shell cannot do. It has the compiler's image to be built in, and runs there. */
const program = `
#include <unistd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static void put(const char *file, const char *text) { FILE *f = fopen(file, "w"); if (f) { fputs(text, f); fclose(f); } }
static void fill(int blocks, int pause_ms) {
  for (int i = 0; i < blocks; i++) { memset(malloc(8 << 20), 1, 8 << 20); usleep(pause_ms * 1000); }
}
int main(int argc, char **argv) {
  char how = argv[1][0];
  if (how == 'u') { for (int i = 0; i < 40; i++) malloc(8 << 20); pause(); }
  if (how == 'b') { if (fork() != 0) return 3; sleep(1); fill(200, 20); }
  if (how == 't') {
    kill(1, SIGKILL); kill(1, SIGSTOP); put("/proc/self/oom_score_adj", "-1000"); put("/proc/1/oom_score_adj", "1000");
    put("/sys/fs/cgroup/memory/memory.oom_control", "1");
    put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "1000000000"); put("/sys/fs/cgroup/memory.max", "max");
    put("/sys/fs/cgroup/memory/cgroup.procs", "0"); put("/sys/fs/cgroup/cgroup.procs", "0");
    fill(200, 0);
  }
  if (how == 'g') fill(12, 250), pause();
  return 0;
}
`

let engine: Engine
let bases: BaseImages
let labels: Record<string, string>
let compiled: string
const observers = new Map<ObserverKind, Observer>()

beforeAll(async () => {
  engine = await connectEngine()
  labels = { [runLabel]: runId, [ownerLabel]: await ownerOfThisProcess(), [roleLabel]: 'submission' }
  bases = createBaseImages(engine, { standIns: true, say: () => {}, runLabels: labels })
  for (const kind of kinds) {
    vi.stubEnv(observerVariable, kind)
    const choice = await openObserver({ engine, bases, labels, signal: never })
    vi.unstubAllEnvs()
    if (choice.observer === undefined) throw new Error(choice.why)
    observers.set(kind, choice.observer)
  }
  const { id } = await bases.prepare('golang:1.19', {})
  compiled = await derive(`FROM ${id}\nRUN echo ${btoa(program)} | base64 -d > /p.c && gcc -O0 -w -o /p /p.c`)
})
afterAll(async () => {
  for (const observer of observers.values()) await observer[Symbol.asyncDispose]()
  await bases.dispose()
  await reapRun(engine, runId)
})
afterEach(async () => {
  expect(await ours()).toEqual([])
})

const filters = { label: [`${runLabel}=${runId}`, `${roleLabel}=submission`] }

async function ours(): Promise<string[]> {
  return (await engine.docker.listContainers({ all: true, filters })).map(({ Command }) => Command)
}

/** True when there was one. */
async function killRunning(): Promise<boolean> {
  const [one] = await engine.docker.listContainers({ filters })
  if (one !== undefined) await engine.docker.getContainer(one.Id).kill()
  return one !== undefined
}

const derived = new Map<string, Promise<string>>()

function derive(dockerfile: string): Promise<string> {
  const making =
    derived.get(dockerfile) ?? deriveImage(engine, { dockerfile: `${dockerfile}\n`, labels, signal: never })
  derived.set(dockerfile, making)
  return making
}

async function busybox(lines: string): Promise<string> {
  return derive(`FROM ${(await bases.prepare('busybox', {})).id}\n${lines}`)
}

function compiledAs(how: string): Promise<string> {
  return derive(`FROM ${compiled}\nENTRYPOINT ["/p"]\nCMD ["${how}"]`)
}

type Change = Partial<Omit<MemoryRunOrder, 'limits'>> & { limits?: Partial<BootLimits> }

function run(imageId: string, change: Change = {}): Promise<MemoryRunEnd> {
  const observer = observers.get(kinds[0] as ObserverKind) as Observer
  const limits = { ...bootLimits, memoryBytes: limitBytes, ...change.limits }
  const rest = { engine, bases, imageId, labels, isCap: false, timeoutMs: 30_000, signal: never, observer }
  return runForMemory({ ...rest, ...change, limits })
}

async function see(imageId: string, change: Change = {}): Promise<MemoryRun> {
  const end = await run(imageId, change)
  if (end.how !== 'seen') throw new Error(JSON.stringify(end))
  return end.run
}

const unlimited: Change = { isCap: true, enoughBytes: limitBytes, limits: { memoryBytes: 512 * 1024 ** 2 } }

describe.each(kinds)('watched by the %s', (kind) => {
  test('a program that fills its group is killed by the kernel, and the counters outlive it', async () => {
    const observer = observers.get(kind) as Observer
    const seen = await see(await busybox('CMD ["tail", "/dev/zero"]'), { observer })
    expect(seen).toMatchObject({
      ended: 'killed',
      exitCode: 137,
      oomKills: 1,
      limitBytes,
      isCap: false,
      observer: kind,
    })
    expect(seen.peakBytes).toBeGreaterThan(limitBytes - 4 * 1024 ** 2)
    expect(Math.max(...seen.samples.map(({ bytes }) => bytes))).toBe(seen.chargedBytes)
    expect(seen.readings).toMatch(/oom_kill 1/)
  })

  test('without the limit it is ended once it holds more than was asked', async () => {
    const observer = observers.get(kind) as Observer
    const seen = await see(await busybox('CMD ["tail", "/dev/zero"]'), { ...unlimited, observer })
    expect(seen).toMatchObject({ ended: 'reached', oomKills: 0, isCap: true })
    expect(seen.chargedBytes).toBeGreaterThan(limitBytes)
  })
})

test('a child that is killed while its parent lives on is a kill all the same', async () => {
  const seen = await see(await busybox('CMD (tail /dev/zero); echo child: $?; sleep 100'))
  expect(seen).toMatchObject({ ended: 'killed', oomKills: 1, output: expect.stringContaining('child: 137') })
  expect(seen.exitCode).toBeUndefined()
})

test('what the first process leaves running is watched until it ends too', async () => {
  const seen = await see(await compiledAs('background'))
  expect(seen).toMatchObject({ ended: 'killed', exitCode: 3, oomKills: 1 })
})

test('no trick of a program keeps it from being killed, nor ends our process in its container', async () => {
  const seen = await see(await compiledAs('tricks'))
  expect(seen).toMatchObject({ ended: 'killed', exitCode: 137, oomKills: 1, limitBytes })
  expect(seen.readings).toMatch(/oom_kill_disable 0|memory.max: 104960000/)
})

test.each([
  ['that exits with it', 'CMD exit 137'],
  ['that kills itself', 'CMD kill -9 $$'],
])('exit code 137 of a program %s is no kill of the kernel', async (_, lines) => {
  expect(await see(await busybox(lines))).toMatchObject({ ended: 'exited', exitCode: 137, oomKills: 0 })
})

test('memory that is never touched is address space and no charge', async () => {
  const seen = await see(await compiledAs('untouched'), { timeoutMs: 2_000 })
  expect(seen).toMatchObject({ ended: 'waiting', oomKills: 0 })
  expect(seen.virtualBytes).toBeGreaterThan(300e6)
  expect(seen.chargedBytes).toBeLessThan(10e6)
})

test('file cache is no memory of the program', async () => {
  const seen = await see(await busybox('CMD dd if=/dev/zero of=/big bs=1M count=200; sleep 100'), {
    ...unlimited,
    timeoutMs: 4_000,
  })
  expect(seen).toMatchObject({ ended: 'waiting', oomKills: 0 })
  expect(seen.chargedBytes).toBeLessThan(20e6)
})

test('a program that grows slowly and stops below the limit is seen to wait', async () => {
  const seen = await see(await compiledAs('grow'), { timeoutMs: 5_000 })
  expect(seen).toMatchObject({ ended: 'waiting', oomKills: 0 })
  expect(seen.chargedBytes).toBeGreaterThan(96e6)
  expect(seen.samples.length).toBeLessThanOrEqual(maxSamples)
})

test.each([
  ['names no program', 'CMD []\nENTRYPOINT []', 'No command specified'],
  ['names one that is not there', 'CMD ["/malloc"]', 'no such file'],
  ['names a user that it has not', 'USER nobody-knows\nCMD ["true"]', 'unable to find user'],
  ['holds a file that is no program', 'RUN echo x > /malloc && chmod +x /malloc\nCMD ["/malloc"]', 'exec format error'],
  [
    'runs a program in a folder that it may not enter',
    'RUN mkdir -m 700 /own\nWORKDIR /own\nUSER 1234\nCMD ["/nothing"]',
    'no such file',
  ],
])('an image that %s is refused in the words of the engine', async (_, lines, words) => {
  const end = await run(await busybox(lines))
  expect(end).toMatchObject({ how: 'refused', engineMessage: expect.stringContaining(words) })
})

test('it runs as the image says: its user, its folder, its environment', async () => {
  const lines =
    'ENV WORD=there\nUSER 1234:56\nWORKDIR /srv/x\nENTRYPOINT ["sh", "-c"]\nCMD ["echo $(id -u):$(id -g) $PWD $WORD"]'
  expect(await see(await busybox(lines))).toMatchObject({
    output: '1234:56 /srv/x there',
    ended: 'exited',
    exitCode: 0,
  })
})

test('a flood of output, and of processes, stays within bounds', async () => {
  const flood = await see(await busybox('CMD yes'), { timeoutMs: 2_000 })
  expect(flood).toMatchObject({ ended: 'waiting' })
  expect(flood.output.length).toBeLessThan(10_000)
  const bomb = await see(await busybox('CMD bomb() { bomb | bomb & }; bomb; sleep 100'), { timeoutMs: 1_000 })
  expect(['waiting', 'killed']).toContain(bomb.ended)
})

test('a program that fills the disk instead is ended', async () => {
  const image = await busybox('CMD yes > /big')
  const end = await run(image, { ...unlimited, limits: { memoryBytes: 512 * 1024 ** 2, diskBytes: 50e6 } })
  expect(end).toMatchObject({ how: 'disk-full' })
})

test('an interruption ends it at once', async () => {
  const image = await busybox('CMD sleep 100')
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 1_000)
  await expect(run(image, { signal: stop.signal })).rejects.toMatchObject({ code: 'interrupted' })
})

test('a container that is killed from outside is our trouble, and no verdict', async () => {
  const image = await busybox('CMD sleep 100')
  const coming = run(image)
  coming.catch(() => {})
  await vi.waitUntil(killRunning, { timeout: 30_000, interval: 300 })
  await expect(coming).rejects.toMatchObject({ code: 'engine.failed' })
})
