import type { Instruction } from './dockerfile-instructions.ts'
import type { CopyStep, DockerfileStage } from './dockerfile-model.ts'
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
}

export interface Reading {
  stages: DockerfileStage[]
  images: StageImage[]
  copies: CopyStep[]
  declaredArgs: string[]
}

/** Reads the instructions in order, as the engine does: variables hold from their line on. */
export function readStages(instructions: Instruction[], escapeChar: string): Reading {
  const reading: Reading = { stages: [], images: [], copies: [], declaredArgs: [] }
  const globalArgs = new Map<string, string>()
  const lookupGlobal = (name: string) => globalArgs.get(name) ?? platformArgs()[name]
  for (const instruction of instructions) {
    const image = reading.images.at(-1)
    if (instruction.keyword === 'FROM') {
      const stage = readFrom(instruction, reading.stages, (word) =>
        expandDeclaredVariables(word, lookupGlobal, escapeChar),
      )
      const parent = stage.from.kind === 'stage' ? reading.images[stage.from.index] : undefined
      reading.stages.push(stage)
      reading.images.push(startImage(new StageVariables(escapeChar, globalArgs, parent?.variables), parent))
    } else if (image !== undefined) {
      readInstruction(instruction, image, reading, escapeChar)
    } else if (instruction.keyword === 'ARG') {
      for (const { name, value } of readArgs(argumentsOf(instruction.text), escapeChar, lookupGlobal)) {
        if (value !== undefined) globalArgs.set(name, value)
        reading.declaredArgs.push(name)
      }
    }
  }
  reading.declaredArgs = [...new Set(reading.declaredArgs)]
  return reading
}

function readFrom(instruction: Instruction, earlier: DockerfileStage[], expand: (word: string) => string) {
  const words = splitWords(argumentsOf(instruction.text))
  const base = expand(words[0] ?? '')
  const name = words[1]?.toLowerCase() === 'as' ? words[2] : undefined
  const platform = readFlags(instruction.text).flags.find((flag) => flag.name === 'platform')?.value
  const parent = earlier.findLast((stage) => stage.name?.toLowerCase() === base.toLowerCase())
  const stage: DockerfileStage = { index: earlier.length, base, from: { kind: 'image' }, line: instruction.line }
  if (parent !== undefined) stage.from = { kind: 'stage', index: parent.index }
  else if (base === 'scratch') stage.from = { kind: 'scratch' }
  if (name !== undefined) stage.name = name
  if (platform !== undefined) stage.platform = expand(platform)
  return stage
}

function startImage(variables: StageVariables, parent: StageImage | undefined): StageImage {
  const image: StageImage = { variables, exposedPorts: [...(parent?.exposedPorts ?? [])] }
  if (parent?.entrypoint !== undefined) image.entrypoint = parent.entrypoint
  if (parent?.cmd !== undefined) image.cmd = { argument: parent.cmd.argument, inherited: true }
  return image
}

function readInstruction(instruction: Instruction, image: StageImage, reading: Reading, escapeChar: string): void {
  const argument = argumentsOf(instruction.text)
  const expand = (word: string) => expandVariables(word, image.variables.lookup, escapeChar)
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
    case 'COPY':
    case 'ADD':
      reading.copies.push(readCopy(instruction, instruction.keyword, reading.stages.length - 1, expand))
  }
}

/** A later stage of the same file may set the trigger off, so what it copies counts. */
function readTrigger(instruction: Instruction, image: StageImage, reading: Reading, escapeChar: string): void {
  const text = argumentsOf(instruction.text)
  const keyword = text.split(/\s/, 1)[0]?.toUpperCase()
  if (keyword === 'COPY' || keyword === 'ADD') {
    readInstruction({ ...instruction, keyword, text }, image, reading, escapeChar)
  }
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
