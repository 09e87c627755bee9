import type { Assignment } from '../../model/assignment.ts'
import type { BuildCandidate, ServerClues, Submission } from '../../model/submission.ts'
import { quotePath } from '../intake/intake-faults.ts'
import { parentOf } from '../intake/links.ts'
import { findMemoryDockerfiles } from '../memory/memory-dockerfiles.ts'
import { candidateFromConfig, type FoundCandidates, findCandidates } from './discover-dockerfile.ts'
import { findPorts } from './discover-ports.ts'
import { findRoutes, scanSources } from './discover-routes.ts'
import { findToldRoutes } from './discover-told-routes.ts'
import { buildFolderTree, type FolderTree, isBelow } from './folder-tree.ts'
import { readSources, type SourceFile } from './source-files.ts'

const maxRoutes = 16

/** Reads from the files alone what to build, which paths to ask and which ports to expect. */
export async function discoverServer(submission: Submission, assignment: Assignment): Promise<ServerClues> {
  const tree = buildFolderTree(submission.entries)
  const sources = await readSources(submission)
  const config = submission.config.httpserver ?? {}
  // The program of the memory exercise must never be booted as the server.
  const asksForMemory = assignment.exercises.some(({ kind }) => kind === 'memory')
  const leftOut = asksForMemory ? findMemoryDockerfiles(submission, tree, sources).map(({ path }) => path) : []
  const found = discoverCandidates(submission, tree, sources, new Set(leftOut))
  const scanned = scanSources(nearestFirst(sources, found.candidates[0]))
  const routes = config.paths ?? [
    ...new Set([...assignment.routes, ...findRoutes(scanned), ...findToldRoutes(submission)]),
  ]
  const clues: ServerClues = {
    candidates: found.candidates,
    leftOut,
    sourcePorts: findPorts(scanned),
    routes: routes.slice(0, maxRoutes),
    notes: describeFound(found, submission),
  }
  if (config.port !== undefined) clues.port = config.port
  if (config.command !== undefined) clues.command = config.command
  return clues
}

function discoverCandidates(
  submission: Submission,
  tree: FolderTree,
  sources: SourceFile[],
  leftOut: ReadonlySet<string>,
): FoundCandidates {
  const { dockerfile, context } = submission.config.httpserver ?? {}
  if (dockerfile !== undefined) {
    return { candidates: [candidateFromConfig(submission, tree, dockerfile, context)], dockerfiles: [dockerfile] }
  }
  const found = findCandidates(submission, tree, sources, leftOut)
  if (context === undefined) return found
  // Only the context is given: every Dockerfile is built there, those inside it first.
  const because = `Build context ${quotePath(context)}: named in \`cgrade.yml\`.`
  const folder = context === '.' ? '' : context
  const unique = new Map(found.candidates.map((candidate) => [candidate.dockerfile, candidate]))
  const candidates = [...unique.values()]
    .map((candidate) => ({ ...candidate, context, because: [...candidate.because.slice(0, 1), because] }))
    .sort((a, b) => Number(isBelow(b.dockerfile, folder)) - Number(isBelow(a.dockerfile, folder)))
  return { ...found, candidates }
}

/** The routes of the program that is built come before those of other exercises. */
function nearestFirst(sources: SourceFile[], candidate: BuildCandidate | undefined): SourceFile[] {
  if (candidate === undefined) return sources
  const own = parentOf(candidate.dockerfile)
  const context = candidate.context === '.' ? '' : candidate.context
  const distanceOf = ({ path }: SourceFile) => (isBelow(path, own) ? 0 : isBelow(path, context) ? 1 : 2)
  return sources.toSorted((a, b) => distanceOf(a) - distanceOf(b))
}

function describeFound({ candidates, dockerfiles }: FoundCandidates, submission: Submission): string[] {
  const [first] = candidates
  if (first === undefined) return []
  if (submission.config.httpserver?.dockerfile !== undefined || dockerfiles.length === 1) return []
  const others = dockerfiles.filter((path) => path !== first.dockerfile)
  const shown = others.slice(0, 4).map(quotePath).join(', ')
  const more = others.length > 4 ? ` and ${others.length - 4} more` : ''
  return [
    `${dockerfiles.length} Dockerfiles were handed in; ${quotePath(first.dockerfile)} fits best (the others: ${shown}${more}). To choose another, write \`httpserver: {dockerfile: <path>}\` into \`cgrade.yml\`.`,
  ]
}
