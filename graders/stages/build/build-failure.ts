import { stripVTControlCharacters } from 'node:util'
import type { BuildNetworkPolicy } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import type { GraderError } from '../../model/grader-error.ts'
import type { Dockerfile, DockerfileStage } from '../dockerfile/dockerfile.ts'

export interface BuildFailure {
  /** Beginning and end of the build's output. */
  log: string
  /** The engine's own error: of the build stream, or of its answer 400. */
  engineMessage: string
  /** As handed in, before rewriting. */
  dockerfile: Dockerfile
  dockerfilePath: string
  /** Folder of the submission, `.` for its root. */
  contextPath: string
  /** Files in the context tar, relative to it, with `/`. */
  contextPaths: ReadonlySet<string>
  /** All files handed in, relative to the submission. */
  submissionPaths: readonly string[]
  /** Names of base images that are stand-ins, as in the Dockerfile. */
  usedStandIns: readonly string[]
  network: BuildNetworkPolicy
  /** Only with module proxies: what was not let through, and allowed hosts that we could not reach. */
  networkTrouble?: { refused: readonly string[]; unreachable: readonly string[] }
}

export type BuildExplanation = { blame: 'submission'; fault: Fault } | { blame: 'host'; error: GraderError }

/** The step that failed, with what it printed itself. */
export interface FailedStep {
  line: number
  keyword: string
  text: string
  /** Undefined before the first FROM. */
  stage?: DockerfileStage
  /** Name of the stand-in that the stage is built on, if it is one. */
  standIn?: string
  /** Name of the base image of the stage. */
  base?: string
  /** Without the engine's own lines. */
  output: string[]
  /** What all steps before it printed. */
  outputBefore: string[]
}

const lineCharacters = 400
const logCharacters = 512 * 1024

/** Finds the failed step; undefined where the engine refused the Dockerfile as a whole. */
export function findFailedStep(failure: BuildFailure): FailedStep | undefined {
  const lines = cleanLines(failure.log)
  const { dockerfile } = failure
  const last = findStarts(lines, dockerfile).at(-1) ?? findByCommand(lines, failure)
  const step = last === undefined ? undefined : dockerfile.steps[last.step]
  if (last === undefined || step === undefined) return undefined
  const failed: FailedStep = {
    ...step,
    output: lines
      .slice(last.at + 1)
      .filter((line) => !isEngineLine(line))
      .map(withoutVertex),
    outputBefore: lines.slice(0, last.at).filter((line) => !isEngineLine(line)),
  }
  const stage = dockerfile.stages.findLast(({ line }) => line <= step.line)
  if (stage === undefined) return failed
  const base = baseOf(dockerfile, stage)
  const isStandIn = base !== 'scratch' && failure.usedStandIns.includes(base)
  return { ...failed, stage, base, ...(isStandIn ? { standIn: base } : {}) }
}

/** Command of a RUN step and how it ended, from the engine's message: classic builder, BuildKit, podman. */
export function readExit(engineMessage: string): { command: string; code: number } | undefined {
  const found =
    /^The command '(.*)' returned a non-zero code: (\d+)\s*$/s.exec(engineMessage) ??
    /process "(.*)" did not complete successfully: exit code: (\d+)/s.exec(engineMessage) ??
    /executor failed running \[(.*)\]: exit code: (\d+)/s.exec(engineMessage) ??
    /building at STEP "RUN (.*)": while running runtime: exit status (\d+)/s.exec(engineMessage)
  return found === null ? undefined : { command: found[1] ?? '', code: Number(found[2]) }
}

export function cleanLines(text: string): string[] {
  const kept = text.length > logCharacters ? text.slice(-logCharacters) : text
  return kept.split('\n').map((line) =>
    stripVTControlCharacters(line.slice(0, 4 * lineCharacters))
      .trimEnd()
      .slice(0, lineCharacters),
  )
}

/** `base` of the image at the root of the stage's ancestry. */
export function baseOf(dockerfile: Dockerfile, stage: DockerfileStage): string {
  let root = stage
  for (let hops = 0; root.from.kind === 'stage' && hops < dockerfile.stages.length; hops++) {
    root = dockerfile.stages[root.from.index] ?? root
  }
  return root.base
}

/** A step prints what it likes, so a `Step` line counts only when it is the next one and carries the right instruction. */
function findStarts(lines: string[], { steps }: Dockerfile): { at: number; step: number }[] {
  const starts: { at: number; step: number }[] = []
  let total: string | undefined
  let mayJump = false
  for (const [at, line] of lines.entries()) {
    // Our own mark for what was cut out of a long log: steps may have begun there.
    if (/^\[\.\.\. \d+ characters left out \.\.\.\]$/.test(line)) mayJump = true
    const found = /^Step (\d{1,4})\/(\d{1,4}) : (\S+)/.exec(line)
    if (found === null) continue
    const step = Number(found[1]) - 1
    total ??= found[2]
    const next = (starts.at(-1)?.step ?? -1) + 1
    if (found[2] !== total || steps[step]?.keyword !== found[3]?.toUpperCase()) continue
    if (step === next || (mayJump && step > next)) {
      starts.push({ at, step })
      mayJump = false
    }
  }
  return starts
}

/** Builders without `Step` lines name the command in their message. */
function findByCommand(lines: string[], { dockerfile, engineMessage }: BuildFailure) {
  const command = squeeze(readExit(engineMessage)?.command ?? '').replace(/^\/bin\/sh -c /, '')
  if (command === '') return undefined
  const step = dockerfile.steps.findLastIndex(({ text }) => squeeze(text).endsWith(command))
  const vertex = lines.findLast((line) => vertexLine.test(line))?.split(' ', 1)[0]
  const at = vertex === undefined ? -1 : lines.findIndex((line) => line.startsWith(`${vertex} [`))
  return step === -1 ? undefined : { at, step }
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

const vertexLine = /^#\d{1,5} \d{1,6}\.\d{1,6} ?/

/** BuildKit puts the number of the step and the seconds before each line. */
function withoutVertex(line: string): string {
  return line.replace(vertexLine, '')
}

function isEngineLine(line: string): boolean {
  return (
    line === '' ||
    /^ ---> (?:Running in )?[0-9a-f]{12}$/.test(line) ||
    /^Removing intermediate container [0-9a-f]{12}$/.test(line)
  )
}
