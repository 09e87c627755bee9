import { posix } from 'node:path'
import type { Fault } from '../../model/feedback.ts'
import { GraderError } from '../../model/grader-error.ts'
import type { CopyStep } from '../dockerfile/dockerfile.ts'
import type { BuildExplanation, BuildFailure, FailedStep } from './build-failure.ts'
import { buildCommand, faultOf, nameStep } from './build-failure-fault.ts'
import { findMissingSource, findWhere, type Whereabouts } from './build-failure-source.ts'
import { standInGap } from './build-failure-stand-in.ts'

const copyFailed =
  /^(?:COPY|ADD) failed: |failed to compute cache key|failed to calculate checksum|^failed to solve: .*"\/[^"]*": not found|building at STEP "(?:COPY|ADD) /

/** A COPY or ADD whose source is not there: not handed in, in another folder, ignored, or made on the student's machine. */
export function explainCopy(failure: BuildFailure, step: FailedStep): BuildExplanation | undefined {
  if (!copyFailed.test(failure.engineMessage)) return undefined
  const copy = failure.dockerfile.copies.find(({ line }) => line === step.line)
  if (copy === undefined) return undefined
  if (copy.from !== undefined) return explainCopyFromStage(failure, step, copy)
  const source = findMissingSource(failure, copy)
  if (source === undefined) return undefined
  const where = findWhere(failure, source)
  if (where.kind === 'lost') {
    const message = `\`${source}\` was handed in but did not reach the build context.`
    return { blame: 'host', error: new GraderError('internal', message) }
  }
  return { blame: 'submission', fault: describe(failure, step, source, where) }
}

function describe(failure: BuildFailure, step: FailedStep, source: string, where: Whereabouts): Fault {
  const context = failure.contextPath === '.' ? 'the root of what you handed in' : `\`${failure.contextPath}\``
  const needs = `${nameStep(failure, step)} needs \`${source}\``
  const expected = `\`${source}\` in the build context (${context})`
  switch (where.kind) {
    case 'outside':
      return faultOf(failure, step, {
        reason: 'build.wrong-context',
        message: `${needs}, which lies outside the build context; Docker never copies from there.`,
        hint: 'Write the path relative to the build context, without `../`, and build with a folder as context that contains all files the Dockerfile copies.',
        expected,
      })
    case 'other-context':
      return faultOf(failure, step, {
        reason: 'build.wrong-context',
        message: `${needs}, which is not in the build context ${context}, but is handed in as \`${where.found}\`.`,
        hint: `With \`${where.context}\` as context it would be found: \`${buildCommand(failure.dockerfilePath, where.context)}\`. Put the Dockerfile there, or name the context in \`cgrade.yml\`.`,
        expected,
        actual: `\`${where.found}\``,
      })
    case 'ignored':
      return faultOf(failure, step, {
        reason: 'build.missing-file',
        message: `${needs}; it is handed in, but \`${where.ignoreFile}\` keeps it out of the build context.`,
        hint: `Remove the pattern from \`${where.ignoreFile}\` that matches \`${source}\`, or add the line \`!${source}\` at its end.`,
        expected,
        location: { file: where.ignoreFile },
      })
    case 'other-case':
      return faultOf(failure, step, {
        reason: 'build.missing-file',
        message: `${needs}, but the name is written \`${where.found}\` in what you handed in; upper and lower case differ on Linux.`,
        hint: `Write \`${where.found}\` in the Dockerfile, or rename the file.`,
        expected,
        actual: `\`${where.found}\``,
      })
    case 'host-built':
      return faultOf(failure, step, {
        reason: 'build.missing-binary',
        message: `${needs}, which is not in what you handed in. It looks like something that you built on your own machine first.`,
        hint: `Compile inside the Dockerfile, in a stage of its own (\`FROM golang:1.22 AS build\` ... \`RUN go build\` ... \`COPY --from=build\`), or hand in \`${source}\` as well${where.ignoredByGit ? ' (a `.gitignore` may keep it out of your repository)' : ''}.`,
        expected,
      })
    default:
      return faultOf(failure, step, {
        reason: 'build.missing-file',
        message: `${needs}, which is not in what you handed in.`,
        hint:
          where.kind === 'elsewhere'
            ? `There is \`${where.found}\`: if that is the file, write its path relative to the build context. Else hand in \`${source}\`.`
            : `Hand in \`${source}\` (is it committed?), or remove it from the \`${step.keyword}\`.`,
        expected,
      })
  }
}

/** The stage or image it copies from does not have the file. */
function explainCopyFromStage(failure: BuildFailure, step: FailedStep, copy: CopyStep): BuildExplanation {
  const from = copy.from ?? ''
  const { stages } = failure.dockerfile
  const stage = stages.find(({ name, index }) => name?.toLowerCase() === from.toLowerCase() || String(index) === from)
  const missing = missingInStage(failure.engineMessage, copy)
  const gap = standInGap(failure, stage, from, missing)
  if (gap !== undefined) return { blame: 'host', error: gap }
  const built = stage === undefined ? undefined : findOutputOf(failure, stage.index)
  const place = stage === undefined ? `the image \`${from}\`` : `the stage \`${from}\``
  const hint =
    built === undefined
      ? `Check where ${place} puts the file: \`WORKDIR\` and the \`-o\` of the build decide.`
      : `That stage runs \`${built.slice(0, 100)}\`: compare its \`-o\` and the \`WORKDIR\` with the path in the \`COPY\`.`
  return {
    blame: 'submission',
    fault: faultOf(failure, step, {
      reason: 'build.missing-file',
      message: `${nameStep(failure, step)} copies \`${missing}\` from ${place}, where no such file exists.`,
      hint,
      expected: `\`${missing}\` in ${place}`,
    }),
  }
}

function missingInStage(engineMessage: string, copy: CopyStep): string {
  const named = /stat ([^:]+): (?:file does not exist|no such file)/.exec(engineMessage)?.[1] ?? ''
  const inMessage = copy.sources.find((source) => named !== '' && posix.join('/', source) === posix.join('/', named))
  return inMessage ?? (named === '' ? (copy.sources[0] ?? '') : posix.join('/', named))
}

function findOutputOf({ dockerfile }: BuildFailure, stageIndex: number): string | undefined {
  const start = dockerfile.stages[stageIndex]?.line ?? 0
  const end = dockerfile.stages[stageIndex + 1]?.line ?? Number.POSITIVE_INFINITY
  const step = dockerfile.steps.findLast(
    ({ line, keyword, text }) => line > start && line < end && keyword === 'RUN' && /\s-o[\s=]/.test(text),
  )
  return step?.text
    .replace(/^\S+\s+/, '')
    .replace(/\s+/g, ' ')
    .trim()
}
