import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { quotePath } from '../intake/intake-faults.ts'
import { parentOf } from '../intake/links.ts'
import type { DocumentedBuild } from './documented-builds.ts'
import { depthOf, type FolderTree, hasCopySource, holdsProgram, isBelow } from './folder-tree.ts'

export interface ContextChoice {
  /** '' is the root of the submission. */
  context: string
  /** Sources of COPY and ADD that are not there. */
  missing: string[]
  because: string
  /** Where the student wrote this build down. */
  documentedIn: string | undefined
}

interface Rated extends ContextChoice {
  rank: number[]
}

/** Folders from which the Dockerfile can be built, best first. */
export function chooseContexts(
  path: string,
  dockerfile: Dockerfile | undefined,
  tree: FolderTree,
  documented: DocumentedBuild[],
): ContextChoice[] {
  const own = parentOf(path)
  const sources = dockerfile === undefined ? [] : localSources(dockerfile)
  const copiesAll = sources.some((source) => ['.', './', '*', './*', '/', '/.'].includes(source))
  const builds = documented.filter((build) => build.dockerfile === path)
  const choices = candidateFolders(own, builds, tree).map((folder, order): Rated => {
    const missing = sources.filter((source) => !hasCopySource(tree, folder, source))
    const build = builds.find(({ context }) => context === folder)
    const lacksProgram = copiesAll && !holdsProgram(tree, folder)
    const unmentioned = countUnmentioned(dockerfile, folder, tree)
    return {
      context: folder,
      missing,
      documentedIn: build?.where,
      because: explain({ folder, own, sources, missing, copiesAll, build }),
      rank: [missing.length, build === undefined ? 1 : 0, lacksProgram ? 1 : 0, unmentioned, order],
    }
  })
  return choices.sort((a, b) => compareRanks(a.rank, b.rank))
}

/** What COPY and ADD take from the context, as far as it can be told before the build. */
function localSources(dockerfile: Dockerfile): string[] {
  const sources = dockerfile.copies.filter(({ from }) => from === undefined).flatMap((copy) => copy.sources)
  const known = sources.filter((source) => !source.includes('$') && !/^(?:https?:\/\/|git@|ssh:\/\/)/i.test(source))
  return [...new Set(known)].slice(0, 50)
}

function candidateFolders(own: string, builds: DocumentedBuild[], tree: FolderTree): string[] {
  const folders = new Set([own])
  for (let folder = own; folder !== ''; folder = parentOf(folder)) folders.add(parentOf(folder))
  for (const { context } of builds) folders.add(context)
  for (const folder of tree.programFolders.slice(0, 30)) folders.add(folder)
  return [...folders]
}

/** How many of the paths that RUN names are not there: `go build ./cmd/server` wants that folder. */
function countUnmentioned(dockerfile: Dockerfile | undefined, folder: string, tree: FolderTree): number {
  const builds = (dockerfile?.steps ?? []).filter(
    ({ keyword, text }) => keyword === 'RUN' && /\bgo\s+(?:build|install)\b/.test(text),
  )
  const words = builds.flatMap(({ text }) =>
    text
      .slice(0, 2000)
      .split(/[\s;&]+/)
      .slice(0, 100),
  )
  const sources = words.filter((word) => /^(?:\.\/)?[\w./-]+\.go$/.test(word) || /^\.\/[\w/-]+$/.test(word))
  return sources.filter((word) => !hasCopySource(tree, folder, word)).length
}

function compareRanks(a: number[], b: number[]): number {
  const at = a.findIndex((value, index) => value !== b[index])
  return at === -1 ? 0 : (a[at] as number) - (b[at] as number)
}

interface Reasoning {
  folder: string
  own: string
  sources: string[]
  missing: string[]
  copiesAll: boolean
  build: DocumentedBuild | undefined
}

function explain({ folder, own, sources, missing, copiesAll, build }: Reasoning): string {
  const context = `Build context ${quotePath(folder)}`
  const lacking = missing.slice(0, 3).map(quotePath).join(', ')
  const here = folder === own ? 'the folder of the Dockerfile' : depthOf(folder) === 0 ? 'the root' : 'another folder'
  if (missing.length > 0) return `${context}, ${here}: no folder holds all that it copies; ${lacking} is not there.`
  if (build !== undefined) return `${context}: ${build.where} builds it there.`
  if (copiesAll || sources.length === 0)
    return `${context}: ${here}${isBelow(own, folder) ? '' : ', where a program is'}.`
  const present = sources.slice(0, 3).map(quotePath).join(', ')
  return `${context}, ${here}: what it copies is there (${present}).`
}
