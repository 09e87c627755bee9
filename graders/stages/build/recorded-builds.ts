import { readFileSync } from 'node:fs'
import type { Fault } from '../../model/feedback.ts'
import type { GraderError } from '../../model/grader-error.ts'
import { parseDockerfile } from '../dockerfile/dockerfile.ts'
import type { BuildFailure } from './build-failure.ts'
import { explainBuildFailure } from './explain-build.ts'

/** Test support: logs of real builds on Docker 20.10: the Dockerfile as handed in, what was in the context, the log and the error. */
export const recordings = new URL('./build-failure-recordings/', import.meta.url)

export function readRecording(name: string, change: Partial<BuildFailure> = {}): BuildFailure {
  const text = readFileSync(new URL(`${name}.txt`, recordings), 'utf8')
  const [, source = '', context = '', log = '', engineMessage = ''] =
    /^=== Dockerfile\n(.*?)\n=== context\n(.*?)\n?=== log\n(.*)\n=== message\n(.*)$/s.exec(text) ?? []
  const parsed = parseDockerfile(source)
  if (!parsed.ok) throw new Error(`${name}: ${parsed.fault.message}`)
  const files = context.split('\n').filter((line) => line !== '')
  return {
    log,
    engineMessage,
    dockerfile: parsed.dockerfile,
    dockerfilePath: 'Dockerfile',
    contextPath: '.',
    contextPaths: new Set(files),
    submissionPaths: files,
    usedStandIns: [],
    network: 'default',
    ...change,
  }
}

export function theirs(failure: BuildFailure): Fault {
  const explained = explainBuildFailure(failure)
  if (explained.blame === 'host')
    throw new Error(`blamed on the host: ${explained.error.code} ${explained.error.message}`)
  return explained.fault
}

export function ours(failure: BuildFailure): GraderError {
  const explained = explainBuildFailure(failure)
  if (explained.blame === 'submission') throw new Error(`blamed on the student: ${explained.fault.message}`)
  return explained.error
}
