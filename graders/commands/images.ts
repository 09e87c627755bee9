import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { JsonText, TerminalText } from '../model/encoded.ts'
import { asGraderError, GraderError, UsageError } from '../model/grader-error.ts'
import { forJson, forTerminal, guardLines, joinTerminal, terminal } from '../reporters/escape.ts'
import { makePaint } from '../reporters/paint.ts'
import { padEnd, padStart, trimEnd, widthOf } from '../reporters/text-layout.ts'
import { type GoVariant, UnknownBaseImage } from '../sandbox/bases/base-images.ts'
import { createBaseKeeper } from '../sandbox/bases/keep-base.ts'
import { type KeptImage, listKeptImages, loadImages } from '../sandbox/bases/kept-images.ts'
import { connectEngine, type Engine } from '../sandbox/engine.ts'
import { prepareMachine } from '../sandbox/machine/script-machine.ts'
import type { ImagesOptions } from './command-line.ts'
import { explainError } from './explain-error.ts'
import { exitCodes, type Io } from './io.ts'

/** What submissions of this course are built on and from, as far as we have seen. */
export const usualBases = [
  ...['golang:1.24', 'golang:1.19', 'golang:1.24-alpine', 'alpine', 'busybox', 'debian', 'ubuntu'],
  ...['python:3', 'node', 'gcr.io/distroless/static', 'gcr.io/distroless/base', 'scratch'],
]
const warmVariants: GoVariant[] = ['cgo0', 'cgo1']

interface Problem {
  name: string
  error: GraderError | UsageError
}

/** Prepares base images, so that no grading has to wait for them. */
export async function images(options: ImagesOptions, io: Io): Promise<number> {
  const file = options.load === undefined ? undefined : await requireFile(options.load)
  const problems: Problem[] = []
  if (options.machine) {
    await keepMachine(problems, io)
    // Nothing else was asked for; a machine needs no engine.
    if (options.names.length === 0 && file === undefined && !options.list) return tellAll([], options, problems, io)
  }
  const engine = await connectEngine()
  const names = file === undefined ? [] : await loadImages(engine, file, io.signal)
  for (const name of names) io.err(terminal`Loaded ${forTerminal(name)}.\n`)
  let kept: KeptImage[]
  if (options.list) {
    kept = await listKeptImages(engine)
  } else if (file !== undefined && options.names.length === 0) {
    kept = (await listKeptImages(engine)).filter((image) => names.includes(image.name) || names.includes(image.id))
  } else {
    kept = await keepAll(engine, options, problems, io)
  }
  return tellAll(kept, options, problems, io)
}

function tellAll(kept: KeptImage[], options: ImagesOptions, problems: Problem[], io: Io): number {
  if (options.json) io.out(renderJson(kept, problems))
  else if (kept.length > 0 || (problems.length === 0 && !options.machine)) io.out(renderImages(kept, io))
  for (const { error } of problems) {
    if (!options.json) io.err(explainError(error, { color: io.color, debug: false }).text)
  }
  if (problems.some(({ error }) => error instanceof GraderError)) return exitCodes.ungraded
  return problems.length > 0 ? exitCodes.usage : exitCodes.ok
}

async function keepMachine(problems: Problem[], io: Io): Promise<void> {
  const say = (message: string) => io.err(terminal`${forTerminal(message)}\n`)
  try {
    await prepareMachine({ say, signal: io.signal })
    say('The virtual machine for scripts is ready.')
  } catch (thrown) {
    if (io.signal.aborted) throw new GraderError('interrupted', 'Stopped; what was prepared until then is kept.')
    problems.push({ name: 'machine', error: asGraderError(thrown) })
  }
}

async function keepAll(engine: Engine, options: ImagesOptions, problems: Problem[], io: Io): Promise<KeptImage[]> {
  const { mirror, standIns, warm } = options
  const policy = { standIns, say: (message: string) => io.err(terminal`${forTerminal(message)}\n`) }
  const keepBase = await createBaseKeeper(engine, { ...policy, ...(mirror === undefined ? {} : { mirror }) }, io.signal)
  const kept: KeptImage[] = []
  for (const name of options.names.length === 0 ? usualBases : options.names) {
    try {
      kept.push(...(await keepBase(name, warm ? warmVariants : [])))
    } catch (thrown) {
      if (io.signal.aborted) throw new GraderError('interrupted', 'Stopped; what was prepared until then is kept.')
      // Of several names, one that cannot be had does not stop the others.
      const error = thrown instanceof UnknownBaseImage ? new UsageError(thrown.message) : asGraderError(thrown)
      problems.push({ name, error })
    }
  }
  return kept
}

async function requireFile(given: string): Promise<string> {
  const path = resolve(given)
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile()) return path
  throw new UsageError(
    `Expected \`--load\` to name a file that \`docker save\` wrote, got \`${given}\`, which is ${found ? 'no file' : 'not there'}.`,
  )
}

function renderJson(kept: KeptImage[], problems: Problem[]): JsonText {
  const document = {
    schema: 'cgrade/images/v1',
    images: kept,
    problems: problems.map(({ name, error }) => ({
      name,
      code: error instanceof GraderError ? error.code : 'unknown-image',
      message: error.message,
    })),
  }
  return forJson(document)
}

function renderImages(kept: KeptImage[], io: Io): TerminalText {
  if (kept.length === 0) return terminal`No base images are kept here yet.\n`
  const rows = kept.map(({ name, kind, detail, bytes, id }) => [
    forTerminal(name),
    forTerminal(kind),
    terminal`${Math.round(bytes / 1e6)} MB`,
    forTerminal(id.replace('sha256:', '').slice(0, 12)),
    forTerminal(detail ?? ''),
  ])
  const table = [[terminal`IMAGE`, terminal`KIND`, terminal`SIZE`, terminal`ID`, terminal`MADE OF`], ...rows]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => widthOf(row[column] ?? ''))))
  const lines = table.map((row) => {
    const cells = row.map((cell, column) => (column === 2 ? padStart : padEnd)(cell, widths[column] ?? 0))
    return trimEnd(joinTerminal(cells, terminal`  `))
  })
  const paint = makePaint(io.color)
  const [header = terminal``, ...below] = lines
  return guardLines(joinTerminal([paint('dim', header), ...below, terminal``], terminal`\n`))
}
