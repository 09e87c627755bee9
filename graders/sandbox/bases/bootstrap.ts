import { arch } from 'node:os'
import { GraderError } from '../../model/grader-error.ts'
import type { Engine } from '../engine.ts'
import { importImage } from './import-image.ts'
import { failureToMake, makeDebianTar, provideMmdebstrap } from './mmdebstrap.ts'
import type { Recipe } from './stand-in-recipe.ts'

const loadBases =
  'Load the image from a file (`./grade images --load file.tar`), name a registry that answers (`--mirror`), or give this machine network.'

/** Installs Debian packages into a root file system of their own and imports it; returns the image id. */
export async function bootstrapImage(
  engine: Engine,
  recipe: Recipe & { kind: 'bootstrap' },
  options: { labels: Record<string, string>; signal: AbortSignal; say(message: string): void },
): Promise<string> {
  expectSameArchitecture(engine)
  await provideMmdebstrap(options.say, `Elsewhere: ${loadBases}`)
  const { labels, signal } = options
  const tar = await makeDebianTar(recipe, {
    signal,
    consume: (stream) => importImage(engine, stream, { settings: recipe.settings, labels, signal }),
  })
  if (tar.made) return tar.consumed
  if (tar.consumed !== undefined) await engine.docker.getImage(tar.consumed).remove({ force: true })
  signal.throwIfAborted()
  throw failureToMake(`The base image ${recipe.tag} (${recipe.sentence}) could not be made`, tar.log, loadBases)
}

function expectSameArchitecture(engine: Engine): void {
  const ours = { x64: 'x86_64', arm64: 'aarch64' }[arch() as string] ?? arch()
  if (process.platform === 'linux' && engine.architecture === ours) return
  throw new GraderError(
    'base-image.unavailable',
    `Base images can be made from Debian packages only on Linux with the processor of the engine (${engine.architecture}).`,
    { remedy: loadBases },
  )
}
