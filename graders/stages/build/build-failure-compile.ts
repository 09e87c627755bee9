import { posix } from 'node:path'
import type { Location } from '../../model/feedback.ts'
import type { BuildFailure } from './build-failure.ts'

export interface CompileError {
  /** Index of the last such line in the output of the step. */
  at: number
  /** Path as the compiler wrote it; empty when it named none. */
  file: string
  /** As the compiler wrote it. */
  text: string
  message: string
  /** In the submission, where the file can be told. */
  location?: Location
}

/** `file`, `line` and `message` of each compiler's own form. */
const shapes: RegExp[] = [
  /^(?:vet: |#? ?)?(?<file>[^\s:]{1,200}\.(?:go|s)):(?<line>\d{1,6})(?::\d{1,6})?: (?<message>.+)$/,
  /^(?<file>[^\s:]{1,200}\.(?:c|cc|cpp|cxx|h|hh|hpp|m|go)):(?<line>\d{1,6}):(?:\d{1,6}:)? (?:fatal )?error: (?<message>.+)$/,
  /^(?:\[ERROR\] |e: )?(?<file>[^\s:]{1,200}\.(?:java|kt|scala)):(?:\[?(?<line>\d{1,6})[,:]?\d{0,6}\]?:?|) (?:error: )?(?<message>.+)$/,
  /^(?<file>[^\s:()]{1,200}\.[cm]?tsx?)(?:\(|:)(?<line>\d{1,6})(?:,|:)\d{1,6}\)?(?::| -) error (?<message>TS\d+: .+)$/,
]

/** Errors that name the file in another line than the message. */
const pairs: { place: RegExp; message: RegExp; distance: number }[] = [
  {
    place: /^\s*File "(?<file>[^"]{1,200})", line (?<line>\d{1,6})/,
    message: /^\s*(?:Sorry: )?(?:SyntaxError|IndentationError|TabError): /,
    distance: 4,
  },
  { place: /^(?<file>[^\s:]{1,200}\.[cm]?[jt]sx?):(?<line>\d{1,6})$/, message: /^SyntaxError: /, distance: 6 },
  { place: /^\s*--> (?<file>[^\s:]{1,200}\.rs):(?<line>\d{1,6}):\d/, message: /^error(?:\[E\d+\])?: /, distance: -3 },
]

const linker = /undefined reference to `|^(?:collect2|ld): error: |multiple definition of `/

/** The first error of a compiler, with its place in what was handed in. */
export function findCompileError(output: string[], failure: BuildFailure): CompileError | undefined {
  let first: CompileError | undefined
  let header = ''
  for (const [at, line] of output.entries()) {
    header = /^# (\S{1,200})(?: \[|$)/.exec(line)?.[1] ?? header
    const found = readError(output, at)
    if (found === undefined) continue
    first ??= { ...found, ...place(found, header, failure) }
    first.at = at
  }
  return first
}

/** True for a line in which a compiler speaks of a source file, whatever words it quotes. */
export function isCompileError(line: string): boolean {
  return shapes.some((shape) => shape.test(line))
}

interface WrittenError extends Omit<CompileError, 'location'> {
  line: number
}

function readError(output: string[], at: number): WrittenError | undefined {
  const text = output[at] ?? ''
  for (const shape of shapes) {
    const groups = shape.exec(text)?.groups
    if (groups !== undefined) return written(at, text, groups.message ?? text, groups)
  }
  for (const { place: placeShape, message, distance } of pairs) {
    if (!message.test(text)) continue
    for (let step = 1; step <= Math.abs(distance); step++) {
      const groups = placeShape.exec(output[at - Math.sign(distance) * step] ?? '')?.groups
      if (groups !== undefined) return written(at, text, text.trim(), groups)
    }
  }
  return linker.test(text) ? written(at, text, text, {}) : undefined
}

function written(at: number, text: string, message: string, groups: Record<string, string>): WrittenError {
  return { at, text, message, file: groups.file ?? '', line: Number(groups.line ?? 0) }
}

function place({ file, line }: WrittenError, header: string, failure: BuildFailure): { location?: Location } {
  const found = file === '' ? undefined : locateSource(file, header, failure)
  if (found === undefined) return {}
  return { location: line >= 1 ? { file: found, line } : { file: found } }
}

/** The file of the submission that a path inside the build means: the longest ending that only one file has. */
export function locateSource(written: string, header: string, failure: BuildFailure): string | undefined {
  const { contextPath, submissionPaths } = failure
  const parts = posix.normalize(`/${written}`).split('/').slice(1)
  const ofPackage = written.startsWith('/') ? parts : [...header.split('/'), ...parts]
  const context = contextPath === '.' ? '' : `${posix.normalize(contextPath)}/`
  const inContext = submissionPaths.filter((path) => path.startsWith(context))
  for (let from = 0; from < ofPackage.length; from++) {
    const ending = ofPackage.slice(from).join('/')
    if (inContext.includes(context + ending)) return context + ending
    const matches = inContext.filter((path) => path.endsWith(`/${ending}`))
    if (matches.length === 1) return matches[0]
  }
  return undefined
}
