import { forJson } from '../reporters/escape.ts'
import { collectFacts } from '../sandbox/doctor/doctor.ts'
import { canGradeHttpserver, diagnose } from './diagnose.ts'
import { doctorOfSecurity } from './doctor-security.ts'
import type { Finding } from './finding.ts'
import { exitCodes, type Io } from './io.ts'
import { renderFindings } from './render-finding.ts'

/** What this machine can grade, and how to fix what it cannot; or how well it holds hostile submissions. */
export async function doctor(options: { json: boolean; security?: boolean }, io: Io): Promise<number> {
  if (options.security === true) return doctorOfSecurity(options, io)
  const facts = await collectFacts()
  const findings = diagnose(facts)
  const canGrade = canGradeHttpserver(findings)
  if (options.json) {
    io.out(forJson({ schema: 'cgrade/doctor/v1', canGrade: { httpserver: canGrade }, findings, facts }))
  } else {
    io.out(renderFindings(findings, verdictOn(findings, canGrade), io))
  }
  return canGrade ? exitCodes.ok : exitCodes.ungraded
}

function verdictOn(findings: Finding[], canGrade: boolean): string {
  if (!canGrade) return 'This machine cannot grade httpserver yet: see what is marked ✗.'
  const warnings = findings.filter((finding) => finding.state === 'warning').length
  const reduced = warnings === 0 ? '' : `, with ${warnings === 1 ? 'one warning' : `${warnings} warnings`}`
  return `This machine can grade httpserver${reduced}.`
}
