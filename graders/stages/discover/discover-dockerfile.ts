import type { BuildCandidate, Submission } from '../../model/submission.ts'
import { type Dockerfile, parseDockerfile } from '../dockerfile/dockerfile.ts'
import { quotePath } from '../intake/intake-faults.ts'
import { findEntry, parentOf } from '../intake/links.ts'
import { isForeign, readSnapshotText } from '../intake/snapshot-text.ts'
import { type ContextChoice, chooseContexts } from './discover-context.ts'
import { isAsideName, isDockerfileName } from './dockerfile-names.ts'
import { type DocumentedBuild, findDocumentedBuilds } from './documented-builds.ts'
import { type FolderTree, isBelow } from './folder-tree.ts'
import { rankDockerfile } from './rank-dockerfile.ts'
import type { SourceFile } from './source-files.ts'

const maxCandidates = 6
const maxDockerfiles = 30
/** One byte more than a Dockerfile may have, so that the parser sees that it is too long. */
const maxBytes = 64 * 1024 + 1

export interface FoundCandidates {
  candidates: BuildCandidate[]
  /** Every Dockerfile that was handed in. */
  dockerfiles: string[]
}

/** Paths of all Dockerfiles. A name that nobody would guess is one when the student builds from it. */
export function listDockerfiles(tree: FolderTree, documented: DocumentedBuild[]): string[] {
  const known = new Set([...findDockerfiles(tree), ...documented.map(({ dockerfile }) => dockerfile)])
  return [...known].slice(0, maxDockerfiles)
}

/**
 * Finds the Dockerfiles by name and ranks them, each with the folders that it can be built from. Those that are known to be
 * another program's are left out.
 */
export function findCandidates(
  submission: Submission,
  tree: FolderTree,
  sources: SourceFile[],
  leftOut: ReadonlySet<string> = new Set(),
): FoundCandidates {
  const documented = findDocumentedBuilds(submission, tree)
  const paths = listDockerfiles(tree, documented).filter((path) => !leftOut.has(path))
  const roles = sources.map(roleOf)
  const rated = paths.flatMap((path) => rate(submission, path, tree, documented, roles))
  rated.sort((a, b) => b.points - a.points || (a.dockerfile < b.dockerfile ? -1 : 1))
  const candidates = rated.slice(0, maxCandidates).map(({ dockerfile, context, because }) => {
    const isOnly = paths.length === 1 && leftOut.size === 0
    const only = `${quotePath(dockerfile)}: the only Dockerfile handed in.`
    return { dockerfile, context, because: isOnly ? [only, ...because.slice(1)] : because }
  })
  return { candidates, dockerfiles: paths }
}

/** The one that `cgrade.yml` names, with the context that it names or the best. */
export function candidateFromConfig(
  submission: Submission,
  tree: FolderTree,
  dockerfile: string,
  context: string | undefined,
): BuildCandidate {
  const named = `${quotePath(dockerfile)}: named in \`cgrade.yml\`.`
  if (context !== undefined) {
    return { dockerfile, context, because: [named, `Build context ${quotePath(context)}: named in \`cgrade.yml\`.`] }
  }
  const parsed = readDockerfile(submission, dockerfile)
  const [best] = chooseContexts(dockerfile, parsed, tree, findDocumentedBuilds(submission, tree))
  return { dockerfile, context: showContext(best?.context ?? ''), because: [named, ...(best ? [best.because] : [])] }
}

function findDockerfiles(tree: FolderTree): string[] {
  const real = new Set<string>()
  const aside = new Set<string>()
  for (const entry of tree.index.values()) {
    const name = entry.path.slice(entry.path.lastIndexOf('/') + 1)
    const file = entry.kind === 'link' ? findEntry(tree.index, entry.path) : entry
    if (file?.kind !== 'file' || isForeign(entry.path)) continue
    if (isDockerfileName(name)) real.add(file.path)
    else if (isAsideName(name)) aside.add(file.path)
  }
  return real.size > 0 ? [...real] : [...aside]
}

interface Rated extends BuildCandidate {
  points: number
}

function rate(
  submission: Submission,
  path: string,
  tree: FolderTree,
  documented: DocumentedBuild[],
  roles: SourceRole[],
): Rated[] {
  const dockerfile = readDockerfile(submission, path)
  const choices = chooseContexts(path, dockerfile, tree, documented)
  const [best] = choices
  if (best === undefined) return []
  const nearby = rolesNear(roles, parentOf(path), best.context)
  const { missing, documentedIn } = best
  const { points, reasons } = rankDockerfile({ path, dockerfile, missing, documentedIn, nearby })
  const because = `${quotePath(path)}: ${reasons.slice(0, 4).join('; ')}.`
  const first = { dockerfile: path, context: showContext(best.context), because: [because, best.because], points }
  const other = findAlternative(path, choices, tree)
  if (other === undefined) return [first]
  const second = `Build context ${quotePath(other.context)}: a second try, as nothing says where it was built.`
  return [first, { ...first, context: showContext(other.context), because: [because, second], points: points - 15 }]
}

/** Another folder that fits as well, where the Dockerfile's own folder has no program to speak for it. */
function findAlternative(path: string, choices: ContextChoice[], tree: FolderTree): ContextChoice | undefined {
  const [best, ...others] = choices
  if (best === undefined || best.missing.length > 0 || best.documentedIn !== undefined) return undefined
  if (tree.programFolders.includes(best.context) || tree.programFolders.includes(parentOf(path))) return undefined
  return others.find(({ context, missing }) => missing.length === 0 && tree.programFolders.includes(context))
}

export function readDockerfile(submission: Submission, path: string): Dockerfile | undefined {
  const parsed = parseDockerfile(readSnapshotText(submission, path, maxBytes), path)
  return parsed.ok ? parsed.dockerfile : undefined
}

interface SourceRole {
  path: string
  server: boolean
  malloc: boolean
}

const serverCode =
  /ListenAndServe|net\/http|gin-gonic|labstack\/echo|gofiber|http\.server|HTTPServer|createServer|express\(|[Ff]lask|[Ff]ast[Aa][Pp][Ii]/

function roleOf({ path, text }: SourceFile): SourceRole {
  return { path, server: serverCode.test(text), malloc: text.includes('malloc(') }
}

function rolesNear(roles: SourceRole[], own: string, context: string): { server: boolean; malloc: boolean } {
  const beside = roles.filter(({ path }) => isBelow(path, own))
  const near = beside.length > 0 ? beside : roles.filter(({ path }) => isBelow(path, context))
  return { server: near.some(({ server }) => server), malloc: near.some(({ malloc }) => malloc) }
}

function showContext(context: string): string {
  return context === '' ? '.' : context
}
