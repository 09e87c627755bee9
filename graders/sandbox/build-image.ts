import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import type { BuildLimits } from '../model/assignment.ts'
import { GraderError } from '../model/grader-error.ts'
import { BoundedText } from './bounded-text.ts'
import { openBuildGroup } from './build-group.ts'
import { removeContainer } from './container.ts'
import type { Engine } from './engine.ts'

export interface BuildOrder {
  /** The build context, written by us. */
  tar: Readable
  /** Path of the Dockerfile inside it. */
  dockerfile: string
  buildArgs: Record<string, string>
  limits: BuildLimits
  labels: Record<string, string>
  signal: AbortSignal
}

export type BuildBreak =
  | { built: false; how: 'failed'; engineMessage: string; log: string }
  | { built: false; how: 'timeout'; log: string }
  | { built: false; how: 'log-too-large'; log: string }
export type BuildEnd = { built: true; imageId: string; log: string } | BuildBreak

/**
 * Builds with the classic builder: the only one that holds RUN steps within memory, CPU and process limits on every engine
 * (BuildKit's API drops them silently). No layer cache, so that no submission reaches another through it.
 */
export async function buildImage(engine: Engine, order: BuildOrder): Promise<BuildEnd> {
  const { limits } = order
  const stop = new AbortController()
  const timeout = AbortSignal.timeout(limits.timeoutMs)
  const signal = AbortSignal.any([stop.signal, timeout, order.signal])
  const log = new BoundedText(64 * 1024, 192 * 1024)
  const end: { imageId?: string; engineMessage?: string } = {}
  await using group = await openBuildGroup(engine, limits.pids)
  try {
    const stream = await engine.docker.buildImage(order.tar, {
      dockerfile: order.dockerfile,
      buildargs: order.buildArgs,
      labels: order.labels,
      nocache: true,
      rm: true,
      forcerm: true,
      pull: undefined,
      memory: limits.memoryBytes,
      memswap: limits.memoryBytes,
      cpuperiod: 100_000,
      cpuquota: Math.round(limits.cpus * 100_000),
      ...(limits.network === 'none' ? { networkmode: 'none' } : {}),
      ...(group.parent === undefined ? {} : { cgroupparent: group.parent }),
      abortSignal: signal,
      version: '1',
    } as object)
    await readEvents(stream as Readable, log, end, () => {
      if (log.bytes > limits.logBytes) stop.abort()
    })
  } catch (thrown) {
    const error = thrown as { statusCode?: number; json?: { message?: string }; message?: string }
    if (!signal.aborted) {
      // The classic builder answers 400 to a Dockerfile that it cannot parse.
      if (error.statusCode === 400) end.engineMessage = error.json?.message ?? error.message ?? 'bad request'
      else throw new GraderError('engine.failed', `The engine broke off a build: ${error.message}`, { cause: thrown })
    }
  }
  if (signal.aborted) await removeStepContainer(engine, log.toString())
  if (order.signal.aborted) throw new GraderError('interrupted', 'The run was interrupted during a build.')
  if (stop.signal.aborted) return { built: false, how: 'log-too-large', log: log.toString() }
  if (timeout.aborted && end.imageId === undefined) return { built: false, how: 'timeout', log: log.toString() }
  if (end.engineMessage !== undefined) {
    return { built: false, how: 'failed', engineMessage: end.engineMessage, log: log.toString() }
  }
  if (end.imageId === undefined) {
    throw new GraderError('engine.failed', 'The engine ended a build without an image and without an error.')
  }
  return { built: true, imageId: end.imageId, log: log.toString() }
}

async function readEvents(
  stream: Readable,
  log: BoundedText,
  end: { imageId?: string; engineMessage?: string },
  afterEach: () => void,
): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line === '') continue
    const event = JSON.parse(line) as { stream?: string; error?: string; aux?: { ID?: string } }
    if (event.stream !== undefined) log.append(stripVTControlCharacters(event.stream))
    if (event.aux?.ID !== undefined) end.imageId = event.aux.ID
    if (event.error !== undefined) end.engineMessage = event.error
    afterEach()
  }
}

/** A build that is broken off may leave the container of its current step running for a moment; nobody waits for it. */
async function removeStepContainer(engine: Engine, log: string): Promise<void> {
  const last = [...log.matchAll(/^ ---> Running in ([0-9a-f]{12})$/gm)].at(-1)?.[1]
  if (last !== undefined) await removeContainer(engine.docker, last).catch(() => {})
}

/** Removes an image and its untagged parents; gone already is fine, and so is one that something else still needs. */
export async function removeImage(engine: Engine, imageId: string): Promise<void> {
  try {
    await engine.docker.getImage(imageId).remove({ force: true })
  } catch (thrown) {
    const { statusCode } = thrown as { statusCode?: number }
    if (statusCode !== 404 && statusCode !== 409) throw thrown
  }
}
