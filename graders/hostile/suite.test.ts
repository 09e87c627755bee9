import { describe, expect, test } from 'vitest'
import { renderTranscript } from '../reporters/transcript.ts'
import { summaryOf, summaryOfExpected } from '../test-expected-grades.ts'
import { ratioOf, scoredShare } from './control.ts'
import { type HostileCase, readHostileCases } from './hostile-cases.ts'
import { gradeBesideControls, type HostileRun } from './run-beside-controls.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** Time of the honest submission beside the attack, in multiples of its time alone. */
    controlRatio?: number
  }
}

/** Every hostile submission gets its outcome and harms nobody: neither the honest ones beside it, nor the reports, nor this machine. */

/** Each in a run of its own, as `npm run test:hostile` does; otherwise some share one, which saves minutes. */
const thorough = process.env.CGRADE_HOSTILE === '1' || process.env.CGRADE_NIGHTLY === '1'
const together = 6
const graderBytes = 1024 ** 3

const cases = (await readHostileCases()).filter(({ layer }) => layer === 'engine' || thorough)
const sharing = cases.filter(({ alone }) => !alone && !thorough)
let alone: Promise<HostileRun> | undefined
const piles = Math.ceil(sharing.length / together)
const groups = [
  // Dealt out like cards: neighbours in the catalogue are alike, and should not all be in one run.
  ...Array.from({ length: piles }, (_, pile) => sharing.filter((_, at) => at % piles === pile)),
  ...cases.filter((one) => !sharing.includes(one)).map((one) => [one]),
]

describe.each(groups.map((group) => ({ names: group.map(({ name }) => name).join(', '), group })))('$names', judgeGroup)

test('there are hostile submissions', () => {
  expect(cases.length).toBeGreaterThan(0)
})

function judgeGroup({ group }: { group: HostileCase[] }): void {
  const wallSeconds = group.reduce((sum, one) => sum + one.wallSeconds, 60)
  const patienceMs = wallSeconds * 3_000
  const ids = [...new Set(group.map((one) => one.case))].map((id) => `${id}:`).join(' ')
  let started: Promise<HostileRun> | undefined
  // Within a test and not before all of them: the table of the suite tells what each attack costs.
  const gradeOnce = () => {
    started ??= gradeBesideControls(group, { jobs: group.length > 1 ? 4 : 2 })
    return started
  }

  test.each(group.map((one) => ({ id: one.case, name: one.name, one })))(
    '$id: $name gets its outcome',
    async ({ one }) => {
      const { grades, everything } = await gradeOnce()
      const grade = grades.get(one.name)
      if (grade === undefined) throw new Error('it was not graded')
      expect(summaryOf(grade, one)).toEqual(summaryOfExpected(one))
      const transcript = renderTranscript(grade)
      expect(one.shows.filter((text) => !transcript.includes(text))).toEqual([])
      expect(one.never.filter((text) => everything.includes(text))).toEqual([])
    },
    patienceMs,
  )

  test(
    `${ids} take no point from the honest ones beside them`,
    async ({ task }) => {
      const { controls } = await gradeOnce()
      expect(controls.map(scoredShare)).toEqual([1, 1, 1])
      if (!thorough) return
      alone ??= gradeBesideControls([], { jobs: 1 })
      const ratio = ratioOf(controls, (await alone).controls)
      task.meta.controlRatio = ratio
      expect(ratio).toBeLessThan(2)
    },
    patienceMs,
  )

  test(
    `${ids} bring nothing to light, leave nothing behind, and command nothing`,
    async () => {
      const { faults, peakBytes, seconds } = await gradeOnce()
      expect(faults).toEqual([])
      expect(peakBytes).toBeLessThan(graderBytes)
      expect(seconds).toBeLessThan(wallSeconds)
    },
    patienceMs,
  )
}
