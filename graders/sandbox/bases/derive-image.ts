import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import { GraderError } from '../../model/grader-error.ts'
import { BoundedText } from '../bounded-text.ts'
import type { Engine } from '../engine.ts'

export interface Derivation {
  /** Ours, never a student's. */
  dockerfile: string
  /** Of the last stage. */
  labels: Record<string, string>
  tag?: string
  /** Without it there is none. */
  network?: 'default'
  signal: AbortSignal
}

/** Compiling Go's standard library on a slow machine takes minutes in which nothing is printed. */
const timeoutMs = 30 * 60_000

/** Builds an image of ours with the classic builder; returns its id. */
export async function deriveImage(engine: Engine, derivation: Derivation): Promise<string> {
  const context = pack()
  context.entry({ name: 'Dockerfile' }, `${derivation.dockerfile}\n${labelInstruction(derivation.labels)}`)
  context.finalize()
  const log = new BoundedText(1024, 4 * 1024)
  const late = AbortSignal.timeout(timeoutMs)
  try {
    const stream = await engine.docker.buildImage(Readable.from(context), {
      ...(derivation.tag === undefined ? {} : { t: derivation.tag }),
      nocache: true,
      rm: true,
      forcerm: true,
      networkmode: derivation.network ?? 'none',
      version: '1',
      abortSignal: AbortSignal.any([derivation.signal, late]),
    } as object)
    return await readImageId(stream as unknown as Readable, log)
  } catch (thrown) {
    derivation.signal.throwIfAborted()
    if (thrown instanceof GraderError) throw thrown
    if (late.aborted) throw tooSlow(thrown)
    throw new GraderError('engine.failed', `The engine could not derive an image: ${(thrown as Error).message}`, {
      cause: thrown,
    })
  }
}

function tooSlow(cause: unknown): GraderError {
  const message = `The container engine did not derive an image within ${timeoutMs / 60_000} minutes.`
  return new GraderError('engine.timeout', message, { cause })
}

/** One instruction, so one image: the engine makes one for each label that it is asked for, and those have only some of them. */
function labelInstruction(labels: Record<string, string>): string {
  const quote = (text: string) => `"${text.replaceAll(/[\\"$]/g, '\\$&')}"`
  const pairs = Object.entries(labels).map(([name, value]) => `${quote(name)}=${quote(value)}`)
  return pairs.length === 0 ? '' : `LABEL ${pairs.join(' ')}\n`
}

async function readImageId(stream: Readable, log: BoundedText): Promise<string> {
  let imageId: string | undefined
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line === '') continue
    const event = JSON.parse(line) as { stream?: string; error?: string; aux?: { ID?: string } }
    if (event.stream !== undefined) log.append(event.stream)
    if (event.aux?.ID !== undefined) imageId = event.aux.ID
    if (event.error !== undefined) throw failureOf(event.error, log)
  }
  if (imageId === undefined) throw failureOf('no image', log)
  return imageId
}

function failureOf(engineMessage: string, log: BoundedText): GraderError {
  const code = /no space left on device/.test(engineMessage) ? 'disk.full' : 'engine.failed'
  const lastLines = log.toString().trim().split('\n').slice(-6).join('\n')
  return new GraderError(code, `The engine could not derive an image: ${engineMessage}\n${lastLines}`)
}
