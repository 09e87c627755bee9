import { posix } from 'node:path'
import type { BuildExplanation, BuildFailure, FailedStep } from './build-failure.ts'
import { locateSource } from './build-failure-compile.ts'
import { faultOf, nameStep } from './build-failure-fault.ts'
import { networkError } from './build-failure-host.ts'
import { hadNetworkTrouble } from './build-failure-network.ts'

/** A Go build that stopped before compiling: no go.mod, a module that is not declared, a Go that is too old. */
export function explainGoModules(failure: BuildFailure, step: FailedStep): BuildExplanation | undefined {
  const found = findModuleProblem(step.output)
  if (found === undefined) return undefined
  const { kind, line } = found
  if (kind === 'undeclared' && failure.network === 'default' && hadNetworkTrouble(failure, step)) {
    return { blame: 'host', error: networkError(failure, step, line) }
  }
  const words = wordsOf(failure, step, found)
  return { blame: 'submission', fault: faultOf(failure, step, words) }
}

type Kind =
  | 'no-go-mod'
  | 'undeclared'
  | 'not-a-package'
  | 'too-old'
  | 'bad-go-mod'
  | 'checksum'
  | 'vendor'
  | 'not-found'
interface ModuleProblem {
  kind: Kind
  line: string
}

const problems: [Kind, RegExp][] = [
  [
    'no-go-mod',
    /^go: (?:go\.mod file not found|cannot find main module)|^go: no modules? (?:specified|were found)|directory .{1,200} outside (?:available modules|main module or its selected dependencies)/,
  ],
  [
    'undeclared',
    /no required module provides package |missing go\.sum entry|cannot find module providing package|updates to go\.(?:mod|sum) needed|^go: module lookup disabled by GOPROXY=off|: module lookup disabled by GOPROXY=off/,
  ],
  [
    'not-a-package',
    /package \S{1,200} is not in (?:std|GOROOT)|^\S{1,200}\.go:\d+:\d+: cannot find package |^(?:go: )?no Go files in |no Go files in \//,
  ],
  [
    'too-old',
    /requires go >= [\d.]+ \(running go |^go: download go[\d.]+ .*not available|invalid go version '|note: module requires Go [\d.]+/,
  ],
  ['bad-go-mod', /^go: errors parsing go\.mod|^\S{0,200}go\.mod:\d+: |malformed go\.sum|invalid module version/],
  ['checksum', /checksum mismatch|SECURITY ERROR/],
  ['vendor', /inconsistent vendoring|cannot find module providing package .* import lookup disabled by -mod=vendor/],
  [
    'not-found',
    /^(?:go: |\t|\S{1,200}\.go:\d+:\d+: |verifying ).*(?:: (?:404 Not Found|410 Gone)|unknown revision|invalid version: )|^\t.*(?:could not read Username|[Rr]epository .* not found)/,
  ],
]

function findModuleProblem(output: string[]): ModuleProblem | undefined {
  const from = Math.max(0, output.length - 30)
  for (let at = output.length - 1; at >= from; at--) {
    const line = output[at] ?? ''
    // A real compiler error after it, or a test that failed, is what ended the step.
    if (/^# \S|^--- FAIL|^FAIL\b|^panic: /.test(line)) return undefined
    const kind = problems.find(([, shape]) => shape.test(line))?.[0]
    if (kind !== undefined) return { kind, line }
  }
  return undefined
}

function wordsOf(failure: BuildFailure, step: FailedStep, { kind, line }: ModuleProblem) {
  const said = line.replace(/;? ?to add(?: it)?:$/, '').slice(0, 200)
  const message = `${nameStep(failure, step)} failed: \`${said}\`.`
  const place = sourceOf(line, failure)
  switch (kind) {
    case 'no-go-mod':
      return noModuleFile(failure, message)
    case 'undeclared':
      return {
        reason: 'build.compile-error' as const,
        message,
        hint: 'Your code imports a module that `go.mod` and `go.sum` do not declare. Run `go mod tidy` where `go.mod` lies, and hand in both files.',
        ...place,
      }
    case 'not-a-package':
      return {
        reason: 'build.compile-error' as const,
        message,
        hint: 'An import path begins with the module name of `go.mod`; check the spelling, and that the folder was handed in and copied.',
        ...place,
      }
    case 'too-old':
      return {
        reason: 'build.compile-error' as const,
        message,
        hint: `The base image \`${step.base ?? ''}\` has an older Go than \`go.mod\` asks for: take a newer \`golang\` image, or lower the \`go\` line.`,
      }
    case 'bad-go-mod':
      return {
        reason: 'build.compile-error' as const,
        message: `${message} \`go.mod\` cannot be read.`,
        hint: 'Correct `go.mod`; `go mod tidy` shows the same error.',
      }
    case 'checksum':
      return {
        reason: 'build.compile-error' as const,
        message,
        hint: 'A module is not what `go.sum` says: delete `go.sum`, run `go mod tidy`, and hand it in again.',
      }
    case 'vendor':
      return {
        reason: 'build.compile-error' as const,
        message,
        hint: 'Run `go mod vendor` and hand in the whole `vendor` folder, or build without `-mod=vendor`.',
      }
    case 'not-found':
      return {
        reason: 'build.command-failed' as const,
        message,
        hint: 'The server answers that this module or version does not exist (or is not public): check its name and version in `go.mod`.',
      }
  }
}

function noModuleFile({ contextPaths, submissionPaths, contextPath }: BuildFailure, message: string) {
  if ([...contextPaths].some((path) => posix.basename(path) === 'go.mod')) {
    return {
      reason: 'build.command-failed' as const,
      message: `${message} There is a \`go.mod\` in the build context, but not in the folder (or above it) where this step runs.`,
      hint: '`COPY` it too, and run the build in its folder (`WORKDIR`).',
    }
  }
  const other = submissionPaths.find((path) => posix.basename(path) === 'go.mod')
  if (other !== undefined) {
    return {
      reason: 'build.wrong-context' as const,
      message: `${message} \`${other}\` was handed in, but lies outside the build context \`${contextPath}\`.`,
      hint: `Build with \`${posix.dirname(other)}\` as context, or name it in \`cgrade.yml\`.`,
    }
  }
  return {
    reason: 'build.missing-file' as const,
    message: `${message} No \`go.mod\` was handed in.`,
    hint: 'Run `go mod init <name>` and `go mod tidy` beside your source, and hand in `go.mod` (and `go.sum`).',
    expected: '`go.mod` beside the source',
  }
}

function sourceOf(line: string, failure: BuildFailure) {
  const found = /^([^\s:]{1,200}\.go):(\d{1,6})/.exec(line)
  const file = found === null ? undefined : locateSource(found[1] ?? '', '', failure)
  return file === undefined ? {} : { location: { file, line: Number(found?.[2]) } }
}
