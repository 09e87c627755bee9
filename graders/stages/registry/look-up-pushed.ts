import type { Exercise, RegistryQuestion } from '../../model/assignment.ts'
import { asGraderError } from '../../model/grader-error.ts'
import type { Observation, RegistrySight } from '../../model/observations.ts'
import type { Submission } from '../../model/submission.ts'
import { type ImageQuestion, lookUpImage } from '../../probes/registry.ts'
import { type RegistryUsers, readRegistryUsers, usersVariable } from '../../probes/registry-auth.ts'
import { openDoor } from '../../probes/registry-hosts.ts'
import { RegistryTrouble } from '../../probes/registry-http.ts'
import { isPrivateRegistry } from '../../sandbox/bases/image-reference.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { findImages, type ImageClue } from './find-image.ts'

export interface Sighting {
  clue: ImageClue
  about: ImageQuestion
  sight: RegistrySight
}

/** What the registries have under the names that the student gives: asked while the server is built. */
export type Sightings = Observation<{
  seen: Sighting[]
  /** Why another of the names could not be looked up: it might have been the right one. */
  trouble?: string
}>

/** By exercise. */
export type LookUps = ReadonlyMap<string, Promise<Sightings>>

/** Begins to look up what the exercises ask for. */
export function lookUpAll(
  bench: Pick<ExerciseBench, 'course' | 'signal'>,
  submission: Submission,
  exercises: readonly Exercise[],
): LookUps {
  return new Map(
    exercises.flatMap(({ id, registry }) =>
      registry === undefined ? [] : [[id, lookUpPushed(bench, submission, registry)] as const],
    ),
  )
}

/** Looks up the images that the student says to have pushed. Never rejects. */
export async function lookUpPushed(
  bench: Pick<ExerciseBench, 'course' | 'signal'>,
  submission: Submission,
  question: RegistryQuestion,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Sightings> {
  try {
    const found = findImages(submission, question, bench.course.assignment.trustedBases)
    if ('nothing' in found) return { state: 'unavailable', why: found.nothing }
    if ('badName' in found) return { state: 'failed', fault: badName(found.badName, found.file) }
    const users = readRegistryUsers(env[usersVariable])
    const seen: Sighting[] = []
    const troubles = new Map<string, string>()
    for (const clue of found.clues) {
      const { registry } = clue.reference
      // What does not answer once is not waited for again.
      if (troubles.has(registry)) continue
      try {
        const about = questionAbout(clue, question, users, bench.signal)
        seen.push({ clue, about, sight: await lookUpImage(about) })
      } catch (thrown) {
        if (!(thrown instanceof RegistryTrouble)) throw thrown
        troubles.set(registry, `\`${clue.name}\` could not be looked up: ${thrown.message}`)
      }
    }
    const [trouble] = troubles.values()
    if (trouble !== undefined && seen.length === 0) return { state: 'unavailable', why: trouble }
    return { state: 'seen', facts: { seen, ...(trouble === undefined ? {} : { trouble }) } }
  } catch (thrown) {
    if (thrown instanceof RegistryTrouble) return { state: 'unavailable', why: thrown.message }
    const { code, message } = asGraderError(thrown)
    return { state: 'errored', error: { code, message } }
  }
}

function questionAbout(
  { reference }: ImageClue,
  { hosts, publicHosts, platform, timeoutMs }: RegistryQuestion,
  users: RegistryUsers,
  signal: AbortSignal,
): ImageQuestion {
  const { registry } = reference
  const door = openDoor(registry, hosts, publicHosts)
  if (door !== undefined) return { door, reference, users, signal, platform, timeoutMs }
  throw new RegistryTrouble(
    isPrivateRegistry(registry)
      ? `\`${registry}\` is a registry on your own machine, which nobody else can ask; push it to a public one`
      : `\`${registry}\` is not among the registries that are asked; push it to a public one, or ask your staff to add it`,
  )
}

function badName(name: string, file: string) {
  return {
    reason: 'registry.bad-name' as const,
    message: `\`registry.image\` in \`${file}\` is \`${name.slice(0, 100)}\`, which no registry takes for a name.`,
    expected: 'the name of an image in lower case, like `alice/httpserver:v1` or `ghcr.io/alice/httpserver:v1`',
    actual: name.slice(0, 300),
    hint: 'Write it as you gave it to `docker push`, without `docker://` or `https://`.',
    location: { file },
  }
}
