import type { RegistryQuestion } from '../../model/assignment.ts'
import type { PushedImage } from '../../model/observations.ts'
import type { Submission } from '../../model/submission.ts'
import { type ImageReference, parseImageReference } from '../../sandbox/bases/image-reference.ts'
import { isPublicBase } from '../dockerfile/public-bases.ts'
import { isForeign, readSnapshotText } from '../intake/snapshot-text.ts'
import { namings, readImageNames } from './image-names.ts'

export interface ImageClue extends Pick<PushedImage, 'name' | 'namedBy' | 'location'> {
  reference: ImageReference
}

/** `nothing`: why no image is judged, as the rest of "not counted: ...". */
export type FoundImages = { clues: ImageClue[] } | { nothing: string } | { badName: string; file: string }

const maxFiles = 60
const maxBytes = 256 * 1024
const mostClues = 3

export const howToName = 'name it in `cgrade.yml`: `registry: {image: <user>/<name>:<tag>}`'

/** Images that the student says to have pushed, best first. */
export function findImages(
  submission: Submission,
  { examples }: RegistryQuestion,
  trustedBases: readonly string[],
): FoundImages {
  const named = submission.config.registry?.image
  if (named !== undefined) {
    const file = submission.entries.some(({ path }) => path === 'cgrade.yaml') ? 'cgrade.yaml' : 'cgrade.yml'
    const reference = parseImageReference(named.trim())
    if (reference === undefined) return { badName: named, file }
    const why = whyNotTheirs(reference, examples, trustedBases)
    if (why !== undefined) return { nothing: `\`${file}\` names \`${named}\`, which ${why}` }
    return { clues: [{ name: named.trim(), reference, namedBy: 'config', location: { file } }] }
  }
  const passedOver: string[] = []
  const clues = listTexts(submission).flatMap((file) =>
    readImageNames(readSnapshotText(submission, file, maxBytes)).flatMap(({ name, namedBy, line }): ImageClue[] => {
      const reference = parseImageReference(name)
      const why = reference === undefined ? undefined : whyNotTheirs(reference, examples, trustedBases)
      if (reference !== undefined && why === undefined) return [{ name, reference, namedBy, location: { file, line } }]
      if (namedBy !== 'pull' && /[/:$]/.test(name)) {
        const shown = `\`${file}\` line ${line} names \`${name.slice(0, 100)}\``
        passedOver.push(`${shown}, which ${why ?? whyNoName(name)}`)
      }
      return []
    }),
  )
  const surer = clues.filter(({ namedBy }) => namedBy !== 'pull')
  const best = pickDifferent(surer.length > 0 ? surer : clues)
  if (best.length > 0) return { clues: best }
  const [first] = passedOver
  if (first === undefined) return { nothing: 'no image was named that was pushed to a registry' }
  return { nothing: `${first}; to have one counted, ${howToName}` }
}

/** What was pushed before what was only tagged or pulled, each name once. */
function pickDifferent(clues: ImageClue[]): ImageClue[] {
  const ranked = clues.toSorted((a, b) => namings.indexOf(a.namedBy) - namings.indexOf(b.namedBy))
  const byName = new Map<string, ImageClue>()
  for (const clue of ranked) {
    const { registry, path, tag = 'latest', digest = '' } = clue.reference
    const key = `${registry}/${path}:${tag}@${digest}`
    if (!byName.has(key)) byName.set(key, clue)
  }
  return [...byName.values()].slice(0, mostClues)
}

const placeholder =
  /^(?:(?:your|my|the)[-_.]?)?(?:docker(?:hub)?[-_.]?)?(?:hub[-_.]?)?(?:user(?:[-_.]?name)?|name(?:space)?|account|id|login|repo(?:sitory)?|org(?:anization)?|registry)$|^x{2,}$|^your[-_.a-z]*$|^(?:foo|example)$/

function whyNoName(name: string): string {
  return name.includes('$') ? 'is known only where that command runs' : 'is no name of an image'
}

/** Why an image of this name cannot be one that the student pushed, as the rest of a sentence. */
function whyNotTheirs(
  reference: ImageReference,
  examples: readonly string[],
  trustedBases: readonly string[],
): string | undefined {
  const { registry, path, tag } = reference
  const full = registry === 'docker.io' ? path : `${registry}/${path}`
  const [account = '', last = ''] = [path.split('/')[0], path.split('/').at(-1)]
  if (examples.some((example) => sameRepository(example, reference))) return 'is the example of the handout'
  if (registry === 'docker.io' && account === 'library') {
    return isPublicBase(last, trustedBases)
      ? 'is a base image'
      : 'has no account of Docker Hub in front of it: nobody can push it'
  }
  if (trustedBases.includes(full) || path.split('/').at(-2) === 'library' || path.split('/').at(-2) === 'distroless')
    return 'is a base image'
  if (placeholder.test(account) || tag === 'tagname') return 'stands for a name of your own'
  return undefined
}

function sameRepository(example: string, { registry, path }: ImageReference): boolean {
  const parsed = parseImageReference(example)
  return parsed?.registry === registry && parsed.path === path
}

/** What people write commands into, READMEs first, then what lies nearer to the root. */
function listTexts({ entries }: Submission): string[] {
  const rank = (path: string) => (/(?:^|\/)readme/i.test(path) ? 0 : 1_000) + path.split('/').length
  return entries
    .flatMap((entry) =>
      entry.kind === 'file' && entry.bytes > 0 && !isForeign(entry.path) && isText(entry.path) ? [entry.path] : [],
    )
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .slice(0, maxFiles)
}

function isText(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  if (/^(?:readme|makefile|gnumakefile|taskfile|justfile|jenkinsfile|\.gitlab-ci)/.test(name))
    return !/\.(?:zip|pdf|docx?|png|jpe?g)$/.test(name)
  return (
    /\.(?:md|markdown|txt|rst|adoc|org|sh|bash|zsh|mk|bat|cmd|ps1|log)$/.test(name) ||
    /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)
  )
}
