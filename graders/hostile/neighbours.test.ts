import { describe, expect, test } from 'vitest'
import { scoredShare } from './control.ts'
import { describeRounds, gradeCrowd, lostPoints, noisy, type Round, writeNeighboursTable } from './neighbour-rounds.ts'

/** Whoever is graded at the same moment costs an honest submission no point, though it may cost it time. */

const nightly = process.env.CGRADE_NIGHTLY === '1'
const rounds = nightly ? 20 : 1
const honest = 3
const roundMs = 300_000
const lines: string[] = []

describe('H86: noise beside honest submissions takes no point from them', () => {
  test.each(nightly ? [2, 4] : [4])(
    'with %i at a time: processes, memory, processor, disk and log all at once',
    async (jobs) => {
      const graded: Round[] = []
      for (let round = 0; round < rounds; round += 1) {
        const one = await gradeCrowd({ hostile: noisy, controls: honest, jobs })
        expect(one.controls.map(scoredShare)).toEqual(Array(honest).fill(1))
        expect(one.grades).toHaveLength(honest + noisy.length)
        expect(one.grades.filter(({ status }) => status !== 'graded')).toEqual([])
        graded.push(one)
      }
      expect(graded.map(lostPoints)).toEqual(Array(rounds).fill(0))
      if (!nightly) return
      const alone = await gradeCrowd({ hostile: [], controls: honest, jobs })
      lines.push(describeRounds(jobs, graded, alone))
      await writeNeighboursTable(lines)
    },
    roundMs * (rounds + 1),
  )
})

test(
  'H87: thirty honest submissions, eight at a time on whatever this machine has, all have every point',
  async () => {
    const { controls } = await gradeCrowd({ hostile: [], controls: 30, jobs: 8 })
    expect(controls.map(scoredShare)).toEqual(Array(30).fill(1))
  },
  roundMs * 2,
)
