import type { Instruction } from './dockerfile-instructions.ts'
import type { DockerfileSize } from './dockerfile-model.ts'
import { argumentsOf, splitWords } from './dockerfile-words.ts'

/** Twice what a Dockerfile may have: only variables that multiply each other come to more. */
export const maxExpanded = 128 * 1024

const expanding = ['ENV', 'ARG', 'LABEL', 'WORKDIR', 'USER', 'VOLUME', 'EXPOSE', 'STOPSIGNAL', 'COPY', 'ADD']
const layering = ['RUN', 'COPY', 'ADD', 'WORKDIR']

/** Adds what one instruction costs; returns how many layers it makes. */
export function measureInstruction(
  { keyword, text }: Instruction,
  expand: (word: string) => string,
  size: DockerfileSize,
): number {
  if (expanding.includes(keyword) && !isPastSize(size)) {
    const argument = argumentsOf(text)
    size.expanded += argument.includes('$') ? Math.max(expand(argument).length, argument.length) : argument.length
    if (keyword === 'VOLUME') size.volumes += splitWords(argument).length
    if (keyword === 'EXPOSE') for (const word of splitWords(argument)) size.ports += countPorts(expand(word))
  }
  return layering.includes(keyword) ? 1 : 0
}

export function isPastSize({ expanded }: DockerfileSize): boolean {
  return expanded > maxExpanded
}

function countPorts(word: string): number {
  const range = /^(\d{1,5})-(\d{1,5})/.exec(word)
  return range === null ? 1 : Math.max(1, Number(range[2]) - Number(range[1]) + 1)
}
