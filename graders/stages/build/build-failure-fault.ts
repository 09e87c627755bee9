import { posix } from 'node:path'
import type { Evidence, Fault, Location, Reason } from '../../model/feedback.ts'
import type { BuildFailure, FailedStep } from './build-failure.ts'

const evidenceLines = 40
const evidenceBytes = 8 * 1024

export interface FaultWords {
  reason: Reason
  message: string
  hint: string
  expected?: string
  actual?: string
  /** A place in the student's own source; without it, the line of the Dockerfile. */
  location?: Location
}

/** A fault of the submission, with what every one of them tells: where, the end of the output, how to see it oneself. */
export function faultOf(failure: BuildFailure, step: FailedStep | undefined, words: FaultWords): Fault {
  const file = failure.dockerfilePath
  return {
    location: step === undefined ? { file } : { file, line: step.line },
    reproduce: buildCommand(file, failure.contextPath),
    evidence: [evidenceOf(failure, step)],
    ...words,
  }
}

/** `RUN go build` (line 7 of `Dockerfile`), the step shortened. */
export function nameStep(failure: BuildFailure, step: FailedStep): string {
  const text = step.text.replace(/\s+/g, ' ').trim()
  const short = text.length > 100 ? `${text.slice(0, 97)}...` : text
  return `\`${short}\` (line ${step.line} of \`${failure.dockerfilePath}\`)`
}

export function buildCommand(dockerfilePath: string, contextPath: string): string {
  const isDefault = posix.join(contextPath, 'Dockerfile') === posix.normalize(dockerfilePath)
  return isDefault
    ? `docker build ${quote(contextPath)}`
    : `docker build -f ${quote(dockerfilePath)} ${quote(contextPath)}`
}

function quote(word: string): string {
  const safe = word.startsWith('-') ? `./${word}` : word
  return /^[\w./@%+=:,-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", String.raw`'\''`)}'`
}

/** Paths of the grading host mean nothing to a student. */
export function withoutHostPaths(message: string): string {
  return message.replace(/\/var\/lib\/docker\/[^\s/]{1,40}\/[0-9a-f]{64}\/merged/g, '')
}

function evidenceOf(failure: BuildFailure, step: FailedStep | undefined): Evidence {
  const head = step === undefined ? [] : [step.text.replace(/\s+/g, ' ').slice(0, 400)]
  const tail = withoutHostPaths(failure.engineMessage).trim().split('\n').slice(-3)
  const room = evidenceLines - head.length - tail.length
  const output = (step?.output ?? []).slice(-room)
  const lines = () => [...head, ...output, ...tail.map((line) => line.slice(0, 800))].join('\n')
  while (output.length > 0 && Buffer.byteLength(lines()) > evidenceBytes) output.shift()
  return { kind: 'build-log', text: lines().slice(0, evidenceBytes) }
}
