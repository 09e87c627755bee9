import { suggestNearest } from './nearest.ts'

/**
 * How well a machine holds hostile submissions, weakest first. `basic`: limits, seccomp, and no known way out of a container.
 * `strict`: also user namespaces, a security module of the kernel, a firewall, and an engine whose disk is its own.
 */
export const securityLevels = ['basic', 'strict'] as const
export type SecurityLevel = (typeof securityLevels)[number]

/** Neither the command line nor an assignment can lower what the other one asks for. */
export function stricterOf(...levels: (SecurityLevel | undefined)[]): SecurityLevel | undefined {
  return securityLevels.findLast((level) => levels.includes(level))
}

/** What is wrong with a level that does not exist, as a sentence that follows the name of where it stands. */
export function notALevel(given: string): string {
  const suggestion = suggestNearest(given, securityLevels)
  return `expects ${securityLevels.map((level) => `\`${level}\``).join(' or ')}, got \`${given}\`.${suggestion}`
}
