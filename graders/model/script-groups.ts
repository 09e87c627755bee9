import type { ScriptGroup } from './observations.ts'

/** People write 100 MB in several ways: 104960000 as the handout does, `100M`, 100000000. The kernel cuts to whole pages. */
const smallestShare = 0.952

export function isAskedLimit(limitBytes: number | undefined, askedBytes: number): boolean {
  return limitBytes !== undefined && limitBytes <= askedBytes && limitBytes >= leastLimitBytes(askedBytes)
}

export function leastLimitBytes(askedBytes: number): number {
  return Math.floor(askedBytes * smallestShare)
}

/** The lowest limit of a group and of those above it: that is what the kernel holds it to. */
export function effectiveLimitOf(
  groups: readonly Pick<ScriptGroup, 'path' | 'limitBytes'>[],
  path: string,
): number | undefined {
  const limits = groups.flatMap((group) =>
    group.limitBytes !== undefined && (path === group.path || path.startsWith(`${group.path}/`))
      ? [group.limitBytes]
      : [],
  )
  return limits.length === 0 ? undefined : Math.min(...limits)
}
