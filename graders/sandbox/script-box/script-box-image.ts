import { GraderError, type GraderErrorCode } from '../../model/grader-error.ts'
import type { BaseImages } from '../bases/base-images.ts'
import { scriptBoxRecipe } from '../bases/script-box-recipe.ts'

/** Errors that say what this machine cannot do, as against what went wrong in flight. */
const incapacities: GraderErrorCode[] = ['base-image.unavailable', 'host.tool-missing']

/** Id of the image of script boxes: kept by the engine, else made, once. */
export function provideBoxImage(bases: BaseImages, signal: AbortSignal): Promise<string> {
  return bases.prepareOwn(scriptBoxRecipe(), signal)
}

/** Undefined: the image is there now. Else why it cannot be had. */
export async function whyNoBoxImage(bases: BaseImages, signal: AbortSignal): Promise<string | undefined> {
  try {
    await provideBoxImage(bases, signal)
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof GraderError) || !incapacities.includes(thrown.code)) throw thrown
    const [firstLine = ''] = thrown.message.split('\n')
    return `the sandbox for scripts could not be made here: ${firstLine.replace(/[.:]$/, '')}`
  }
}
