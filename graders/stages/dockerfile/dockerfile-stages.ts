import { posix } from 'node:path'
import { type Instruction, readInstructions } from './dockerfile-instructions.ts'
import type { BaseSettings, CopyStep, DockerfileSize, DockerfileStage, PlaceStep } from './dockerfile-model.ts'
import { isPastSize, measureInstruction } from './dockerfile-size.ts'
import {
  expandDeclaredVariables,
  expandVariables,
  platformArgs,
  readArgs,
  StageVariables,
} from './dockerfile-variables.ts'
import { argumentsOf, readFlags, splitWords } from './dockerfile-words.ts'

/** What a stage's image will have been told, FROM an earlier stage included. */
export interface StageImage {
  variables: StageVariables
  exposedPorts: number[]
  entrypoint?: string
  cmd?: { argument: string; inherited: boolean }
  workdir: string
  layers: number
  /** What ONBUILD keeps for the next stage that is built FROM this one. */
  triggers: Instruction[]
}

export interface Reading {
  stages: DockerfileStage[]
  images: StageImage[]
  copies: CopyStep[]
  triggered: CopyStep[]
  places: PlaceStep[]
  declaredArgs: string[]
  size: DockerfileSize
}

/** Reads the instructions in order, as the engine does: variables hold from their line on. */
export function readStages(
  instructions: Instruction[],
  escapeChar: string,
  bases: ReadonlyMap<number, BaseSettings> = new Map(),
): Reading {
  const reading: Reading = {
    stages: [],
    images: [],
    copies: [],
    triggered: [],
    places: [],
    declaredArgs: [],
    size: { expanded: 0, layers: 0, ports: 0, volumes: 0 },
  }
  const globalArgs = new Map<string, string>()
  // Looked up, not searched: thousands of stages are read before they are refused.
  const byName = new Map<string, number>()
  const lookupGlobal = (name: string) => globalArgs.get(name) ?? platformArgs()[name]
  for (const instruction of instructions) {
    const image = reading.images.at(-1)
    if (instruction.keyword === 'FROM') {
      const stage = readFrom(instruction, reading.stages.length, byName, (word) =>
        expandDeclaredVariables(word, lookupGlobal, escapeChar),
      )
      if (stage.name !== undefined) byName.set(stage.name.toLowerCase(), stage.index)
      const parent = stage.from.kind === 'stage' ? reading.images[stage.from.index] : undefined
      reading.stages.push(stage)
      const started = startImage(new StageVariables(escapeChar, globalArgs, parent?.variables), parent)
      reading.images.push(started)
      const base = bases.get(stage.index)
      started.variables.inheritEnv(base?.env ?? [])
      const triggers = [...(parent?.triggers ?? []), ...triggersOf(base, instruction)]
      for (const trigger of triggers) setOff(trigger, started, reading, escapeChar)
    } else if (image !== undefined) {
      readInstruction(instruction, image, reading, escapeChar)
    } else if (instruction.keyword === 'ARG') {
      measureInstruction(instruction, (word) => expandVariables(word, lookupGlobal, escapeChar), reading.size)
      if (isPastSize(reading.size)) break
      for (const { name, value } of readArgs(argumentsOf(instruction.text), escapeChar, lookupGlobal)) {
        if (value !== undefined) globalArgs.set(name, value)
        reading.declaredArgs.push(name)
      }
    }
  }
  reading.declaredArgs = [...new Set(reading.declaredArgs)]
  return reading
}

function readFrom(
  instruction: Instruction,
  index: number,
  byName: ReadonlyMap<string, number>,
  expand: (word: string) => string,
): DockerfileStage {
  const words = splitWords(argumentsOf(instruction.text))
  const base = expand(words[0] ?? '')
  const name = words[1]?.toLowerCase() === 'as' ? words[2] : undefined
  const platform = readFlags(instruction.text).flags.find((flag) => flag.name === 'platform')?.value
  const parent = byName.get(base.toLowerCase())
  const stage: DockerfileStage = { index, base, from: { kind: 'image' }, line: instruction.line }
  if (parent !== undefined) stage.from = { kind: 'stage', index: parent }
  else if (base === 'scratch') stage.from = { kind: 'scratch' }
  if (name !== undefined) stage.name = name
  if (platform !== undefined) stage.platform = expand(platform)
  return stage
}

