import type { MemoryRun, MemorySample } from '../model/observations.ts'

/** Test support: runs of a program that should take memory, as an observer would have seen them. */

export const limitBytes = 104_960_000

/** A curve in megabytes, a sample each ten seconds. */
export function curve(...megabytes: number[]): MemorySample[] {
  return megabytes.map((value, at) => ({ atMs: at * 10_000, bytes: value * 1e6 }))
}

/** A limited run of a program that waits without growing. */
export function memoryRun(change: Partial<MemoryRun> = {}): MemoryRun {
  const samples = change.samples ?? curve(1, 5, 5)
  const chargedBytes = Math.max(...samples.map(({ bytes }) => bytes))
  return {
    limitBytes,
    isCap: false,
    peakBytes: chargedBytes,
    chargedBytes,
    oomKills: 0,
    limitHits: 0,
    ended: 'waiting',
    waitedMs: 240_000,
    virtualBytes: 6e6,
    output: 'Allocating 100Mb memory',
    cgroupVersion: 1,
    observer: 'host',
    readings: 'memory.oom_control: oom_kill 0',
    ...change,
    samples,
  }
}
