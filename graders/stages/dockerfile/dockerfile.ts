import type { Fault } from '../../model/feedback.ts'
import { findBuildKitNeeds, findForbiddenFlags, readMounts } from './dockerfile-buildkit.ts'
import { guessGoVariant } from './dockerfile-go.ts'
import { readInstructions } from './dockerfile-instructions.ts'
import type { BaseSettings, Dockerfile } from './dockerfile-model.ts'
import { readStages, type StageImage } from './dockerfile-stages.ts'
import { findSyntaxFault, findTextFault } from './dockerfile-syntax.ts'
import { readJsonForm } from './dockerfile-words.ts'

export type { BaseSettings, CopyStep, Dockerfile, DockerfileStage } from './dockerfile-model.ts'

export type ParsedDockerfile = { ok: true; dockerfile: Dockerfile } | { ok: false; fault: Fault }

/**
 * `path` is the Dockerfile's place in the submission, for the location of a fault; `bases` by the index of the stage, where the
 * images are at hand.
 */
export function parseDockerfile(
  text: string,
  path = 'Dockerfile',
  bases?: ReadonlyMap<number, BaseSettings>,
): ParsedDockerfile {
  const textFault = findTextFault(text, path)
  if (textFault !== undefined) return { ok: false, fault: textFault }
  const { escapeChar, instructions } = readInstructions(text)
  const reading = readStages(instructions, escapeChar, bases)
  const fault = findSyntaxFault({ path, instructions, stages: reading.stages })
  if (fault !== undefined) return { ok: false, fault }
  const goVariant = guessGoVariant(instructions)
  const { stages, copies, triggered, places, size, declaredArgs } = reading
  const images = reading.images
  const image = images.at(-1)
  return {
    ok: true,
    dockerfile: {
      text,
      stages,
      copies,
      triggered,
      mounts: readMounts(instructions),
      places,
      forbiddenFlags: findForbiddenFlags(instructions),
      size,
      exposedPorts: image?.exposedPorts ?? [],
      declaredArgs,
      entry: entryOf(image),
      steps: instructions.map(({ line, keyword, text }) => ({ line, keyword, text })),
      needsBuildKit: findBuildKitNeeds(instructions),
      ...(goVariant === undefined ? {} : { goVariant }),
    },
  }
}

function entryOf(image: StageImage | undefined): Dockerfile['entry'] {
  const { entrypoint } = image ?? {}
  const cmd = image?.cmd?.argument
  const started = entrypoint ?? cmd
  const entry: Dockerfile['entry'] = { shellForm: started !== undefined && readJsonForm(started) === undefined }
  if (entrypoint !== undefined) entry.entrypoint = wordsOf(entrypoint)
  if (cmd !== undefined) entry.cmd = wordsOf(cmd)
  return entry
}

function wordsOf(argument: string): string {
  return readJsonForm(argument)?.join(' ') ?? argument
}