function startImage(variables: StageVariables, parent: StageImage | undefined): StageImage {
  const image: StageImage = {
    variables,
    exposedPorts: [...(parent?.exposedPorts ?? [])],
    workdir: parent?.workdir ?? '/',
    layers: parent?.layers ?? 0,
    triggers: [],
  }
  if (parent?.entrypoint !== undefined) image.entrypoint = parent.entrypoint
  if (parent?.cmd !== undefined) image.cmd = { argument: parent.cmd.argument, inherited: true }
  return image
}

function readInstruction(instruction: Instruction, image: StageImage, reading: Reading, escapeChar: string): void {
  const argument = argumentsOf(instruction.text)
  const expand = (word: string) => expandVariables(word, image.variables.lookup, escapeChar)
  image.layers += measureInstruction(instruction, expand, reading.size)
  reading.size.layers = Math.max(reading.size.layers, image.layers)
  // Values that double with every line would take all memory; the gate refuses them.
  if (isPastSize(reading.size)) return
  switch (instruction.keyword) {
    case 'ARG':
      reading.declaredArgs.push(...image.variables.declareArgs(argument))
      break
    case 'ENV':
      image.variables.declareEnv(argument)
      break
    case 'EXPOSE':
      for (const word of splitWords(argument)) image.exposedPorts.push(...readPorts(expand(word)))
      image.exposedPorts = [...new Set(image.exposedPorts)]
      break
    case 'ENTRYPOINT':
      image.entrypoint = argument
      // The engine forgets a CMD that came with the base when the entry point changes.
      if (image.cmd?.inherited) delete image.cmd
      break
    case 'CMD':
      image.cmd = { argument, inherited: false }
      break
    case 'ONBUILD':
      readTrigger(instruction, image, reading, escapeChar)
      break
    case 'WORKDIR':
      image.workdir = posix.resolve(image.workdir, expand(argument))
      reading.places.push({ line: instruction.line, keyword: 'WORKDIR', path: image.workdir })
      break
    case 'VOLUME':
      for (const word of splitWords(argument)) {
        reading.places.push({ line: instruction.line, keyword: 'VOLUME', path: posix.resolve('/', expand(word)) })
      }
      break
    case 'COPY':
    case 'ADD':
      reading.copies.push(readCopy(instruction, instruction.keyword, reading.stages.length - 1, expand))
  }
}

/** What a trigger copies counts where it stands, too: the file needs it, and its images are put in there. */
function readTrigger(instruction: Instruction, image: StageImage, reading: Reading, escapeChar: string): void {
  const text = argumentsOf(instruction.text)
  const keyword = (text.split(/\s/, 1)[0] ?? '').toUpperCase()
  const trigger = { ...instruction, keyword, text }
  image.triggers.push(trigger)
  if (keyword === 'COPY' || keyword === 'ADD') readInstruction(trigger, image, reading, escapeChar)
}

/** Those of a base from elsewhere are told by the line that names it. */
function triggersOf(base: BaseSettings | undefined, { line }: Instruction): Instruction[] {
  const read = (text: string) => readInstructions(text).instructions
  return (base?.triggers ?? []).flatMap(read).map((trigger) => ({ ...trigger, line }))
}

/** A stage FROM an earlier one runs its triggers, with the variables as they are by then. */
function setOff(trigger: Instruction, image: StageImage, reading: Reading, escapeChar: string): void {
  if (trigger.keyword === 'ONBUILD') return
  const copies: CopyStep[] = []
  readInstruction(trigger, image, { ...reading, copies }, escapeChar)
  reading.triggered.push(...copies)
}

function readCopy(
  instruction: Instruction,
  keyword: 'COPY' | 'ADD',
  stage: number,
  expand: (word: string) => string,
): CopyStep {
  const { flags } = readFlags(instruction.text)
  const from = flags.find((flag) => flag.name === 'from')?.value
  const words = splitWords(argumentsOf(instruction.text)).slice(0, -1)
  const sources = words.filter((word) => instruction.heredocs.length === 0 || !word.startsWith('<<')).map(expand)
  const step: CopyStep = { line: instruction.line, keyword, sources, stage }
  return from === undefined ? step : { ...step, from: expand(from) }
}

/** `80`, `80/tcp` or a short range; other protocols are of no use to an HTTP probe. */
function readPorts(word: string): number[] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(\w{1,8}))?$/.exec(word)
  if (match === null || (match[3] ?? 'tcp').toLowerCase() !== 'tcp') return []
  const first = Number(match[1])
  const last = Math.min(Number(match[2] ?? first), first + 20)
  const ports = Array.from({ length: Math.max(0, last - first + 1) }, (_, step) => first + step)
  return ports.filter((port) => port >= 1 && port <= 65_535)
}
