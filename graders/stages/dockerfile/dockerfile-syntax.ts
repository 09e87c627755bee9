import type { Fault } from '../../model/feedback.ts'
import { nearest } from '../../model/nearest.ts'
import type { Instruction } from './dockerfile-instructions.ts'
import type { DockerfileStage } from './dockerfile-model.ts'
import { argumentsOf, splitWords } from './dockerfile-words.ts'

const maxDockerfileBytes = 64 * 1024

const keywords = [
  ...['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'MAINTAINER'],
  ...['ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'],
]

/** Faults of the text as a whole, before it is worth parsing. */
export function findTextFault(text: string, path: string): Fault | undefined {
  const bytes = Buffer.byteLength(text)
  if (bytes > maxDockerfileBytes) {
    return {
      reason: 'build.dockerfile-limit',
      message: `\`${path}\` has ${bytes} bytes, more than the ${maxDockerfileBytes} that a Dockerfile may have.`,
      hint: 'A Dockerfile is a short list of instructions: copy big content with `COPY` instead of writing it into the Dockerfile.',
      location: { file: path },
    }
  }
  if (text.includes('\0')) {
    return syntaxFault(path, 1, `\`${path}\` is not plain text in UTF-8: it contains zero bytes.`, {
      hint: 'Save the file as UTF-8. Windows PowerShell writes UTF-16 with `>`; use an editor or `Set-Content -Encoding utf8` instead.',
    })
  }
  return undefined
}

interface Subject {
  path: string
  instructions: Instruction[]
  stages: DockerfileStage[]
}

/** Faults that are sure; for all others the engine has the last word. */
export function findSyntaxFault({ path, instructions, stages }: Subject): Fault | undefined {
  if (instructions.length === 0) {
    return syntaxFault(path, undefined, `\`${path}\` is empty: it has no instruction.`, {
      hint: 'A Dockerfile begins with `FROM <image>` and says how the program gets into the image and how it starts.',
    })
  }
  const unknown = instructions.find(({ keyword }) => !keywords.includes(keyword))
  if (unknown !== undefined) return unknownInstruction(path, unknown)
  const early = instructions.find(({ keyword }) => keyword === 'FROM' || keyword !== 'ARG')
  if (early?.keyword !== 'FROM') return missingFrom(path, early)
  const froms = instructions.filter(({ keyword }) => keyword === 'FROM')
  for (const [index, from] of froms.entries()) {
    const fault = findFromFault(path, from, stages[index])
    if (fault !== undefined) return fault
  }
  return undefined
}

function unknownInstruction(path: string, { keyword, line, text }: Instruction): Fault {
  const written = (text.split(/\s/, 1)[0] ?? keyword).slice(0, 60)
  const meant = nearest(keyword, keywords)
  const message = `Line ${line} of \`${path}\` begins with \`${written}\`, which is not a Dockerfile instruction.`
  const hint =
    meant !== undefined
      ? `\`${written}\` - did you mean \`${meant}\`?`
      : 'If this line continues the one before it, end that line with `\\`; a shell command needs `RUN` in front.'
  return syntaxFault(path, line, message, { hint, actual: text.slice(0, 200) })
}

function missingFrom(path: string, early: Instruction | undefined): Fault {
  const message =
    early === undefined
      ? `\`${path}\` has no \`FROM\`, so there is no image to start from.`
      : `Line ${early.line} of \`${path}\` is \`${early.keyword}\`, but the first instruction must be \`FROM\` (only \`ARG\` may stand before it).`
  return syntaxFault(path, early?.line, message, {
    hint: 'Begin with `FROM <image>`, e.g. `FROM golang:1.22 AS build`, or `FROM scratch` for a static binary.',
  })
}

function findFromFault(path: string, from: Instruction, stage: DockerfileStage | undefined): Fault | undefined {
  const { line, text } = from
  const words = splitWords(argumentsOf(text))
  const [image] = words
  if (image === undefined) {
    return syntaxFault(path, line, `Line ${line} of \`${path}\` is \`FROM\` without an image.`, {
      hint: 'Name the image to start from, e.g. `FROM golang:1.22`.',
    })
  }
  if (stage?.base === '') {
    return syntaxFault(
      path,
      line,
      `\`FROM ${image.slice(0, 100)}\` in line ${line} of \`${path}\` comes to nothing: the variable has no value there.`,
      {
        hint: 'Declare it before the first `FROM` with a default, e.g. `ARG VERSION=1.22`; an `ARG` inside a stage does not count for `FROM`.',
      },
    )
  }
  if (words.length !== 1 && !(words.length === 3 && words[1]?.toLowerCase() === 'as')) {
    return syntaxFault(
      path,
      line,
      `Line ${line} of \`${path}\` has ${words.length} words after \`FROM\`; it takes one, or three with \`AS\`.`,
      {
        hint: 'Write `FROM <image>` or `FROM <image> AS <name>`; a comment needs a line of its own.',
        actual: text.slice(0, 200),
      },
    )
  }
  return undefined
}

function syntaxFault(
  path: string,
  line: number | undefined,
  message: string,
  more: { hint: string; actual?: string },
): Fault {
  const location = line === undefined ? { file: path } : { file: path, line }
  return { reason: 'build.dockerfile-syntax', message, location, ...more }
}
