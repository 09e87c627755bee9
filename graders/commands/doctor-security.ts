import type { SecurityLevel } from '../model/security-level.ts'
import { forJson } from '../reporters/escape.ts'
import { countOf } from '../reporters/numbers.ts'
import { collectSecurity } from '../sandbox/doctor/examine-security.ts'
import { diagnoseSecurity, lackingFor, levelReached, type SecurityFinding } from './diagnose-security.ts'
import { exitCodes, type Io } from './io.ts'
import { renderFindings } from './render-finding.ts'

/** How well this machine holds hostile submissions, and what would hold them better. Exit code 3 below `basic`. */
export async function doctorOfSecurity(options: { json: boolean }, io: Io): Promise<number> {
  const facts = await collectSecurity()
  const findings = diagnoseSecurity(facts)
  const level = levelReached(findings)
  if (options.json) {
    io.out(forJson({ schema: 'cgrade/doctor-security/v1', level: level ?? 'none', findings, facts }))
  } else {
    io.out(renderFindings(findings, verdictOn(level, findings), io))
  }
  return level === undefined ? exitCodes.ungraded : exitCodes.ok
}

function verdictOn(level: SecurityLevel | undefined, findings: SecurityFinding[]): string {
  const [basic, strict] = [lackingFor('basic', findings).length, lackingFor('strict', findings).length]
  switch (level) {
    case 'strict':
      return 'Security level: strict. Everything that cgrade knows to ask of a machine is in place.'
    case 'basic':
      return `Security level: basic. ${countOf(strict, 'thing')} missing for strict, see above.`
    case undefined:
      return `Security level: none. Missing for basic: ${basic}, marked ✗; for strict: ${strict}. Grade submissions of strangers on a machine that holds nothing else.`
  }
}
