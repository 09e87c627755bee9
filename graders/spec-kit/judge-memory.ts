import type { Reason } from '../model/feedback.ts'
import type { MemoryRun } from '../model/observations.ts'
import type { Verdict } from '../model/verdict.ts'
import { failedBy, passed } from './judgement.ts'
import { evidenceOf, sayBytes, sayEnd, saySeconds } from './memory-text.ts'

/** The kernel counts in batches of pages, and a program may fail for a page of two MiB at once. */
const nearBytes = 4 * 1024 ** 2

const howToFill =
  'Take memory in blocks until there is none left, and write to every page of each: in C `memset(block, 1, size)` after `malloc`, in Go a slice that stays reachable and of which each 4096th byte is written. Memory that was never written is not taken from anybody.'

/** Whether memory charged to the program's cgroup really went past so many bytes, whatever ended it later. */
export function judgeGrowth(run: MemoryRun, bytes: number): Verdict {
  const evidence = evidenceOf(run, bytes)
  const actual = `${sayBytes(heldBytes(run))}, then it ${sayEnd(run)}`
  if (heldBytes(run) > bytes) return passed(`It held ${sayBytes(heldBytes(run))} of memory.`, evidence, actual)
  const fail = (reason: Reason, message: string, hint: string): Verdict =>
    failedBy({
      reason,
      message,
      expected: `more than ${bytes} bytes charged to its memory cgroup`,
      actual,
      hint,
      reproduce: 'docker run -d --name hog IMAGE\ndocker stats hog   # MEM USAGE: is it growing?',
      evidence,
    })
  const held = sayBytes(heldBytes(run))
  if (run.oomKills > 0) return fail(...killedElsewhere(run))
  if (run.virtualBytes > bytes) return fail(...notTouched(run))
  if (run.ended === 'exited') {
    return fail('memory.ends-early', `The program held ${held} at most and ${sayEnd(run)}.`, hintForEnd(run))
  }
  if (isStillGrowing(run)) {
    const message = `The program was still growing after ${saySeconds(run.waitedMs)} and held ${held} by then.`
    return fail('memory.too-slow', message, 'Take larger blocks, or sleep less between them.')
  }
  return fail('memory.no-growth', `The program held ${held} at most and did not grow any further.`, howToFill)
}

/** Whether the kernel's OOM killer ended it at its limit: the counter, the death and the mark together. */
export function judgeOomKill(run: MemoryRun): Verdict {
  const evidence = evidenceOf(run, run.limitBytes)
  const actual = `${run.oomKills === 0 ? 'no process' : run.oomKills} killed by the kernel; at most ${sayBytes(run.peakBytes)}; the program ${sayEnd(run)}`
  if (run.oomKills > 0 && run.ended === 'killed' && cameToLimit(run)) {
    const who = run.exitCode === 137 ? 'the program' : 'a process that the program had started'
    return passed(`At its limit the kernel killed ${who} with SIGKILL.`, evidence, actual)
  }
  const fail = (reason: Reason, message: string, hint: string): Verdict =>
    failedBy({
      reason,
      message,
      expected: `memory grows to ${run.limitBytes} bytes, and there the kernel kills it (\`oom_kill\` of its cgroup is counted)`,
      actual,
      hint,
      reproduce: reproduceKill(run),
      evidence,
    })
  if (run.oomKills > 0) return fail(...killedElsewhere(run))
  if (run.exitCode === 137) return fail(...onlyExitCode(run))
  if (run.virtualBytes > run.limitBytes && !cameToLimit(run)) return fail(...notTouched(run))
  const held = sayBytes(run.chargedBytes)
  const message = `The kernel did not kill the program: it ${sayEnd(run)} and held ${held} at most, of ${run.limitBytes} bytes that it may have.`
  return fail('memory.not-killed', message, run.ended === 'exited' ? hintForEnd(run) : howToFill)
}

/** Without file cache; where the kernel had to kill because the group was full, all of it was of another kind. */
function heldBytes(run: MemoryRun): number {
  if (run.oomKills === 0 || !cameToLimit(run)) return run.chargedBytes
  return Math.max(run.chargedBytes, run.peakIsSampled === true ? run.limitBytes : run.peakBytes)
}

function cameToLimit(run: MemoryRun): boolean {
  return run.peakBytes >= run.limitBytes - nearBytes || (run.peakIsSampled === true && run.limitHits > 0)
}

/** In the second half of its time it has taken more, and kept it. */
function isStillGrowing({ samples, chargedBytes, ended }: MemoryRun): boolean {
  const last = samples.at(-1)
  if (ended !== 'waiting' || last === undefined) return false
  const before = samples.findLast(({ atMs }) => atMs <= last.atMs / 2)
  return before !== undefined && last.bytes - before.bytes > 2 * 1024 ** 2 && last.bytes > 0.95 * chargedBytes
}

type Failure = [reason: Reason, message: string, hint: string]

function killedElsewhere(run: MemoryRun): Failure {
  const message = `The kernel killed it for memory while its own cgroup was far from full: ${sayBytes(run.peakBytes)} of ${run.limitBytes} bytes.`
  return [
    'memory.killed-elsewhere',
    message,
    'Ask for another run: something else had filled the memory of the machine.',
  ]
}

function onlyExitCode(run: MemoryRun): Failure {
  const message = `The program ended with exit code 137, which looks like a kill; the kernel killed nothing, and it held ${sayBytes(run.chargedBytes)} at most.`
  return ['memory.only-exit-code', message, `The exit code alone is no proof. ${howToFill}`]
}

function notTouched(run: MemoryRun): Failure {
  const message = `The program reserved ${sayBytes(run.virtualBytes)} of address space and used only ${sayBytes(run.chargedBytes)} of it: memory that was never written is not charged.`
  return ['memory.not-touched', message, howToFill]
}

function hintForEnd({ exitCode }: MemoryRun): string {
  const crash = exitCode === 0 ? '' : 'Read its last lines below. '
  return `${crash}It must go on until the kernel ends it: an endless loop that takes a block, keeps it and sleeps for a moment.`
}

function reproduceKill({ limitBytes, cgroupVersion }: MemoryRun): string {
  const counter =
    cgroupVersion === 1
      ? '/sys/fs/cgroup/memory/docker/$(docker inspect -f "{{.Id}}" hog)/memory.oom_control'
      : '/sys/fs/cgroup/system.slice/docker-$(docker inspect -f "{{.Id}}" hog).scope/memory.events'
  return [
    `docker run -d --name hog -m ${limitBytes} --memory-swap ${limitBytes} IMAGE`,
    `cat ${counter}   # while it runs`,
    `docker wait hog; docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' hog; sudo dmesg | grep -i oom | tail`,
  ].join('\n')
}
