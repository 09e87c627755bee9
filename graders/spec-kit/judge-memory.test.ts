import { describe, expect, test } from 'vitest'
import { evidenceSchema } from '../model/feedback.ts'
import type { MemoryRun } from '../model/observations.ts'
import { judgeGrowth, judgeOomKill } from './judge-memory.ts'
import { curve, limitBytes, memoryRun } from './test-memory-run.ts'

const capBytes = 512 * 1024 ** 2

const killed: Partial<MemoryRun> = {
  samples: curve(1, 104, 0.3),
  peakBytes: limitBytes,
  oomKills: 1,
  ended: 'killed',
  exitCode: 137,
  waitedMs: 900,
}

describe('memory.oom-killed', () => {
  test('passes when the counter, the mark at the limit and the kill come together', () => {
    const verdict = judgeOomKill(memoryRun(killed))
    expect(verdict).toMatchObject({
      outcome: 'passed',
      credit: 1,
      message: expect.stringMatching(/killed the program/),
    })
  })

  test('passes when a child was killed and its parent lives on', () => {
    const { exitCode, ...parentLives } = killed
    expect(exitCode).toBe(137)
    const verdict = judgeOomKill(memoryRun(parentLives))
    expect(verdict).toMatchObject({ outcome: 'passed', message: expect.stringMatching(/had started/) })
  })

  test('passes on a kernel that keeps no mark, by the times that the limit was hit', () => {
    const seen: Partial<MemoryRun> = { ...killed, samples: curve(1, 40), peakBytes: 40e6, peakIsSampled: true }
    expect(judgeOomKill(memoryRun({ ...seen, limitHits: 12, cgroupVersion: 2 })).outcome).toBe('passed')
    expect(judgeOomKill(memoryRun({ ...seen, limitHits: 0, cgroupVersion: 2 })).reason).toBe('memory.killed-elsewhere')
  })

  const { oomKills, ...uncounted } = killed
  test.each<[string, Partial<MemoryRun>, string]>([
    ['exits with 137 by itself', { ended: 'exited', exitCode: 137, waitedMs: 30 }, 'memory.only-exit-code'],
    ['kills itself at the limit', { ...uncounted, ended: 'exited' }, 'memory.only-exit-code'],
    ['reserves and never touches', { virtualBytes: 400e6 }, 'memory.not-touched'],
    ['reserves, touches nothing and ends', { virtualBytes: 400e6, ended: 'exited', exitCode: 0 }, 'memory.not-touched'],
    ['ends below the limit', { ended: 'exited', exitCode: 0, samples: curve(1, 50) }, 'memory.not-killed'],
    [
      'sets a limit of its own and is out of memory',
      { ended: 'exited', exitCode: 2, samples: curve(1, 60) },
      'memory.not-killed',
    ],
    ['waits below the limit', { samples: curve(1, 50, 100, 100) }, 'memory.not-killed'],
    [
      'frees what it took, at the limit',
      { samples: curve(1, 99, 1, 99), peakBytes: limitBytes, limitHits: 3 },
      'memory.not-killed',
    ],
    [
      'was killed while its group had room',
      { ...killed, samples: curve(1, 30), peakBytes: 30e6 },
      'memory.killed-elsewhere',
    ],
  ])('fails a program that %s', (_, facts, reason) => {
    expect(oomKills).toBe(1)
    const verdict = judgeOomKill(memoryRun(facts))
    expect(verdict).toMatchObject({ outcome: 'failed', credit: 0, reason })
    for (const part of [verdict.expected, verdict.actual, verdict.hint, verdict.reproduce]) expect(part).toBeTruthy()
  })

  test('what it reserved matters to nobody once the limit was reached', () => {
    const facts = {
      samples: curve(1, 104),
      peakBytes: limitBytes,
      virtualBytes: 900e6,
      ended: 'exited',
      exitCode: 0,
    } as const
    expect(judgeOomKill(memoryRun(facts)).reason).toBe('memory.not-killed')
  })

  test('says how far it came, and how to see the kill oneself', () => {
    const { message, reproduce } = judgeOomKill(memoryRun({ samples: curve(1, 50, 50) }))
    expect(message).toBe(
      'The kernel did not kill the program: it was still running after 240 s and held 50.0 MB at most, of 104960000 bytes that it may have.',
    )
    expect(reproduce).toContain('-m 104960000 --memory-swap 104960000')
    expect(reproduce).toContain('memory.oom_control')
    expect(judgeOomKill(memoryRun({ cgroupVersion: 2 })).reproduce).toContain('memory.events')
  })
})

