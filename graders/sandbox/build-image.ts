import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import type { BuildLimits } from '../model/assignment.ts'
import { GraderError } from '../model/grader-error.ts'
import { BoundedText } from './bounded-text.ts'
import { openBuildGroup } from './build-group.ts'
import { type BuildGrowth, watchGrowth } from './build-growth.ts'
import { type BuildNetwork, openBuildNetwork } from './build-network.ts'
import { buildOptionsOf } from './build-options.ts'
import { removeLateImages, removeStageImages, removeStepContainers } from './build-steps.ts'
import { type Engine, roleLabel } from './engine.ts'

const notableBytes = 256 * 1024 ** 2

export interface BuildOrder {
  /** The build context, written by us. */
  tar: Readable
  /** Path of the Dockerfile inside it. */
  dockerfile: string
  buildArgs: Record<string, string>
  limits: BuildLimits
  labels: Record<string, string>
  /** Every base has the labels of the run, and hands them on. */
  inheritsLabels?: boolean
  signal: AbortSignal
}

/** What a build wanted to reach and could not: by its policy, or because we could not. */
export interface NetworkTrouble {
  refused: string[]
  unreachable: string[]
}

export type BuildBreak =
  | { built: false; how: 'failed'; engineMessage: string; log: string; network: NetworkTrouble }
  | { built: false; how: 'timeout'; log: string; network: NetworkTrouble }
  | { built: false; how: 'log-too-large'; log: string }
  | { built: false; how: 'disk'; bytes: number; log: string }
export type BuildEnd = { built: true; imageId: string; log: string } | BuildBreak

/**
 * Builds with the classic builder: the only one that holds RUN steps within memory, CPU and process limits on every engine
 * (BuildKit's API drops them silently). No layer cache, so that no submission reaches another through it.
 */
export async function buildImage(engine: Engine, order: BuildOrder): Promise<BuildEnd> {
  const { limits } = order
  await using network = await openBuildNetwork(engine, limits.network, order.labels)
  const tooMuch = new AbortController()
  const timeout = AbortSignal.timeout(limits.timeoutMs)
  const signal = AbortSignal.any([tooMuch.signal, timeout, order.signal])
  const log = new BoundedText(64 * 1024, 192 * 1024)
  const end: BuildState = { printed: 0, isWhole: false }
  await using group = await openBuildGroup(engine, limits.pids)
  const growth = watchGrowth(engine, group.parent)
  const watching = new AbortController()
  watchDisk(growth, limits, watching.signal, (how) => {
    end.disk ??= how
    tooMuch.abort()
  })
  try {
    const stream = await engine.docker.buildImage(order.tar, {
      ...buildOptionsOf({ ...order, labels: ownLabels(order) }, group.parent, network.options),
      abortSignal: signal,
    } as object)
    await readEvents(stream as Readable, log, end, growth, () => {
      if (end.printed > limits.logBytes) tooMuch.abort()
    })
    end.isWhole = !signal.aborted
  } catch (thrown) {
    const error = thrown as { statusCode?: number; json?: { message?: string }; message?: string }
    if (!signal.aborted) {
      // The classic builder answers 400 to a Dockerfile that it cannot parse.
      if (error.statusCode === 400) end.engineMessage = error.json?.message ?? error.message ?? 'bad request'
      else throw new GraderError('engine.failed', `The engine broke off a build: ${error.message}`, { cause: thrown })
    }
  } finally {
    watching.abort()
  }
  // The engine names an image after each stage: only the one before the end of its answer is the submission's.
  const isBuilt = end.isWhole && end.imageId !== undefined && end.engineMessage === undefined
  if (!isBuilt && signal.aborted) await removeStepContainers(engine, group.parent, log.toString())
  await removeStageImages(engine, order.labels, growth.stageEnds(), isBuilt ? end.imageId : undefined)
  if (!isBuilt && signal.aborted) await removeLateImages(engine, order.labels, growth.made())
  if (isBuilt && end.imageId !== undefined) return { built: true, imageId: end.imageId, log: log.toString() }
  if (order.signal.aborted) throw new GraderError('interrupted', 'The run was interrupted during a build.')
  if (end.disk?.isOurs) throw lowDisk(end.disk.bytes)
  if (end.disk !== undefined) return { built: false, how: 'disk', bytes: end.disk.bytes, log: log.toString() }
  if (tooMuch.signal.aborted) return { built: false, how: 'log-too-large', log: log.toString() }
  if (end.engineMessage !== undefined) {
    const { engineMessage } = end
    return { built: false, how: 'failed', engineMessage, log: log.toString(), network: troubleOf(network) }
  }
  if (timeout.aborted) return { built: false, how: 'timeout', log: log.toString(), network: troubleOf(network) }
  throw new GraderError('engine.failed', 'The engine ended a build without an image and without an error.')
}

/** The engine makes an image for each label; one is needed in any case, or a lone `FROM` would end in the base itself. */
function ownLabels({ labels, inheritsLabels }: BuildOrder): Record<string, string> {
  const role = labels[roleLabel]
  return inheritsLabels && role !== undefined ? { [roleLabel]: role } : labels
}

function troubleOf(network: BuildNetwork): NetworkTrouble {
  return { refused: network.refused(), unreachable: network.unreachable() }
}

interface BuildState {
  imageId?: string
  engineMessage?: string
  /** The engine has said all that it had to say. */
  isWhole: boolean
  /** Characters, those too that a terminal would not show. */
  printed: number
  disk?: { bytes: number; isOurs: boolean }
}

async function readEvents(
  stream: Readable,
  log: BoundedText,
  end: BuildState,
  growth: BuildGrowth,
  afterEach: () => void,
): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line === '') continue
    const event = JSON.parse(line) as { stream?: string; error?: string; aux?: { ID?: string } }
    if (event.stream !== undefined) {
      end.printed += event.stream.length
      growth.note(event.stream)
      log.append(stripVTControlCharacters(event.stream))
    }
    if (event.aux?.ID !== undefined) end.imageId = event.aux.ID
    if (event.error !== undefined) end.engineMessage = event.error
    afterEach()
  }
}

/** Looks once a second; a quick build is never looked at. */
async function watchDisk(
  growth: BuildGrowth,
  limits: BuildLimits,
  signal: AbortSignal,
  stop: (how: { bytes: number; isOurs: boolean }) => void,
): Promise<void> {
  for (;;) {
    await sleep(1000, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    const { bytes, isDiskLow } = await growth.look()
    if (signal.aborted) return
    if (bytes > limits.diskBytes) return stop({ bytes, isOurs: false })
    // Whoever writes gives way, the others may end.
    if (isDiskLow && bytes > notableBytes) return stop({ bytes, isOurs: true })
  }
}

function lowDisk(bytes: number): GraderError {
  return new GraderError(
    'disk.full',
    `A build had written ${Math.round(bytes / 1024 ** 2)} MiB when the disk of the engine was almost full, and was stopped.`,
    { remedy: 'Free some space (`docker system df` shows what the engine holds) and grade again.' },
  )
}
