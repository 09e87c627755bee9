import { posix } from 'node:path'
import type { XmlText } from '../model/encoded.ts'
import type { CheckRecord, Grade } from '../model/grade.ts'
import { forTerminal, forTerminalLines, terminal, terminalLines } from './escape.ts'
import { formatPoints, formatScore, formatSeconds } from './numbers.ts'
import { isUncounted } from './outcome-marks.ts'
import { xmlBlock, xmlElement, xmlText } from './xml.ts'

/** `jenkins` is valid against junit-10; `github` adds what the GitHub reporters read and that schema forbids. */
export type JunitFlavour = 'jenkins' | 'github'

export interface JunitCase {
  verdict: 'passed' | 'failure' | 'error' | 'skipped'
  durationMs: number
  xml: XmlText
}

const messageChars = 1000

/** Names and paths are lines that command nobody: the reporters on GitHub print them in their own steps. `folder` is before each path. */
export function renderCheck(
  submissionId: string,
  exercise: string,
  check: CheckRecord,
  flavour: JunitFlavour,
  folder: string | undefined,
): JunitCase {
  const verdict = verdictOf(check)
  const path = check.location && forTerminal(posix.join(folder ?? '', check.location.file))
  const attributes = {
    classname: forTerminal(`${submissionId}.${exercise}`),
    name: forTerminal(`${check.title} [${check.id}]`),
    time: formatSeconds(check.durationMs),
    ...(flavour === 'github' && path !== undefined && { file: path, line: check.location?.line }),
  }
  const children = [
    ...(flavour === 'github' ? [propertiesOf(check)] : []),
    ...(verdict === 'passed' ? [] : [verdictElement(check, verdict, path)]),
    ...evidenceOf(check),
  ]
  return { verdict, durationMs: check.durationMs, xml: xmlBlock('testcase', attributes, children) }
}

/** Stands for a submission that intake refused, or that we could not grade: never a suite without a word. */
export function renderStatus(grade: Exclude<Grade, { status: 'graded' }>): JunitCase {
  const rejected = grade.status === 'rejected'
  const { code, message } = rejected ? grade.rejection : grade.error
  const advice = rejected ? grade.rejection.hint : grade.error.remedy
  const title = rejected ? `${message} (${formatScore(grade.score, grade.maxScore)} points)` : `${message} (ungraded)`
  const body = bodyOf([
    title,
    ...labelled('hint', advice),
    ...(rejected ? [] : ['This is not the fault of the student.']),
  ])
  const verdict = verdictOfStatus(grade)
  const phase = rejected ? 'intake' : 'grading'
  const attributes = {
    classname: forTerminal(`${grade.submission.id}.${phase}`),
    name: phase,
    time: formatSeconds(grade.durationMs),
  }
  const verdictXml = xmlElement(verdict, { message: shortened(title), type: code }, [xmlText(body)])
  return { verdict, durationMs: grade.durationMs, xml: xmlBlock('testcase', attributes, [verdictXml]) }
}

export function verdictOfStatus({ status }: Exclude<Grade, { status: 'graded' }>): 'failure' | 'error' {
  return status === 'rejected' ? 'failure' : 'error'
}

export function verdictOf(check: CheckRecord): JunitCase['verdict'] {
  switch (check.outcome) {
    case 'passed':
    case 'skipped':
      return check.outcome
    case 'errored':
      return 'error'
    case 'partial':
    case 'failed':
      return 'failure'
  }
}

function verdictElement(check: CheckRecord, verdict: 'failure' | 'error' | 'skipped', path?: string): XmlText {
  if (verdict === 'skipped') return xmlElement('skipped', { message: shortened(skipReasonOf(check)) })
  const error = verdict === 'error'
  const title = error ? `${check.message} (not judged, our fault)` : `${check.message} ${pointsOf(check)}`
  const body = bodyOf([
    title,
    ...labelled('expected', check.expected),
    ...labelled('actual', check.actual),
    ...labelled('hint', check.hint),
    ...(check.reproduce === undefined ? [] : ['reproduce:', forTerminalLines(check.reproduce, terminal`  $ `)]),
    ...frameOf(check, path),
  ])
  const type = check.reason ?? (error ? 'cgrade.not-judged' : 'expectation.failed')
  return xmlElement(verdict, { message: shortened(title), type }, [xmlText(body)])
}

function pointsOf(check: CheckRecord): string {
  return `(${formatScore(check.points ?? 0, check.maxPoints)} points)`
}

function skipReasonOf(check: CheckRecord): string {
  if (isUncounted(check)) return `not counted: ${check.unavailable}`
  const reason = check.because === undefined ? check.message : `skipped because of ${check.because}`
  return `${reason} ${pointsOf(check)}`
}

/** The line that reporters turn into an annotation; they know a stack frame of V8 and nothing else. */
function frameOf({ id, location }: CheckRecord, path: string | undefined): string[] {
  return path === undefined ? [] : [`    at ${id} (${path}:${location?.line ?? 1}:1)`]
}

function evidenceOf(check: CheckRecord): XmlText[] {
  const quoted = (check.evidence ?? []).map(({ kind, text }) => `${kind}:\n${forTerminalLines(text)}`)
  return quoted.length === 0 ? [] : [xmlElement('system-out', {}, [xmlText(quoted.join('\n'))])]
}

function propertiesOf(check: CheckRecord): XmlText {
  const properties = {
    outcome: check.outcome,
    points: check.points === undefined ? undefined : formatPoints(check.points),
    max_points: formatPoints(check.maxPoints),
    reason: check.reason,
    visibility: check.visibility,
  }
  return renderProperties(properties)
}

export function renderProperties(properties: Record<string, string | undefined>): XmlText {
  const given = Object.entries(properties).filter(([, value]) => value !== undefined)
  return xmlBlock(
    'properties',
    {},
    given.map(([name, value]) => xmlElement('property', { name, value })),
  )
}

/** One line stays behind its label; more are quoted, so that none of them looks like a line of ours. */
function labelled(label: string, text: string | undefined): string[] {
  if (text === undefined) return []
  return terminalLines(text).length > 1 ? [`${label}:`, forTerminalLines(text)] : [`${label}: ${shortened(text)}`]
}

function bodyOf([title = '', ...lines]: string[]): string {
  return [shortened(title), ...lines].join('\n')
}

function shortened(text: string): string {
  const line = forTerminal(text)
  return line.length > messageChars ? `${line.slice(0, messageChars)}…` : line
}
