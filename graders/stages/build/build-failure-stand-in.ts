import { GraderError } from '../../model/grader-error.ts'
import { isStandInGap } from '../../sandbox/bases/stand-in-gap.ts'
import type { Dockerfile, DockerfileStage } from '../dockerfile/dockerfile.ts'
import { officialName } from '../dockerfile/public-bases.ts'
import { type BuildFailure, baseOf, type FailedStep } from './build-failure.ts'
import { hasTool, isImageTool, isImageUser } from './image-tools.ts'

const usesSystemTools = /\b(?:adduser|addgroup|useradd|groupadd|apk|sed|grep|find|tar|date|wget)\b/

const wrongUsage =
  /unrecognized option|invalid option|unknown option|illegal option|Option \w is ambiguous|Only one or two names allowed|: bad number$|Usage: (?:adduser|addgroup)/i

/** What the real image would have had; then nobody knows how the build would have ended, and it is not the student's fault. */
export function findStandInGap(failure: BuildFailure, step: FailedStep): GraderError | undefined {
  if (step.standIn === undefined) return undefined
  const end = step.output.slice(-15)
  const last = (shape: RegExp) => end.findLast((line) => shape.test(line))
  const missing =
    end.map(readMissingCommand).findLast((name) => name !== undefined) ?? readMissingCommand(failure.engineMessage)
  // The real image has it as little as its stand-in: that is the student's mistake.
  if (missing !== undefined && !hasTool(step.standIn, missing, failure.dockerfile)) return undefined
  const seen =
    isStandInGap(end.join('\n')) ??
    (missing !== undefined && isImageTool(missing) ? `\`${missing}\` is missing` : undefined) ??
    missingFromEngine(failure.engineMessage, step.standIn) ??
    last(/Couldn't find any package|\(no such package\)|unable to select packages|externally-managed-environment/) ??
    last(/No module named '(?:distutils|imp|asyncore|asynchat|smtpd|cgi|telnetlib|pkg_resources|setuptools)'/) ??
    (usesSystemTools.test(step.text) ? last(wrongUsage) : undefined) ??
    findGapOfGo(step, end, failure.dockerfile)
  return seen === undefined ? undefined : gapError(step, seen)
}

/** A compile error that only comes from the stand-in's other compiler. */
export function findCompilerGap(failure: BuildFailure, step: FailedStep, file: string): GraderError | undefined {
  if (step.standIn === undefined) return undefined
  const end = step.output.slice(-15)
  const standardHeader =
    /fatal error: (?:std(?:io|lib|int|arg|bool|def)|string|unistd|errno|math|pthread|signal|time|features)\.h: No such/
  const seen =
    findGapOfGo(step, end, failure.dockerfile) ??
    end.findLast((line) => standardHeader.test(line)) ??
    (/\/pkg\/mod\//.test(file) ? `\`${file}\` does not compile` : undefined)
  return seen === undefined ? undefined : gapError(step, seen)
}

/** A system file that `COPY --from` expects in a stage or image that stands in for the real one. */
export function standInGap(
  failure: BuildFailure,
  stage: DockerfileStage | undefined,
  from: string,
  path: string,
): GraderError | undefined {
  const base = stage === undefined ? from : baseOf(failure.dockerfile, stage)
  if (!failure.usedStandIns.includes(base) || base === 'scratch') return undefined
  const isOwn = stage !== undefined && !/^\/(?:usr|etc|lib|lib64|bin|sbin|opt|var)\//.test(path)
  return isOwn ? undefined : standInError(base, `\`${path.slice(0, 200)}\` is to be copied from it.`)
}

/** Name of a command that the shell did not find. */
export function readMissingCommand(line: string): string | undefined {
  const found =
    /^(?:\/bin\/)?(?:ba|da|a)?sh: (?:line )?(?:\d{1,5}: )?([^\s:]{1,100}): (?:command )?not found$/.exec(line) ??
    /^make(?:\[\d+\])?: ([^\s:]{1,100}): No such file or directory$/.exec(line) ??
    /exec: "([^"]{1,100})": executable file not found in \$PATH/.exec(line)
  return found?.[1]
}

function missingFromEngine(engineMessage: string, standIn: string): string | undefined {
  const user =
    /unable to find (?:user|group) ([^:]{1,100}): no matching entries/.exec(engineMessage) ??
    /can't find [ug]id for (?:user|group) ([^:]{1,100}):/.exec(engineMessage)
  if (user !== null) return isImageUser(user[1] ?? '') ? user[0] : undefined
  const noShell = /exec: "\/bin\/(?:ba|a)?sh": stat/.test(engineMessage)
  return noShell && !standIn.includes('distroless') ? 'it has no shell' : undefined
}

/**
 * A stand-in may have a newer Go than asked for: before 1.16 a build needed no go.mod and no go.sum, before 1.18 `go get`
 * installed programs, and old modules do not compile with it. It should never have an older one.
 */
function findGapOfGo(step: FailedStep, end: string[], dockerfile: Dockerfile): string | undefined {
  const base = step.base ?? ''
  const last = (shape: RegExp) => end.findLast((line) => shape.test(line))
  const noCompiler = last(/C compiler "[^"]{1,40}" not found/)
  if (noCompiler !== undefined && hasTool(base, 'gcc', dockerfile)) return noCompiler
  const asked = askedGo(base)
  if (asked === undefined) return undefined
  const running = last(/running go 1\.\d+/)
  if (running !== undefined && Number(/running go 1\.(\d{1,3})/.exec(running)?.[1]) < asked) return running
  for (const [since, shape] of changesOfGo) {
    const line = asked < since ? last(shape) : undefined
    if (line !== undefined) return line
  }
  return undefined
}

const changesOfGo: [number, RegExp][] = [
  [
    16,
    /go: (?:go\.mod file not found|cannot find main module)|no required module provides package|missing go\.sum entry/,
  ],
  [16, /updates to go\.(?:mod|sum) needed/],
  [18, /'go get' is no longer supported outside a module|go:linkname must refer to declared function/],
  [23, /^link: .{1,200}invalid reference to |invalid array length -delta \* delta/],
  [24, /non-constant format string in call to/],
]

/** Minor version of a `golang:1.x` base; undefined for the newest. */
function askedGo(base: string): number | undefined {
  if (officialName(base) !== 'golang') return undefined
  const minor = /:v?1\.(\d{1,3})/.exec(base)?.[1]
  return minor === undefined ? undefined : Number(minor)
}

function gapError(step: FailedStep, seen: string): GraderError {
  const what = `line ${step.line} of the Dockerfile (\`${step.text.replace(/\s+/g, ' ').slice(0, 100)}\`): ${seen.trim().slice(0, 200)}`
  return standInError(step.standIn ?? '', what)
}

function standInError(standIn: string, what: string): GraderError {
  return new GraderError(
    'base-image.stand-in-gap',
    `The base image \`${standIn}\` is not available here, and the build failed where its stand-in may differ: ${what}`,
    {
      remedy: `Make \`${standIn}\` available (\`./grade images --mirror <registry>\`, or load it from a tar) and grade again.`,
    },
  )
}
