import type { Evidence } from '../model/feedback.ts'
import type { MemoryRun } from '../model/observations.ts'

/** A run of a program in words, and what a report shows and draws of it. */

export function sayBytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

export function saySeconds(durationMs: number): string {
  const seconds = durationMs / 1000
  return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`
}

/** `ended by itself with exit code 3`, `was still running after 240 s`. */
export function sayEnd(run: MemoryRun): string {
  switch (run.ended) {
    case 'killed':
      return `was killed by the kernel for memory after ${saySeconds(run.waitedMs)}`
    case 'reached':
      return `was ended by us after ${saySeconds(run.waitedMs)}, as it held enough`
    case 'waiting':
      return `was still running after ${saySeconds(run.waitedMs)}`
    case 'exited':
      return `ended by itself after ${saySeconds(run.waitedMs)} with ${sayExit(run.exitCode)}`
  }
}

const signals = new Map([
  [132, 'SIGILL'],
  [134, 'SIGABRT'],
  [135, 'SIGBUS'],
  [136, 'SIGFPE'],
  [137, 'SIGKILL'],
  [139, 'SIGSEGV'],
  [143, 'SIGTERM'],
])

function sayExit(exitCode: number | undefined): string {
  const signal = signals.get(exitCode ?? 0)
  return signal === undefined ? `exit code ${exitCode}` : `exit code ${exitCode}, which stands for ${signal}`
}

/** What is shown of a run, whatever the verdict; `lineBytes` is the line that the picture draws. */
export function evidenceOf(run: MemoryRun, lineBytes: number): Evidence[] {
  const killed = run.oomKills > 0
  const line = `up to ${sayBytes(run.chargedBytes)} in ${saySeconds(run.waitedMs)}, the line at ${lineBytes} bytes${killed ? ', then killed by the kernel' : ''}`
  const samples = run.samples.map(({ atMs, bytes }) => ({ atMs, bytes }))
  return [
    {
      kind: 'memory',
      text: `Memory of its cgroup: ${line}.`,
      memory: { limitBytes: lineBytes, isInForce: !run.isCap, killed, samples },
    },
    { kind: 'kernel', text: run.readings === '' ? '(nothing was read)' : run.readings.slice(0, 2_000) },
    { kind: 'log', text: run.output === '' ? '(it printed nothing)' : run.output.slice(-4_000) },
  ]
}
