import type { Instruction } from './dockerfile-instructions.ts'
import type { CopyStep, ForbiddenFlag } from './dockerfile-model.ts'
import { type Flag, readFlags } from './dockerfile-words.ts'

/** Flags that BuildKit knows and the classic builder does not; any other one is a mistake, and the engine says so. */
const buildKitFlags: Record<string, readonly string[]> = {
  RUN: ['mount', 'network', 'security', 'device'],
  COPY: ['chmod', 'link', 'parents', 'exclude'],
  ADD: ['chmod', 'link', 'checksum', 'keep-git-dir', 'exclude', 'unpack'],
  HEALTHCHECK: ['start-interval'],
}

/** The keyword and flags that count; those of its trigger for ONBUILD. Places are in the instruction's text. */
export function effectiveFlags(instruction: Instruction): { keyword: string; flags: Flag[] } {
  const { keyword, text } = instruction
  if (keyword !== 'ONBUILD') return { keyword, flags: readFlags(text).flags }
  const { argumentsAt } = readFlags(text)
  const trigger = text.slice(argumentsAt)
  const flags = readFlags(trigger).flags.map((flag) => ({
    ...flag,
    start: flag.start + argumentsAt,
    end: flag.end + argumentsAt,
  }))
  return { keyword: (trigger.split(/\s/, 1)[0] ?? '').toUpperCase(), flags }
}

/** True for a flag that can be left out: the image is the same, only built or checked another way. */
export function isDroppableFlag(keyword: string, flag: Flag): boolean {
  if (keyword === 'RUN')
    return flag.name === 'mount' && mountType(flag) === 'cache' && mountOption(flag, 'from') === undefined
  if (keyword === 'COPY' || keyword === 'ADD') return flag.name === 'link'
  // Our containers run without health check.
  return keyword === 'HEALTHCHECK' && flag.name === 'start-interval'
}

/** What the classic builder cannot do and rewriting cannot translate. */
export function findBuildKitNeeds(instructions: Instruction[]): { line: number; feature: string }[] {
  return instructions.flatMap((instruction) => {
    const { keyword, flags } = effectiveFlags(instruction)
    const features = flags
      .filter((flag) => buildKitFlags[keyword]?.includes(flag.name) && !isDroppableFlag(keyword, flag))
      .map(describeFlag)
    if (instruction.heredocs.length > 0) features.push(`a here-document (<<${instruction.heredocs[0]})`)
    return features.map((feature) => ({ line: instruction.line, feature: `${keyword} with ${feature}` }))
  })
}

/** What no build of a submission may have, wherever it is built: leave of the host, its devices, network, keys and secrets. */
export function findForbiddenFlags(instructions: Instruction[]): ForbiddenFlag[] {
  return instructions.flatMap((instruction) => {
    const { keyword, flags } = effectiveFlags(instruction)
    if (keyword !== 'RUN') return []
    return flags.filter(isForbidden).map((flag) => ({
      line: instruction.line,
      keyword,
      flag: flag.name === 'mount' ? describeFlag(flag) : `--${flag.name}=${flag.value}`.slice(0, 100),
    }))
  })
}

function isForbidden(flag: Flag): boolean {
  if (flag.name === 'mount') return !['bind', 'cache', 'tmpfs'].includes(mountType(flag))
  if (flag.name === 'network') return !['default', 'none'].includes(flag.value.toLowerCase())
  if (flag.name === 'security') return flag.value.toLowerCase() !== 'sandbox'
  return flag.name === 'device'
}

/** Stages and images that the mounts of RUN reach into; `stage` counts FROM lines. */
export function readMounts(instructions: Instruction[]): CopyStep[] {
  let stage = -1
  return instructions.flatMap((instruction) => {
    if (instruction.keyword === 'FROM') stage += 1
    const { keyword, flags } = effectiveFlags(instruction)
    if (keyword !== 'RUN') return []
    const sources = flags.filter(({ name }) => name === 'mount').map((flag) => mountOption(flag, 'from') ?? '')
    return sources
      .filter((from) => from !== '')
      .map((from) => ({ line: instruction.line, keyword, sources: [], from, stage }))
  })
}

function describeFlag(flag: Flag): string {
  return flag.name === 'mount' ? `--mount=type=${mountType(flag)}` : `--${flag.name}`
}

function mountType(flag: Flag): string {
  return mountOption(flag, 'type')?.toLowerCase() ?? 'bind'
}

function mountOption(flag: Flag, name: string): string | undefined {
  for (const option of flag.value.split(',')) {
    const [key = '', ...value] = option.split('=')
    if (key.trim().toLowerCase() === name) return value.join('=').trim()
  }
  return undefined
}
