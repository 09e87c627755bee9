import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAdmission, planSlots } from './admission.ts'

const GiB = 1024 ** 3
const demand = { buildBytes: 2 * GiB, bootBytes: GiB, jobs: 8 }

test('H87: no more builds than cores, no more of anything than memory, jobs and patience allow', () => {
  expect(planSlots({ cores: 2, memoryBytes: 24 * GiB }, demand)).toEqual({ builds: 2, boots: 6 })
  expect(planSlots({ cores: 16, memoryBytes: 8 * GiB }, demand)).toEqual({ builds: 2, boots: 2 })
  expect(planSlots({ cores: 16, memoryBytes: 64 * GiB }, { ...demand, jobs: 1 })).toEqual({ builds: 1, boots: 1 })
  expect(planSlots({ cores: 2, memoryBytes: GiB }, demand)).toEqual({ builds: 1, boots: 1 })
})

test('H87: what runs at once never needs more memory than is free, unless one of each does already', () => {
  const machine = fc.record({ cores: fc.integer({ min: 1, max: 256 }), memoryBytes: fc.nat(1024 * GiB) })
  const asked = fc.record({
    buildBytes: fc.integer({ min: 1e6, max: 8 * GiB }),
    bootBytes: fc.integer({ min: 1e6, max: 8 * GiB }),
    jobs: fc.integer({ min: 1, max: 999 }),
  })
  fc.assert(
    fc.property(machine, asked, (capacity, wanted) => {
      const { builds, boots } = planSlots(capacity, wanted)
      expect(Math.min(builds, boots)).toBeGreaterThanOrEqual(1)
      expect(Math.max(builds, boots)).toBeLessThanOrEqual(wanted.jobs)
      if (builds === 1 && boots === 1) return
      expect(builds * wanted.buildBytes + boots * wanted.bootBytes).toBeLessThanOrEqual(capacity.memoryBytes)
    }),
  )
})

test('H87: builds and boots begin in the order in which they came, each as a slot becomes free', async () => {
  const admission = createAdmission({ builds: 2, boots: 1 }, new AbortController().signal)
  const begun: number[] = []
  let most = 0
  let running = 0
  const builds = [0, 1, 2, 3, 4].map((at) =>
    admission.build(async () => {
      begun.push(at)
      running += 1
      most = Math.max(most, running)
      await sleep(5)
      running -= 1
      if (at === 1) throw new Error('a failed build gives its slot back, too')
    }),
  )
  const first = await admission.boot()
  let hasSecond = false
  const second = admission.boot().then((slot) => {
    hasSecond = true
    return slot
  })
  const settled = await Promise.allSettled(builds)
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
  expect(begun).toEqual([0, 1, 2, 3, 4])
  expect(most).toBe(2)
  expect(hasSecond).toBe(false)
  first.letGo()
  ;(await second).letGo()
})

test('whoever waits when the run is interrupted is told so, and nothing more begins', async () => {
  const interruption = new AbortController()
  const admission = createAdmission({ builds: 1, boots: 1 }, interruption.signal)
  const slot = await admission.boot()
  const boot = admission.boot()
  const running = admission.build(() => sleep(20))
  await sleep(5)
  const build = admission.build(async () => expect.unreachable())
  interruption.abort()
  slot.letGo()
  const settled = await Promise.allSettled([running, boot, build])
  const interrupted = { status: 'rejected', reason: { code: 'interrupted' } }
  expect(settled).toMatchObject([{ status: 'fulfilled' }, interrupted, interrupted])
})
