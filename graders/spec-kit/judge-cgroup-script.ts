import type { Fault, Location, Reason } from '../model/feedback.ts'
import type { CgroupTrial, ScriptGroup } from '../model/observations.ts'
import { effectiveLimitOf, isAskedLimit } from '../model/script-groups.ts'
import type { Verdict } from '../model/verdict.ts'
import { evidenceOf, nameOf, shown } from './cgroup-script-evidence.ts'
import { cgroupCommands, explainBreakOff, explainComplaint, lastLinesOf } from './cgroup-script-hints.ts'
import { failedBy, passed } from './judgement.ts'

/** Whether the script put `malloc` into a memory cgroup with the limit, so that the kernel killed it there. */
export function judgeCgroupScript(trial: CgroupTrial, askedBytes: number): Verdict {
  const { groups } = trial
  const limitOf = ({ path }: ScriptGroup) => effectiveLimitOf(groups, path)
  const holders = groups.filter(({ held }) => held)
  const limited = holders.filter((group) => isAskedLimit(limitOf(group), askedBytes))
  const killedIn = limited.find(({ oomKills }) => oomKills > 0)
  if (trial.killed && killedIn !== undefined) {
    return passed(
      `The script put \`malloc\` into the cgroup ${nameOf(killedIn)} with a limit of ${limitOf(killedIn)} bytes${swapWords(killedIn)}, and the kernel killed it there.`,
      evidenceOf(trial),
    )
  }
  const fault = (reason: Reason, feedback: Omit<Fault, 'reason'>) =>
    failedBy({ reason, ...feedback, ...factsOf(trial, askedBytes) })
  const timedOut = trial.end.how === 'timeout'

  if (limited.length > 0) return fault('cgroup-script.not-killed', notKilled(trial, limited))
  if (timedOut && holders.length === 0) {
    return fault('script.timeout', {
      message: `The script did not end in time${groups.length === 0 ? ', and no cgroup of it was seen' : ', and `malloc` was not in a cgroup of it'}.`,
      actual: 'it was stopped when its time was up',
      hint: 'A script must not wait for input or for a program that never ends: start such a program with `&`, and leave out `top` and endless loops.',
    })
  }
  if (groups.length === 0)
    return fault(brokeOff(trial) ? 'cgroup-script.failed' : 'cgroup-script.no-group', noGroup(trial))
  if (holders.length === 0) return fault('cgroup-script.no-process', noProcess(trial, askedBytes))
  const [holder] = holders as [ScriptGroup, ...ScriptGroup[]]
  const limit = limitOf(holder)
  if (limit !== undefined) {
    return fault('cgroup-script.other-limit', {
      message: `The cgroup ${nameOf(holder)} that holds \`malloc\` has a limit of ${limit} bytes, not ${askedBytes}.`,
      actual: `a limit of ${limit} bytes`,
      hint: `Write the number of the handout: \`echo ${askedBytes} > ${limitFile(trial)}\`.`,
    })
  }
  return fault('cgroup-script.no-limit', noLimit(trial, holder, askedBytes))
}

function factsOf(trial: CgroupTrial, askedBytes: number) {
  const location: Location = { file: trial.script }
  return {
    expected: `a memory cgroup that holds the process \`malloc\`, with a limit of ${askedBytes} bytes`,
    reproduce: cgroupCommands(trial.cgroupVersion, askedBytes),
    evidence: evidenceOf(trial),
    location,
  }
}

function notKilled({ groups, cgroupVersion }: CgroupTrial, limited: ScriptGroup[]): Omit<Fault, 'reason'> {
  const [group] = limited as [ScriptGroup, ...ScriptGroup[]]
  const swaps = cgroupVersion === 1 ? (group.swappiness ?? 0) > 0 : group.swapLimitBytes !== 0
  const full = group.peakBytes >= (effectiveLimitOf(groups, group.path) ?? 0) * 0.98
  const swapOff = cgroupVersion === 1 ? '`echo 0 > memory.swappiness`' : '`echo 0 > memory.swap.max`'
  return {
    message: `\`malloc\` was put into the cgroup ${nameOf(group)} with the limit, and was not killed by the kernel there.`,
    actual: full
      ? 'its memory was full, and the kernel killed nothing'
      : `it was gone, or was moved away, before its memory was full (at most ${group.peakBytes} bytes were in use)`,
    hint: full
      ? `The kernel kills unless it is told not to (\`memory.oom_control\` must not be 1) or may swap instead${swaps ? `: switch that off with ${swapOff}` : ''}.`
      : 'Let the kernel do it: end the script after the limit is set, or wait, and do not stop `malloc` or remove the cgroup yourself.',
  }
}

function noGroup(trial: CgroupTrial): Omit<Fault, 'reason'> {
  const { exitCode, output } = trial.end
  return {
    message: brokeOff(trial)
      ? `The script broke off with exit code ${exitCode} before it made a cgroup: ${lastLinesOf(output, 1) || 'it printed nothing'}`
      : 'The script made no memory cgroup.',
    actual: `no new cgroup was there at its end${exitCode === undefined ? '' : ` (exit code ${exitCode})`}`,
    hint:
      explainBreakOff(output) ??
      `Make one with \`mkdir\` below \`/sys/fs/cgroup${trial.cgroupVersion === 1 ? '/memory' : ''}\`, as in the handout. What a script only prints does not count.`,
  }
}

function noProcess(trial: CgroupTrial, askedBytes: number): Omit<Fault, 'reason'> {
  const paths = trial.groups
    .slice(0, 3)
    .map(
      (group) =>
        `${nameOf(group)}${group.limitBytes === undefined ? '' : ` with a limit of ${group.limitBytes} bytes`}`,
    )
  const limited = trial.groups.some(({ limitBytes }) => isAskedLimit(limitBytes, askedBytes))
  return {
    message: `The script made the cgroup ${paths.join(', ')}, and the process \`malloc\` was never in it.`,
    actual: limited ? 'a cgroup with the limit, without `malloc`' : 'a cgroup without `malloc`',
    hint:
      explainComplaint(trial.end.output) ??
      "Write the process id itself, one at a time: `ps -ef | grep malloc | grep -v grep | awk '{print $2}' > cgroup.procs`. Putting `echo` in front of it writes the words instead of the number.",
  }
}

function noLimit(trial: CgroupTrial, holder: ScriptGroup, askedBytes: number): Omit<Fault, 'reason'> {
  const elsewhere = trial.groups.find((group) => !group.held && isAskedLimit(group.limitBytes, askedBytes))
  return {
    message: `The script put \`malloc\` into the cgroup ${nameOf(holder)} and set no limit there.`,
    actual: elsewhere === undefined ? 'no limit on memory' : `the limit is on another cgroup, ${nameOf(elsewhere)}`,
    hint:
      explainComplaint(trial.end.output) ??
      `Write it into the same cgroup: \`echo ${askedBytes} > /sys/fs/cgroup/${trial.cgroupVersion === 1 ? 'memory/' : ''}${shown(holder)}/${limitFile(trial)}\`.`,
  }
}

function brokeOff({ end }: CgroupTrial): boolean {
  return end.how === 'exited' && end.exitCode !== undefined && end.exitCode !== 0
}

function limitFile({ cgroupVersion }: CgroupTrial): string {
  return cgroupVersion === 1 ? 'memory.limit_in_bytes' : 'memory.max'
}

function swapWords({ swappiness, swapLimitBytes }: ScriptGroup): string {
  if (swapLimitBytes !== undefined) return `, at most ${swapLimitBytes} bytes of swap`
  return swappiness === undefined ? '' : `, swappiness ${swappiness}`
}
