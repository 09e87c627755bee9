import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assignmentSchema } from '../../model/assignment.ts'
import { GraderError } from '../../model/grader-error.ts'
import type { Submission } from '../../model/submission.ts'
import { createAdmission } from '../../sandbox/admission.ts'
import { type BaseImages, createBaseImages } from '../../sandbox/bases/base-images.ts'
import { connectEngine, type Engine, ownerLabel, ownerOfThisProcess, runLabel } from '../../sandbox/engine.ts'
import { reapRun } from '../../sandbox/reaper.ts'
import { withIntake } from '../intake/test-submission.ts'
import type { BuildPlan, BuildResult } from './build.ts'
import { createSharedBuilds } from './shared-builds.ts'

/** Whose turn it is to build, and what others get of it. */

let engine: Engine
let bases: BaseImages
const run = `test-${randomBytes(6).toString('hex')}`
let labels: Record<string, string>
const limits = assignmentSchema.shape.limits.parse(undefined).build
const { signal } = new AbortController()
beforeAll(async () => {
  engine = await connectEngine()
  labels = { [runLabel]: run, [ownerLabel]: await ownerOfThisProcess() }
  bases = createBaseImages(engine, { standIns: true, say: () => {}, runLabels: labels })
  await bases.prepare('busybox', {})
})
afterAll(async () => {
  await bases.dispose()
  await reapRun(engine, run)
})

/** One slot, so that all others wait. */
const openBuilds = () => createSharedBuilds(engine, createAdmission({ builds: 1, boots: 1 }, signal))

function planOf(submission: Submission, change: Partial<BuildPlan> = {}): BuildPlan {
  const candidate = { dockerfile: 'Dockerfile', context: '.', because: [] }
  return { engine, bases, submission, candidate, limits, labels, signal, ...change }
}

function withBoth<T>(one: string, other: string, use: (one: Submission, other: Submission) => Promise<T>): Promise<T> {
  return withIntake({ Dockerfile: one }, (first) =>
    withIntake({ Dockerfile: other }, (second) => {
      if (!first.ok || !second.ok) throw new Error('intake refused a Dockerfile')
      return use(first.submission, second.submission)
    }),
  )
}

function imageOf({ result }: { result: BuildResult }): string {
  if (!result.ok) throw new Error(result.fault.message)
  return result.facts.imageId
}

test('a build that waits for its turn keeps all of its time', async () => {
  const builds = openBuilds()
  const patient = { limits: { ...limits, timeoutMs: 9_000 } }
  await withBoth(
    'FROM busybox\nRUN sleep 5; echo one\n',
    'FROM busybox\nRUN sleep 5; echo two\n',
    async (one, other) => {
      const began = performance.now()
      const ends = await Promise.all([builds.build(planOf(one, patient)), builds.build(planOf(other, patient))])
      expect(performance.now() - began).toBeGreaterThan(patient.limits.timeoutMs)
      expect(ends.map(({ result }) => result.ok)).toEqual([true, true])
      for (const end of ends) await builds.letGo(imageOf(end))
    },
  )
  await builds.dispose()
})

test('an image stays while somebody uses it, and for the next copy, and goes with the run', async () => {
  const builds = openBuilds()
  const text = 'FROM busybox\nRUN echo kept\n'
  await withBoth(text, text, async (one, copy) => {
    const [first, second] = await Promise.all([builds.build(planOf(one)), builds.build(planOf(copy))])
    const id = imageOf(first)
    expect(imageOf(second)).toBe(id)
    await builds.letGo(id)
    await builds.letGo(id)
    expect(imageOf(await builds.build(planOf(copy)))).toBe(id)
    await builds.dispose()
    expect((await engine.docker.getImage(id).inspect()).Id).toBe(id)
    await builds.letGo(id)
    await builds.dispose()
    await expect(engine.docker.getImage(id).inspect()).rejects.toMatchObject({ statusCode: 404 })
  })
})

test('what broke by our fault breaks nobody else', async () => {
  const builds = openBuilds()
  const text = 'FROM busybox\nRUN echo for all\n'
  const prepare = () => Promise.reject(new GraderError('engine.failed', 'it was unwell for a moment'))
  await withBoth(text, text, async (one, copy) => {
    const broken = builds.build(planOf(one, { bases: { ...bases, prepare } }))
    const whole = builds.build(planOf(copy))
    await expect(broken).rejects.toMatchObject({ code: 'engine.failed' })
    await builds.letGo(imageOf(await whole))
  })
  await builds.dispose()
})

test('a build that ran out of time is no verdict on a copy', async () => {
  const builds = openBuilds()
  const text = 'FROM busybox\nRUN sleep 4; echo late\n'
  await withBoth(text, text, async (one, copy) => {
    const { result } = await builds.build(planOf(one, { limits: { ...limits, timeoutMs: 1_500 } }))
    expect(result).toMatchObject({ ok: false, fault: { reason: 'build.timeout' } })
    await builds.letGo(imageOf(await builds.build(planOf(copy))))
  })
  await builds.dispose()
})