describe('memory.grows', () => {
  const grow = (facts: Partial<MemoryRun>) =>
    judgeGrowth(memoryRun({ limitBytes: capBytes, isCap: true, ...facts }), limitBytes)

  test('passes when more was charged, whatever ended it later', () => {
    const samples = curve(1, 60, 210)
    for (const ended of ['reached', 'exited', 'waiting', 'killed'] as const) {
      expect(grow({ samples, ended, exitCode: 0 })).toMatchObject({
        outcome: 'passed',
        message: 'It held 210.0 MB of memory.',
      })
    }
  })

  test('passes when the cap killed it between two samples', () => {
    const seen = { samples: curve(1, 20), oomKills: 1, ended: 'killed', exitCode: 137 } as const
    expect(grow({ ...seen, peakBytes: capBytes })).toMatchObject({ outcome: 'passed' })
    expect(grow({ ...seen, peakIsSampled: true, limitHits: 4, peakBytes: 20e6 })).toMatchObject({ outcome: 'passed' })
  })

  test.each<[string, Partial<MemoryRun>, string]>([
    ['stays small', {}, 'memory.no-growth'],
    ['fills the file cache alone', { peakBytes: 400e6 }, 'memory.no-growth'],
    ['stops just short of it', { samples: curve(1, 100, 104.9, 104.9, 104.9, 104.9) }, 'memory.no-growth'],
    ['takes and gives back', { samples: curve(1, 80, 1, 80, 1, 80, 1) }, 'memory.no-growth'],
    ['reserves and never touches', { virtualBytes: 900e6 }, 'memory.not-touched'],
    ['is slower than it may be', { samples: curve(1, 10, 20, 30, 40, 50, 60) }, 'memory.too-slow'],
    ['ends before', { ended: 'exited', exitCode: 0, samples: curve(1, 90) }, 'memory.ends-early'],
    ['crashes', { ended: 'exited', exitCode: 139, samples: curve(1, 90) }, 'memory.ends-early'],
    [
      'was killed for want of memory elsewhere',
      { oomKills: 1, ended: 'killed', samples: curve(1, 9) },
      'memory.killed-elsewhere',
    ],
  ])('fails a program that %s', (_, facts, reason) => {
    const verdict = grow(facts)
    expect(verdict).toMatchObject({ outcome: 'failed', credit: 0, reason })
    for (const part of [verdict.expected, verdict.actual, verdict.hint, verdict.reproduce]) expect(part).toBeTruthy()
  })

  test('a crash is named by its signal', () => {
    expect(grow({ ended: 'exited', exitCode: 139 }).message).toContain('exit code 139, which stands for SIGSEGV')
  })
})

test("every verdict carries what a report draws, the kernel's own words and the last lines of the program", () => {
  for (const verdict of [
    judgeOomKill(memoryRun(killed)),
    judgeOomKill(memoryRun()),
    judgeGrowth(memoryRun(), limitBytes),
  ]) {
    const [picture, kernel, log] = (verdict.evidence ?? []).map((one) => evidenceSchema.parse(one))
    expect(picture).toMatchObject({ kind: 'memory', memory: { limitBytes, samples: expect.any(Array) } })
    expect(picture?.memory?.killed).toBe(verdict.outcome === 'passed')
    expect(picture?.text).not.toContain('\n')
    expect(kernel).toMatchObject({ kind: 'kernel', text: expect.stringContaining('oom_kill') })
    expect(log).toEqual({ kind: 'log', text: 'Allocating 100Mb memory' })
  }
})

test('a flood of output stays within what a report takes', () => {
  const [, , log] = judgeOomKill(memoryRun({ output: 'x'.repeat(50_000) })).evidence ?? []
  expect(log?.text.length).toBeLessThanOrEqual(4_000)
})
