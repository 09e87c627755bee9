import { createHash } from 'node:crypto'
import { PassThrough, Readable } from 'node:stream'
import { pack } from 'tar-stream'
import { GraderError } from '../../model/grader-error.ts'
import { BoundedText } from '../bounded-text.ts'
import { type Engine, roleLabel } from '../engine.ts'
import { listImages } from '../images.ts'
import { bootstrapImage } from './bootstrap.ts'
import { deriveImage } from './derive-image.ts'
import { importImage } from './import-image.ts'
import type { Recipe } from './stand-in-recipe.ts'

/** Label with the sentence that tells what the stand-in is made of. */
export const standInLabel = 'dev.cgrade.stand-in'
/** Hash of the recipe: a stand-in of an older recipe is made again. */
const recipeLabel = 'dev.cgrade.recipe'

export interface StandIn {
  id: string
  sentence: string
  /** Id of the stand-in that it was dressed from: the same programs are in both. */
  parentId?: string
}

export interface Preparation {
  signal: AbortSignal
  say(message: string): void
  /** On the containers that are needed meanwhile, so that the reaper finds them. */
  runLabels: Record<string, string>
}

/** The stand-in if the engine keeps it already. */
export async function findStandIn(engine: Engine, recipe: Recipe): Promise<StandIn | undefined> {
  const found = await inspectImage(engine, nameOf(recipe))
  if (found === undefined || found.Config?.Labels?.[recipeLabel] !== hashOf(recipe)) return undefined
  const parent = recipe.kind === 'dress' ? await findStandIn(engine, recipe.parent) : undefined
  return { id: found.Id, sentence: recipe.sentence, ...(parent === undefined ? {} : { parentId: parent.id }) }
}

/** Makes the stand-in, and first what it is derived from; it gets its tag only when it is complete. */
export async function makeStandIn(engine: Engine, recipe: Recipe, preparation: Preparation): Promise<StandIn> {
  const labels = labelsOf(recipe)
  const { signal, say } = preparation
  if (recipe.kind === 'bootstrap') {
    say(
      `Making the base image ${recipe.tag} from Debian packages: ${recipe.sentence}. This takes about a minute, once.`,
    )
    await removeUntagStandIn(engine)
    return tagStandIn(engine, recipe, await bootstrapImage(engine, recipe, { labels, signal, say }))
  }
  if (recipe.kind === 'empty') {
    const nothing = pack()
    nothing.finalize()
    return tagStandIn(
      engine,
      recipe,
      await importImage(engine, Readable.from(nothing), { settings: recipe.settings, labels, signal }),
    )
  }
  const parent = (await findStandIn(engine, recipe.parent)) ?? (await makeStandIn(engine, recipe.parent, preparation))
  if (recipe.kind === 'carve') {
    return tagStandIn(engine, recipe, await carveImage(engine, recipe, parent.id, labels, preparation))
  }
  const dockerfile = `FROM ${parent.id}\nRUN ${JSON.stringify(['/bin/sh', '-c', recipe.script])}\n`
  const id = await deriveImage(engine, { dockerfile, labels, signal })
  return { ...(await tagStandIn(engine, recipe, id)), parentId: parent.id }
}

/** On the image: it is ours, kept between runs, and of this recipe. */
export function labelsOf(recipe: Recipe): Record<string, string> {
  return { [roleLabel]: 'base', [standInLabel]: recipe.sentence, [recipeLabel]: hashOf(recipe) }
}

/** Runs the recipe's script in a container of the parent and imports the tree that it leaves below /stage. */
async function carveImage(
  engine: Engine,
  recipe: Recipe & { kind: 'carve' },
  parentId: string,
  labels: Record<string, string>,
  { signal, runLabels }: Preparation,
): Promise<string> {
  const { docker } = engine
  const container = await docker.createContainer({
    Image: parentId,
    Cmd: ['/bin/sh', '-c', `${recipe.script}\nexec tar -C /stage -c .`],
    Labels: { ...runLabels, [roleLabel]: 'run-base' },
    HostConfig: { NetworkMode: 'none', LogConfig: { Type: 'none', Config: {} } },
  })
  try {
    const output = await container.attach({ stream: true, stdout: true, stderr: true })
    const tar = new PassThrough()
    const errors = new PassThrough().setEncoding('utf8')
    const log = new BoundedText(0, 4 * 1024)
    errors.on('data', (text: string) => log.append(text))
    docker.modem.demuxStream(output, tar, errors)
    output.on('end', () => tar.end())
    const importing = importImage(engine, tar, { settings: recipe.settings, labels, signal })
    await container.start()
    const [{ StatusCode }, id] = await Promise.all([container.wait(), importing])
    if (StatusCode === 0) return id
    await docker.getImage(id).remove({ force: true })
    throw new GraderError('internal', `The base image ${recipe.tag} could not be made:\n${log.toString()}`)
  } finally {
    await container.remove({ force: true, v: true })
  }
}

/** The image gets its name when it is complete; that of an older recipe goes. */
export async function tagStandIn(engine: Engine, recipe: Recipe, id: string): Promise<StandIn> {
  const name = nameOf(recipe)
  const before = await inspectImage(engine, name)
  const colon = name.indexOf(':')
  await engine.docker.getImage(id).tag({ repo: name.slice(0, colon), tag: name.slice(colon + 1) })
  // An older recipe's image, unless something is still built on it.
  if (before !== undefined && before.Id !== id) await removeQuietly(engine, before.Id)
  return { id, sentence: recipe.sentence }
}

/** What an interrupted preparation has imported and never tagged. */
async function removeUntagStandIn(engine: Engine): Promise<void> {
  const label = [standInLabel, `${roleLabel}=base`]
  for (const image of await listImages(engine.docker, { dangling: true, label })) {
    await removeQuietly(engine, image.Id)
  }
}

async function removeQuietly(engine: Engine, id: string): Promise<void> {
  await engine.docker
    .getImage(id)
    .remove({ noprune: true })
    .catch(() => {})
}

export async function inspectImage(engine: Engine, name: string) {
  try {
    return await engine.docker.getImage(name).inspect()
  } catch (thrown) {
    if ((thrown as { statusCode?: number }).statusCode === 404) return undefined
    throw new GraderError('engine.failed', `The engine could not look up the image ${name}.`, { cause: thrown })
  }
}

function nameOf(recipe: Recipe): string {
  return `cgrade-stand-in/${recipe.tag}`
}

function hashOf(recipe: Recipe): string {
  return createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 16)
}
