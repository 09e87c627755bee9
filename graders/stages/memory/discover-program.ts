import type { BuildCandidate, Submission } from '../../model/submission.ts'
import { type OwnDockerfile, ownDockerfileName } from '../build/build.ts'
import { candidateFromConfig } from '../discover/discover-dockerfile.ts'
import { buildFolderTree, type FolderTree } from '../discover/folder-tree.ts'
import { readSources, type SourceFile } from '../discover/source-files.ts'
import { quotePath } from '../intake/intake-faults.ts'
import { findMemoryDockerfiles, type MemoryDockerfile } from './memory-dockerfiles.ts'
import { enoughPoints } from './memory-signs.ts'
import { writeDockerfile } from './own-dockerfile.ts'
import { isMemoryProgram, isNamed, listUnits, type ProgramUnit } from './program-units.ts'

export interface ProgramBuild {
  candidate: BuildCandidate
  /** Of ours; undefined: the Dockerfile that was handed in. */
  own?: OwnDockerfile
}

/** What discovery read from the files about the program that takes memory, before anything ran. */
export interface ProgramClues {
  /** Ways to build it, best first. */
  builds: ProgramBuild[]
  /** Why there is none; completes "not counted: ...". */
  missing?: string
  /** The file with its `main`. */
  source?: string
  notes: string[]
}

export async function discoverProgram(submission: Submission): Promise<ProgramClues> {
  const tree = buildFolderTree(submission.entries)
  const sources = await readSources(submission)
  const { dockerfile, context } = submission.config.memory ?? {}
  if (dockerfile !== undefined) return fromConfig(submission, tree, sources, dockerfile, context)
  const units = listUnits(sources).filter((unit) => isMemoryProgram(unit, submission.config.memory?.source))
  const dockerfiles = findMemoryDockerfiles(submission, tree, sources)
  const chosen = chooseUnit(submission, units, dockerfiles)
  const builds: ProgramBuild[] = []
  const ofUnit = dockerfiles.filter(({ unit }) => unit?.main === chosen?.main)
  const [best] = [...ofUnit, ...dockerfiles.filter(({ unit }) => unit === undefined)].sort(
    (a, b) => b.points - a.points,
  )
  if (best !== undefined) builds.push({ candidate: candidateOf(best, context) })
  const own = chosen === undefined ? undefined : writeDockerfile(submission, chosen)
  if (own !== undefined) {
    const candidate = { dockerfile: ownDockerfileName, context: own.context, because: [own.note] }
    builds.push({ candidate, own })
  }
  if (builds.length === 0) return { builds, missing: whyMissing(submission), notes: [] }
  const others = units.filter((unit) => unit !== chosen && unit.rating.points >= enoughPoints)
  return {
    builds,
    ...(chosen === undefined ? {} : { source: chosen.main }),
    notes: [...(chosen === undefined ? [] : [becauseOf(submission, chosen)]), ...tellOthers(others)],
  }
}

async function fromConfig(
  submission: Submission,
  tree: FolderTree,
  sources: SourceFile[],
  dockerfile: string,
  context: string | undefined,
): Promise<ProgramClues> {
  const built = findMemoryDockerfiles(submission, tree, sources).find(({ path }) => path === dockerfile)
  const source = submission.config.memory?.source ?? built?.unit?.main
  return {
    builds: [{ candidate: candidateFromConfig(submission, tree, dockerfile, context) }],
    ...(source === undefined ? {} : { source }),
    notes: [],
  }
}

function chooseUnit(
  submission: Submission,
  units: ProgramUnit[],
  dockerfiles: MemoryDockerfile[],
): ProgramUnit | undefined {
  const named = submission.config.memory?.source
  const eligible = named === undefined ? units : units.filter((unit) => isNamed(unit, named))
  const weight = ({ main, rating }: ProgramUnit) =>
    rating.points + (dockerfiles.some(({ unit }) => unit?.main === main) ? 1.5 : 0)
  const [best] = eligible.sort((a, b) => weight(b) - weight(a) || depthOf(a) - depthOf(b) || (a.main < b.main ? -1 : 1))
  return best
}

function whyMissing({ config }: Submission): string {
  const named = config.memory?.source
  if (named === undefined) return 'no program that takes memory was handed in'
  const language = 'a program in Go or C with a `main`, and no Dockerfile builds it'
  return `\`memory.source\` in \`cgrade.yml\` names ${quotePath(named)}, which is not ${language}`
}

function candidateOf({ path, context, because }: MemoryDockerfile, told: string | undefined): BuildCandidate {
  return { dockerfile: path, context: told ?? (context === '' ? '.' : context), because: [because] }
}

function becauseOf(submission: Submission, { main, rating }: ProgramUnit): string {
  if (submission.config.memory?.source !== undefined) return `${quotePath(main)}: named in \`cgrade.yml\`.`
  return `${quotePath(main)} was taken for the program that takes memory: it ${rating.reasons.join(', ')}.`
}

function tellOthers(others: ProgramUnit[]): string[] {
  if (others.length === 0) return []
  const shown = others.slice(0, 4).map(({ main }) => quotePath(main))
  const more = others.length > 4 ? ` and ${others.length - 4} more` : ''
  return [
    `Not taken, as they fit less well: ${shown.join(', ')}${more}. To choose another, write \`memory: {source: <path>}\` into \`cgrade.yml\`.`,
  ]
}

function depthOf({ main }: ProgramUnit): number {
  return main.split('/').length
}
