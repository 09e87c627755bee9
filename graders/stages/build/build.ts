import { readFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import type { BuildLimits } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import { GraderError } from '../../model/grader-error.ts'
import type { BuildCandidate, Submission } from '../../model/submission.ts'
import type { BuiltFacts } from '../../model/verdict.ts'
import type { BaseImages } from '../../sandbox/bases/base-images.ts'
import { type BuildBreak, buildImage } from '../../sandbox/build-image.ts'
import type { Engine } from '../../sandbox/engine.ts'
import { removeImage } from '../../sandbox/images.ts'
import { type Dockerfile, parseDockerfile } from '../dockerfile/dockerfile.ts'
import { gateDockerfile } from '../dockerfile/gate-dockerfile.ts'
import { rewriteDockerfile } from '../dockerfile/rewrite-dockerfile.ts'
import { packContext } from './build-context.ts'
import { unreachableProxy } from './build-failure-host.ts'
import { explainPastLimit, explainTooLarge } from './build-past-limit.ts'
import { explainBuildFailure } from './explain-build.ts'
import { findArchiveBomb } from './gate-archives.ts'
import { baseIdOf, prepareBases, readBaseSettings } from './prepare-bases.ts'

export interface BuildPlan {
  engine: Engine
  bases: BaseImages
  submission: Submission
  candidate: BuildCandidate
  limits: BuildLimits
  labels: Record<string, string>
  signal: AbortSignal
  /** Instead of a Dockerfile that was handed in. */
  own?: OwnDockerfile
}

/** A Dockerfile of ours, for a program that was handed in without one. */
export interface OwnDockerfile {
  text: string
  /** The source, in the submission. */
  source: string
  /** What its student would type to see the same. */
  reproduce: string
}

/** As `BuildCandidate` names it. */
export const ownDockerfileName = "cgrade's own Dockerfile"
/** No file of a submission has this name. */
const ownPathInContext = '.cgrade-own-Dockerfile'

export type Built = { ok: true; facts: BuiltFacts; dockerfile: Dockerfile; notes: string[] }
export type BuildResult = Built | { ok: false; fault: Fault }

const dockerfileBytes = 64 * 1024

/** Builds one Dockerfile of a submission; whatever is wrong with it is a value. */
export async function build(plan: BuildPlan): Promise<BuildResult> {
  const { candidate, submission, own } = plan
  const text = own?.text ?? (await readDockerfile(submission, candidate.dockerfile))
  const parsed = parseDockerfile(text, candidate.dockerfile)
  if (!parsed.ok) return parsed
  const { dockerfile } = parsed
  const gated = gateDockerfile(dockerfile, { path: candidate.dockerfile })
  if (gated !== undefined) return { ok: false, fault: gated }
  refuseBuildKit(dockerfile)
  const resolved = await prepareBases(plan, dockerfile)
  if ('fault' in resolved) return { ok: false, fault: resolved.fault }
  // A base from elsewhere may bring variables and triggers that make another Dockerfile of it.
  const bases = await readBaseSettings(plan.engine, resolved.stageBases)
  const whole = parseDockerfile(text, candidate.dockerfile, bases)
  const regated = whole.ok ? gateDockerfile(whole.dockerfile, { path: candidate.dockerfile }) : whole.fault
  if (regated !== undefined) return { ok: false, fault: regated }
  const rewritten = rewriteDockerfile(dockerfile, resolved)
  const bombed = await findArchiveBomb(whole.ok ? whole.dockerfile : dockerfile, submission, candidate, plan.limits)
  if (bombed !== undefined) return { ok: false, fault: bombed }
  const inContext = own === undefined ? pathInContext(candidate) : ownPathInContext
  const packed = { path: inContext, text: rewritten.text, all: own !== undefined }
  const context = packContext(submission, candidate.context, packed)
  const end = await buildImage(plan.engine, {
    tar: context.tar,
    dockerfile: inContext,
    buildArgs: platformArgs(plan.engine, dockerfile),
    limits: plan.limits,
    labels: plan.labels,
    // A base with triggers is built on as it is, without the labels of the run.
    inheritsLabels: [...bases.values()].every(({ triggers }) => triggers.length === 0),
    signal: plan.signal,
  })
  const standIns = resolved.used.filter((base) => base.standIn).map((base) => base.name)
  if (!end.built) return { ok: false, fault: tellOwn(own, explain(plan, end, dockerfile, context.paths, standIns)) }
  const bytes = await ownBytes(plan.engine, end.imageId, baseIdOf(dockerfile, resolved))
  if (bytes > plan.limits.imageBytes) {
    await removeImage(plan.engine, end.imageId)
    return {
      ok: false,
      fault: tellOwn(own, explainTooLarge(bytes, { limits: plan.limits, reproduce: commandOf(candidate) })),
    }
  }
  return {
    ok: true,
    facts: {
      ok: true,
      imageId: end.imageId,
      dockerfile: own?.source ?? candidate.dockerfile,
      context: candidate.context,
      standIns,
      bytes,
    },
    dockerfile,
    notes: rewritten.notes,
  }
}

async function readDockerfile(submission: Submission, path: string): Promise<string> {
  const bytes = await readFile(join(submission.root, path))
  return bytes.subarray(0, dockerfileBytes + 1).toString('utf8')
}

function refuseBuildKit(dockerfile: Dockerfile): void {
  const [need] = dockerfile.needsBuildKit
  if (need === undefined) return
  throw new GraderError(
    'build.unsupported',
    `The Dockerfile needs BuildKit (line ${need.line}: ${need.feature}), which this engine cannot run within limits.`,
    { remedy: 'Grade this submission by hand, or ask the student for a Dockerfile without it.' },
  )
}

/** Where the Dockerfile lies in the context; one from outside it gets a name that no file has. */
function pathInContext({ dockerfile, context }: BuildCandidate): string {
  if (context === '.') return dockerfile
  const relative = posix.relative(context, dockerfile)
  return relative.startsWith('..') ? `.cgrade-${dirname(dockerfile).replaceAll('/', '-')}-Dockerfile` : relative
}

/** What BuildKit sets by itself; only what the file asks for, or the builder complains. */
function platformArgs(engine: Engine, dockerfile: Dockerfile): Record<string, string> {
  const architecture = engine.architecture === 'aarch64' || engine.architecture === 'arm64' ? 'arm64' : 'amd64'
  const known: Record<string, string> = {}
  for (const side of ['BUILD', 'TARGET']) {
    known[`${side}PLATFORM`] = `linux/${architecture}`
    known[`${side}OS`] = 'linux'
    known[`${side}ARCH`] = architecture
    known[`${side}VARIANT`] = ''
  }
  return Object.fromEntries(Object.entries(known).filter(([name]) => dockerfile.declaredArgs.includes(name)))
}

function explain(
  plan: BuildPlan,
  end: BuildBreak,
  dockerfile: Dockerfile,
  contextPaths: ReadonlySet<string>,
  usedStandIns: string[],
): Fault {
  const { candidate, limits, submission } = plan
  if (end.how === 'timeout' && end.network.unreachable.length > 0) throw unreachableProxy(end.network.unreachable)
  if (end.how !== 'failed') return explainPastLimit(end, { limits, reproduce: commandOf(candidate) })
  const explained = explainBuildFailure({
    log: end.log,
    engineMessage: end.engineMessage,
    dockerfile,
    dockerfilePath: candidate.dockerfile,
    contextPath: candidate.context,
    contextPaths,
    submissionPaths: submission.entries.map((entry) => entry.path),
    usedStandIns,
    network: limits.network,
    networkTrouble: end.network,
  })
  if (explained.blame === 'host') throw explained.error
  return explained.fault
}

function commandOf({ dockerfile, context }: BuildCandidate): string {
  return `docker build -f ${dockerfile} ${context}`
}

/** Nobody has our Dockerfile: what counts is the source, and the command that builds it. */
function tellOwn(own: OwnDockerfile | undefined, fault: Fault): Fault {
  if (own === undefined) return fault
  const { location, ...rest } = fault
  const place = location === undefined || location.file === ownDockerfileName ? { file: own.source } : location
  return { ...rest, location: place, reproduce: own.reproduce }
}

/** Size of the image without the base of its last stage. */
async function ownBytes(engine: Engine, imageId: string, baseId: string | undefined): Promise<number> {
  const image = await engine.docker.getImage(imageId).inspect()
  const base =
    baseId === undefined
      ? undefined
      : await engine.docker
          .getImage(baseId)
          .inspect()
          .catch(() => undefined)
  return Math.max(0, image.Size - (base?.Size ?? 0))
}
