import { forJson, forTerminal } from '../reporters/escape.ts'
import { makePaint, type Paint } from '../reporters/paint.ts'
import { hangText, padEnd } from '../reporters/text-layout.ts'
import { collectFacts } from '../sandbox/doctor/doctor.ts'
import { canGradeHttpserver, diagnose } from './diagnose.ts'
import type { Finding } from './finding.ts'
import { exitCodes, type Io } from './io.ts'

const glyphs = { ok: '✓', warning: '!', missing: '✗' } as const
const colours = { ok: 'green', warning: 'yellow', missing: 'red' } as const
const titleColumns = 22

/** What this machine can grade, and how to fix what it cannot. */
export async function doctor(options: { json: boolean }, io: Io): Promise<number> {
  const facts = await collectFacts()
  const findings = diagnose(facts)
  const canGrade = canGradeHttpserver(findings)
  if (options.json) {
    const document = { schema: 'cgrade/doctor/v1', canGrade: { httpserver: canGrade }, findings, facts }
    io.out(`${forJson(JSON.stringify(document, null, 2))}\n`)
  } else {
    io.out(renderFindings(findings, canGrade, io))
  }
  return canGrade ? exitCodes.ok : exitCodes.ungraded
}

function renderFindings(findings: Finding[], canGrade: boolean, io: Io): string {
  const paint = makePaint(io.color)
  const lines = findings.flatMap((finding) => renderFinding(finding, io.columns, paint))
  const warnings = findings.filter((finding) => finding.state === 'warning').length
  const reduced = warnings === 0 ? '' : `, with ${warnings === 1 ? 'one warning' : `${warnings} warnings`}`
  const verdict = canGrade
    ? `This machine can grade httpserver${reduced}.`
    : 'This machine cannot grade httpserver yet: see what is marked ✗.'
  return `${[...lines, '', paint('bold', verdict)].join('\n')}\n`
}

function renderFinding(finding: Finding, columns: number, paint: Paint): string[] {
  const { state, title, seen, means, fix } = finding
  const indent = ' '.repeat(titleColumns + 2)
  const head = `${glyphs[state]} ${padEnd(title, titleColumns)}`
  const label = state === 'ok' ? '' : `${state}: `
  const [first = '', ...rest] = hangText(head, forTerminal(label + seen), columns)
  return [
    first.replace(glyphs[state], paint(colours[state], glyphs[state])),
    ...rest,
    ...(means === undefined ? [] : hangText(indent, forTerminal(means), columns).map((line) => paint('dim', line))),
    ...(fix === undefined ? [] : hangText(`${indent}-> `, forTerminal(fix), columns)),
  ]
}
