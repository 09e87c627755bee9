import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Docker from 'dockerode'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Grade } from '../model/grade.ts'
import type { Progress, RunOptions, SubmissionSource } from '../model/progress.ts'
import { sampleGraded } from '../reporters/sample-grades.ts'
import { createAdmission, planSlots } from '../sandbox/admission.ts'
import { setDeadlines } from '../sandbox/engine-deadlines.ts'
import { notInTime } from '../spec-kit/exchange-text.ts'
import { loadCourse } from '../stages/specs/load-assignment.ts'

/** What keeps neighbours and a sick engine from costing anybody anything, taken away. */

const gibibyte = 1024 ** 3

/** The most memory that works of `each` bytes were given at one time. */
async function mostAtOnce(works: number, each: number, begin: (work: () => Promise<void>) => Promise<void>) {
  let [running, most] = [0, 0]
  const work = async () => {
    running += each
    most = Math.max(most, running)
    await sleep(5)
    running -= each
  }
  await Promise.all(Array.from({ length: works }, () => begin(work)))
  return most
}

test('H87 control: begun all at once, thirty builds want more memory than the machine has', async () => {
  const demand = { buildBytes: 2 * gibibyte, bootBytes: gibibyte, jobs: 30 }
  const memoryBytes = 16 * gibibyte
  const admission = createAdmission(planSlots({ cores: 16, memoryBytes }, demand), new AbortController().signal)
  expect(await mostAtOnce(30, demand.buildBytes, (work) => work())).toBeGreaterThan(memoryBytes)
  expect(await mostAtOnce(30, demand.buildBytes, (work) => admission.build(work))).toBeLessThan(memoryBytes)
})

describe('an honest server that is late because of the noise beside it', () => {
  afterEach(() => {
    for (const module of ['../grade.ts', '../spec-kit/exchange-text.ts']) vi.doUnmock(module)
    vi.resetModules()
  })

  /** Grades of two that are graded at the same time, as `gradeBatch` gives them. */
  async function gradeBeside(): Promise<Grade[]> {
    let running = 0
    vi.doMock('../grade.ts', () => ({
      gradeSubmission: async ({ id }: SubmissionSource) => {
        running += 1
        await sleep(100)
        const isNoisy = running > 1
        await sleep(100)
        running -= 1
        const late = { outcome: 'failed' as const, evidence: [{ kind: 'http' as const, text: notInTime }] }
        return sampleGraded(id, isNoisy ? { 'httpserver.healthz': late } : {})
      },
    }))
    const { gradeBatch } = await import('../batch.ts')
    const grades = new Map<string, Grade>()
    const graded = (grade: Grade) => void grades.set(grade.submission.id, grade)
    const silent: Progress = { began: async () => {}, stage() {}, check() {}, graded, message() {} }
    const asked = {
      jobs: 2,
      mirror: undefined,
      standIns: true,
      seed: undefined,
      kernel: 'host',
      exercises: undefined,
    } as const
    const options: RunOptions = { ...asked, progress: silent, signal: new AbortController().signal }
    const sources = ['honest', 'noisy'].map((id) => ({ id, path: `/nowhere/${id}` }))
    await gradeBatch(sources, await loadCourse('cncamp-module3'), options)
    return sources.flatMap(({ id }) => grades.get(id) ?? [])
  }
  const points = (grade: Grade | undefined) => (grade?.status === 'graded' ? grade.score : undefined)

  test('H86: is graded once more, alone, and has all its points', async () => {
    vi.resetModules()
    const [honest] = await gradeBeside()
    expect(points(honest)).toBe(points(sampleGraded('honest')))
    expect(honest?.flags).toMatchObject([{ code: 'repeated-alone' }])
  })

  test('H86 control: has lost points where nobody knows a failure by time', async () => {
    vi.resetModules()
    vi.doMock('../spec-kit/exchange-text.ts', async (original) => ({
      ...(await original<object>()),
      notInTime: 'what is never written',
    }))
    const [honest] = await gradeBeside()
    expect(points(honest)).toBeLessThan(points(sampleGraded('honest')) ?? 0)
  })
})

test('H88 control: a client without deadlines waits for an engine that says nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-silent-engine-'))
  const socketPath = join(folder, 'engine.sock')
  const server = createServer(() => {})
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  const [naive, ours] = [new Docker({ socketPath }), new Docker({ socketPath })]
  // Deadlines are set for all clients of the class, from then on.
  const waiting = naive.info().catch(() => 'its connection was closed')
  setDeadlines(ours, 300)
  try {
    await expect(ours.info()).rejects.toMatchObject({ code: 'engine.timeout' })
    expect(await Promise.race([waiting, sleep(1_200, 'still waits')])).toBe('still waits')
  } finally {
    server.closeAllConnections()
    await waiting
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true, force: true })
  }
})
