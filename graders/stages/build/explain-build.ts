import { type BuildExplanation, type BuildFailure, findFailedStep, readExit } from './build-failure.ts'
import { explainCopy } from './build-failure-copy.ts'
import { explainEngine } from './build-failure-engine.ts'
import { faultOf } from './build-failure-fault.ts'
import { explainRun } from './build-failure-run.ts'

export type { BuildExplanation, BuildFailure } from './build-failure.ts'

const messageCharacters = 16 * 1024

/**
 * Says why a build failed and whose fault it is. The engine's message decides the kind, for a student cannot write it; what
 * a step printed decides only about that step.
 */
export function explainBuildFailure(given: BuildFailure): BuildExplanation {
  const failure = { ...given, engineMessage: readMessage(given.engineMessage) }
  const step = findFailedStep(failure)
  const exit = readExit(failure.engineMessage)
  if (step !== undefined && exit !== undefined) return explainRun(failure, step, exit.code)
  if (exit !== undefined) {
    const message = `A command of \`${failure.dockerfilePath}\` ended with exit code ${exit.code}: \`${exit.command.slice(0, 200)}\`.`
    const hint = 'Run the command below to see its whole output.'
    return {
      blame: 'submission',
      fault: faultOf(failure, undefined, { reason: 'build.command-failed', message, hint }),
    }
  }
  const copy = step === undefined ? undefined : explainCopy(failure, step)
  return copy ?? explainEngine(failure, step)
}

/** dockerode puts its own words in front of an answer 400. */
function readMessage(message: string): string {
  return message
    .slice(0, messageCharacters)
    .replace(/^\(HTTP code \d{3}\) [^-]{1,60} - /, '')
    .trim()
}
