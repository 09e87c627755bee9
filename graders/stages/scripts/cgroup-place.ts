import type { Kernel } from '../../model/progress.ts'

/** The version of cgroup that a script is written for; `any`: for both, or nothing in it tells. */
export type Spelling = 1 | 2 | 'any'

export type ScriptPlace =
  | { kind: 'container' }
  | { kind: 'machine'; cgroup: 1 | 2 }
  /** Completes "not counted: ...". */
  | { kind: 'nowhere'; why: string }

const versionOne = /\blimit_in_bytes\b|\bmemsw\b|\bmemory\.swappiness\b|\boom_control\b|\/sys\/fs\/cgroup\/memory\b/
const versionTwo =
  /\bmemory\.(?:max|high|swap\.max|oom\.group|events)\b|\bcgroup\.(?:subtree_control|controllers|kill)\b|\bcgroup2\b/

export function spellingOf(script: string): Spelling {
  const commands = withoutComments(script)
  const one = versionOne.test(commands)
  const two = versionTwo.test(commands)
  return one === two ? 'any' : one ? 1 : 2
}

export function withoutComments(script: string): string {
  return script.replace(/^[^\S\n]*#.*$/gm, '').replace(/\s#\s.*$/gm, '')
}

/**
 * A script is judged on the kernel that it is written for: in a virtual machine where that was ordered, else in a container
 * on this machine's own. One that is written for another kernel is judged nowhere: it would cost its author points for our
 * machine.
 */
export function choosePlace(spelling: Spelling, kernel: Kernel, hostVersion: 1 | 2): ScriptPlace {
  const asked = kernel === 'host' ? undefined : kernel === 'v1' ? 1 : 2
  if (asked !== undefined && (spelling === 'any' || spelling === asked)) return { kind: 'machine', cgroup: asked }
  if (spelling === 'any' || spelling === hostVersion) return { kind: 'container' }
  const here = asked === undefined ? `this machine has cgroup v${hostVersion}` : `\`--kernel v${asked}\` was asked for`
  return {
    kind: 'nowhere',
    why: `the script is written for cgroup v${spelling}, and ${here}; grade it with \`--kernel v${spelling}\``,
  }
}

/** It asks the first process of a whole system to make the group: there is none in a sandbox. */
export function needsSystemd(script: string): boolean {
  const commands = withoutComments(script)
  return /\bsystemd-run\b|\bsystemctl\s+set-property\b|\bMemory(?:Max|Limit)=/.test(commands)
}
