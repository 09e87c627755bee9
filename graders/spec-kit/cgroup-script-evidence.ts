import type { Evidence } from '../model/feedback.ts'
import type { CgroupTrial, ScriptGroup } from '../model/observations.ts'
import { lastLinesOf } from './cgroup-script-hints.ts'

/** A student's script may call a group anything. */
export function shown({ path }: ScriptGroup): string {
  return path.replace(/[^\p{L}\p{N}/._: -]/gu, '?').slice(0, 80)
}

export function nameOf(group: ScriptGroup): string {
  return `\`${shown(group)}\``
}

/** What was seen of its groups, and what it printed. */
export function evidenceOf({ end, groups, ranIn, cgroupVersion, notes }: CgroupTrial): Evidence[] {
  const where = ranIn === 'machine' ? 'a virtual machine of ours' : 'a container, on the kernel of this machine'
  const how = {
    exited: `exit code ${end.exitCode ?? 'unknown'}`,
    timeout: 'stopped: its time was up',
    stopped: 'stopped: all was seen',
  }
  const table = groups
    .slice(0, 20)
    .map((group) =>
      [
        shown(group),
        `limit ${group.limitBytes ?? 'none'}`,
        `peak ${group.peakBytes}`,
        `oom kills ${group.oomKills}`,
        ...(group.swappiness === undefined ? [] : [`swappiness ${group.swappiness}`]),
        ...(cgroupVersion === 2 ? [`swap ${group.swapLimitBytes ?? 'unlimited'}`] : []),
        group.held ? 'held malloc' : 'never held malloc',
      ].join('  '),
    )
  const more = groups.length > 20 ? [`... and ${groups.length - 20} more`] : []
  const seen = groups.length === 0 ? ['no cgroup of the script was seen'] : [...table, ...more]
  return [
    { kind: 'kernel', text: [`cgroup v${cgroupVersion}, in ${where}`, ...seen, ...notes].join('\n').slice(0, 8_000) },
    { kind: 'script', text: `${lastLinesOf(end.output, 40)}\n[${how[end.how]}]`.trim().slice(-8_000) },
  ]
}
