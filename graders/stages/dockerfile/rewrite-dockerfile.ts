import { GraderError } from '../../model/grader-error.ts'
import type { Dockerfile, DockerfileStage } from './dockerfile.ts'
import { effectiveFlags, isDroppableFlag } from './dockerfile-buildkit.ts'
import { type Instruction, readDirectives, readInstructions } from './dockerfile-instructions.ts'
import { platformArgs } from './dockerfile-variables.ts'
import type { Flag } from './dockerfile-words.ts'

export interface ResolvedImages {
  /** Image id by index of the stage. */
  stageBases: ReadonlyMap<number, string>
  /** Image id by name in `COPY --from`, as `foreignImages` lists them. */
  foreignImages: ReadonlyMap<string, string>
  /** Of the engine, `x86_64`; without it, of this machine. */
  architecture?: string
}

interface Edit {
  start: number
  end: number
  text: string
}

/**
 * Puts the prepared images in and takes out what only BuildKit understands and the image does not need. No line moves,
 * so that the engine's line numbers are the student's.
 */
export function rewriteDockerfile(dockerfile: Dockerfile, resolved: ResolvedImages): { text: string; notes: string[] } {
  const { text } = dockerfile
  const notes = new Set<string>()
  const edits = editDirectives(text, notes)
  let stageIndex = 0
  let copyIndex = 0
  for (const instruction of readInstructions(text).instructions) {
    const { keyword, flags } = effectiveFlags(instruction)
    if (keyword === 'FROM') {
      const stage = dockerfile.stages[stageIndex++]
      if (stage !== undefined) edits.push(...editFrom(text, instruction, stage, resolved, notes))
      continue
    }
    for (const flag of flags.filter((flag) => isDroppableFlag(keyword, flag))) {
      edits.push(...replaceFlag(instruction, flag, ''))
      notes.add(noteOfDropped(flag))
    }
    if (keyword !== 'COPY' && keyword !== 'ADD') continue
    const from = dockerfile.copies[copyIndex++]?.from
    const image = from === undefined ? undefined : resolved.foreignImages.get(from)
    const flag = flags.find(({ name }) => name === 'from')
    if (flag !== undefined && image !== undefined) edits.push(...replaceFlag(instruction, flag, `--from=${image}`))
  }
  return { text: applyEdits(text, edits), notes: [...notes] }
}

/** A plain comment would end the directives, so an `escape` that comes after the others goes to their first line. */
function editDirectives(text: string, notes: Set<string>): Edit[] {
  const directives = readDirectives(text)
  if (directives.every(({ name }) => name === 'escape')) return []
  const escapeLine = directives.find(({ name }) => name === 'escape')?.text
  if (directives.some(({ name }) => name === 'syntax')) {
    notes.add('The `# syntax=` line has no effect here: the builder of this machine reads the Dockerfile.')
  }
  return directives.map(({ start, end, name }, index) => {
    if (index === 0 && escapeLine !== undefined) return { start, end, text: escapeLine }
    return { start, end, text: `# the ${name} line has no effect here` }
  })
}

function editFrom(
  text: string,
  from: Instruction,
  stage: DockerfileStage,
  resolved: ResolvedImages,
  notes: Set<string>,
): Edit[] {
  const own = platformArgs(resolved.architecture).TARGETPLATFORM ?? ''
  if (stage.platform !== undefined && !samePlatform(stage.platform, own)) {
    notes.add(`\`FROM --platform=${stage.platform}\` is built for ${own}, the platform of this machine.`)
  }
  const base = baseOf(stage, resolved)
  if (base === undefined) return []
  const name = stage.name === undefined ? '' : ` AS ${stage.name}`
  // Continuation lines of the old text become blank lines.
  const lineEnds = text.slice(from.start, from.end).replace(/[^\r\n]/g, '')
  return [{ start: from.start, end: from.end, text: `FROM ${base}${name}${lineEnds}` }]
}

function baseOf(stage: DockerfileStage, resolved: ResolvedImages): string | undefined {
  if (stage.from.kind === 'stage') return stage.base
  const id = resolved.stageBases.get(stage.index)
  if (id === undefined && stage.from.kind === 'image') {
    throw new GraderError('internal', `No image was prepared for stage ${stage.index} (\`FROM ${stage.base}\`).`)
  }
  return id ?? 'scratch'
}

function samePlatform(asked: string, own: string): boolean {
  const normalize = (platform: string) =>
    platform
      .toLowerCase()
      .replace('x86_64', 'amd64')
      .replace('aarch64', 'arm64')
      .replace(/^linux\/|\/v8$/g, '')
  return asked === '' || normalize(asked) === normalize(own)
}

/** Blanks out a flag, whose characters may be spread over continuation lines, and writes `text` where it began. */
function replaceFlag({ offsets }: Instruction, flag: Flag, text: string): Edit[] {
  const edits: Edit[] = []
  for (let at = flag.start; at < flag.end; at++) {
    const start = offsets[at] ?? 0
    const last = edits.at(-1)
    if (last?.end === start) last.end = start + 1
    else edits.push({ start, end: start + 1, text: edits.length === 0 ? text : '' })
  }
  return edits
}

function noteOfDropped(flag: Flag): string {
  return flag.name === 'mount'
    ? '`RUN --mount=type=cache` is left out: the image is the same, the build only takes longer.'
    : `\`--${flag.name}\` is left out: the image is the same.`
}

function applyEdits(text: string, edits: Edit[]): string {
  let rewritten = ''
  let at = 0
  for (const edit of edits.toSorted((one, other) => one.start - other.start)) {
    rewritten += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return rewritten + text.slice(at)
}
