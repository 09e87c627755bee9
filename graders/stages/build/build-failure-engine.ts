import type { GraderError } from '../../model/grader-error.ts'
import type { BuildExplanation, BuildFailure, FailedStep } from './build-failure.ts'
import { type FaultWords, faultOf, nameStep, withoutHostPaths } from './build-failure-fault.ts'
import { baseImageError, diskFullError, engineError, unsupportedError } from './build-failure-host.ts'
import { findStandInGap } from './build-failure-stand-in.ts'
import { cannotStart } from './build-failure-start.ts'

/** What the engine itself refused or could not do, told by its message alone: nothing of the student's is printed in it. */
export function explainEngine(failure: BuildFailure, step: FailedStep | undefined): BuildExplanation {
  const message = failure.engineMessage.trim()
  const host = (error: GraderError): BuildExplanation => ({ blame: 'host', error })
  const theirs = (words: FaultWords): BuildExplanation => ({
    blame: 'submission',
    fault: faultOf(failure, step, words),
  })

  // At its end: before that stand names which the Dockerfile has chosen.
  if (/no space left on device(?:: unknown)?\W*$/i.test(message)) return host(diskFullError(message))
  if (/requires? BuildKit/i.test(message))
    return host(
      unsupportedError(`${message.split('. ', 1)[0]}${step === undefined ? '' : `, for ${nameStep(failure, step)}`}`),
    )
  const unknownImage = /manifest (?:for \S+ )?(?:unknown|not found)|repository does not exist|not found: manifest/.exec(
    message,
  )
  if (unknownImage !== null) return theirs(unknownBase(failure, step, message))
  if (isRegistryTrouble(message)) return host(baseImageError(message))
  if (step !== undefined) {
    const gap = findStandInGap(failure, step)
    if (gap !== undefined) return host(gap)
    const start = cannotStart(failure, step, message)
    if (start !== undefined) return theirs(start)
  }
  const parse = explainRefusal(failure, step, message)
  return parse ?? host(engineError(message))
}

function isRegistryTrouble(message: string): boolean {
  return (
    /^(?:invalid from flag value \S+: )?(?:Get|Head) "https?:\/\//.test(message) ||
    /toomanyrequests|pull rate limit|pull access denied|error pulling image|unauthorized: |No such image: |failed to resolve source metadata/.test(
      message,
    )
  )
}

function unknownBase(failure: BuildFailure, step: FailedStep | undefined, message: string): FaultWords {
  return {
    reason: 'build.unknown-base',
    message: `${step === undefined ? `\`${failure.dockerfilePath}\`` : nameStep(failure, step)} names an image that does not exist: \`${message.slice(0, 200)}\`.`,
    hint: 'Check the name and the tag of the image; `docker pull` with the same name shows the same.',
  }
}

const refusals =
  /^(?:failed to solve: )?(?:dockerfile parse error|failed to parse \S+:|failed to process |invalid reference format|Error parsing reference|base name |Invalid (?:containerPort|proto|signal|port|hostPort|ip)|invalid (?:from flag value|containerPort|port)|No (?:port|proto) specified|When using (?:COPY|ADD) with|COPY failed: |ADD failed: |unable to convert uid\/gid|Cannot mkdir: |cannot normalize|cannot copy to (?:non-)?(?:directory|existing)|failed to copy files: |no build stage in current context|.{1,100}: a stage name|\S+ stage name already|Unknown type |Unknown flag|the Dockerfile .{1,200} cannot be empty|file with no instructions|max depth exceeded|.{0,200}stage name already used|.{0,200}circular dependency|unsupported modifier|Please provide a source image|syntax error)/i

/** Mistakes that the engine finds in the text of the Dockerfile or in one instruction. */
function explainRefusal(
  failure: BuildFailure,
  step: FailedStep | undefined,
  message: string,
): BuildExplanation | undefined {
  if (!refusals.test(message)) return undefined
  const { dockerfile } = failure
  const line = Number(/parse error (?:on )?line (\d{1,6})/.exec(message)?.[1] ?? 0)
  const twice = /(\S{1,100}) stage name already used/.exec(message)?.[1]?.toLowerCase()
  const second = dockerfile.stages.findLast(({ name }) => twice !== undefined && name?.toLowerCase() === twice)?.line
  const named =
    dockerfile.steps.find((one) => one.line === second) ??
    step ??
    dockerfile.steps.find((one) => one.line === line) ??
    findByKeyword(failure, message)
  const needs = dockerfile.needsBuildKit[0]
  // A here-document reads like unknown instructions to the classic builder, and its flags like mistakes.
  if (needs !== undefined && step === undefined && line >= needs.line) {
    return { blame: 'host', error: unsupportedError(`${needs.feature} (line ${needs.line})`) }
  }
  const said = readable(message)
  const words: FaultWords = {
    reason: 'build.dockerfile-syntax',
    message:
      named === undefined
        ? `The builder refuses \`${failure.dockerfilePath}\`: ${said}.`
        : `The builder refuses ${nameStep(failure, { ...named, output: [], outputBefore: [] })}: ${said}.`,
    hint: 'Correct this instruction; the Dockerfile reference (https://docs.docker.com/reference/dockerfile/) describes its form.',
  }
  const at = line > 0 ? { file: failure.dockerfilePath, line } : undefined
  const place = at ?? (named === undefined ? undefined : { file: failure.dockerfilePath, line: named.line })
  return {
    blame: 'submission',
    fault: faultOf(failure, step, { ...words, ...(place === undefined ? {} : { location: place }) }),
  }
}

/** `ENV must have two arguments` names no line; the only ENV does. */
function findByKeyword({ dockerfile }: BuildFailure, message: string) {
  const keyword = /: ([A-Z]{3,12}) (?:must|requires)/.exec(message)?.[1]
  const steps = dockerfile.steps.filter((one) => one.keyword === keyword)
  return steps.length === 1 ? steps[0] : undefined
}

/** Without what only concerns the builder. */
function readable(message: string): string {
  return withoutHostPaths(message)
    .replace(/^failed to solve: /, '')
    .replace(/^dockerfile parse error (?:on )?line \d+: /, '')
    .replace(/^failed to parse \S+: /, '')
    .replace(/\.$/, '')
    .slice(0, 300)
}
