import { GraderError } from '../model/grader-error.ts'
import { type SecurityLevel, stricterOf } from '../model/security-level.ts'
import { countOf } from '../reporters/numbers.ts'
import { collectSecurity, type SecurityFacts } from '../sandbox/doctor/examine-security.ts'
import type { Course } from '../stages/specs/load-assignment.ts'
import { diagnoseSecurity, lackingFor } from './diagnose-security.ts'
import type { Io } from './io.ts'
import { renderFindings } from './render-finding.ts'

/**
 * Refuses the run before anything of a submission is read, where this machine is below what the command line or the
 * assignment asks for. Each thing that is missing is printed with its fix.
 */
export async function requireSecurity(
  asked: SecurityLevel | undefined,
  course: Course,
  io: Io,
  collect: () => Promise<SecurityFacts> = collectSecurity,
): Promise<void> {
  const level = stricterOf(asked, course.assignment.limits.requireSecurity)
  if (level === undefined) return
  const lacking = lackingFor(level, diagnoseSecurity(await collect()))
  if (lacking.length === 0) return
  io.err(renderFindings(lacking, `Missing for security level ${level}: ${countOf(lacking.length, 'thing')}.`, io))
  throw new GraderError(
    'security.below-level',
    `This machine does not reach the security level \`${level}\`; nothing was graded.`,
    {
      remedy: '`cgrade doctor --security` shows all of it.',
    },
  )
}
