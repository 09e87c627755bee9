import type { Submission } from '../../model/submission.ts'
import { type ContextChoice, chooseContexts } from '../discover/discover-context.ts'
import { listDockerfiles, readDockerfile } from '../discover/discover-dockerfile.ts'
import { findDocumentedBuilds } from '../discover/documented-builds.ts'
import { type FolderTree, isBelow } from '../discover/folder-tree.ts'
import type { SourceFile } from '../discover/source-files.ts'
import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { quotePath } from '../intake/intake-faults.ts'
import { parentOf } from '../intake/links.ts'
import { isCalledForMemory, isServerCode, namesMemory, namesServer } from './memory-signs.ts'
import { isMemoryProgram, listUnits, type ProgramUnit } from './program-units.ts'

export interface MemoryDockerfile {
  path: string
  /** '' is the root of the submission. */
  context: string
  /** The program that it builds; undefined: none of those that are known by their source. */
  unit: ProgramUnit | undefined
  /** How surely it is that program's. */
  points: number
  because: string
}

/** What of a submission speaks for or against a Dockerfile. */
interface Scene {
  path: string
  dockerfile: Dockerfile
  context: ContextChoice
  sources: SourceFile[]
  /** Programs that take memory. */
  units: ProgramUnit[]
}

/** The Dockerfiles that build the program of the memory exercise, and so never the server. */
export function findMemoryDockerfiles(
  submission: Submission,
  tree: FolderTree,
  sources: SourceFile[],
): MemoryDockerfile[] {
  const { dockerfile: named, source } = submission.config.memory ?? {}
  const units = listUnits(sources).filter((unit) => isMemoryProgram(unit, source))
  const documented = findDocumentedBuilds(submission, tree)
  const ofServer = submission.config.httpserver?.dockerfile
  return listDockerfiles(tree, documented).flatMap((path) => {
    const dockerfile = readDockerfile(submission, path)
    if (path === ofServer && path !== named) return []
    const [context] = chooseContexts(path, dockerfile, tree, documented)
    if (dockerfile === undefined || context === undefined) return []
    const scene = { path, dockerfile, context, sources, units }
    const read = readMention(scene) ?? readPlace(scene) ?? readName(scene)
    const found =
      path === named ? { unit: read?.unit, points: 5, because: `${quotePath(path)}: named in \`cgrade.yml\`.` } : read
    return found === undefined ? [] : [{ path, context: context.context, ...found }]
  })
}

type Finding = Pick<MemoryDockerfile, 'unit' | 'points' | 'because'>

/** It speaks of the file or the folder of such a program, and of no server. */
function readMention({ path, dockerfile, sources, units }: Scene): Finding | undefined {
  const text = commandsOf(dockerfile)
  const servers = sources.filter((file) => isServerCode(file.text))
  if (namesServer(text) || namesServer(path) || servers.some((file) => mentions(text, file.path))) return undefined
  const unit = units.find(({ main }) => mentions(text, main))
  if (unit === undefined) return undefined
  return { unit, points: 4, because: `${quotePath(path)} builds ${quotePath(unit.main)}, which takes memory.` }
}

/** It lies with such a program and no other, and builds something. */
function readPlace({ path, dockerfile, context, sources, units }: Scene): Finding | undefined {
  const own = parentOf(path)
  const place = sources.some((file) => isBelow(file.path, own)) ? own : context.context
  const near = sources.filter((file) => isBelow(file.path, place))
  const unit = units.find(({ folder }) => folder === place) ?? units.find(({ folder }) => isBelow(folder, place))
  const known = new Set(units.flatMap((one) => one.sources))
  if (unit === undefined || near.some((file) => !known.has(file.path) && hasMain(file))) return undefined
  if (!compiles(dockerfile) && !namesMemory(entryOf(dockerfile))) return undefined
  // A server that is not in the sources may be built into the image from the same folder.
  if (namesServer(commandsOf(dockerfile)) || namesServer(path)) return undefined
  if (unit.folder !== place && !compiles(dockerfile)) return undefined
  return { unit, points: 3, because: `${quotePath(path)} builds ${quotePath(unit.main)}, which lies with it.` }
}

/** Its own name says so, or its folder's where no server and no other source is. */
function readName({ path, sources, units }: Scene): Finding | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const own = parentOf(path)
  const folder = own.slice(own.lastIndexOf('/') + 1)
  const beside = sources.filter((file) => isBelow(file.path, own))
  const known = new Set(units.flatMap((one) => one.sources))
  const other = beside.some(
    (file) => isServerCode(file.text) || (file.language === 'go' && hasMain(file) && !known.has(file.path)),
  )
  const byFolder = isCalledForMemory(folder) && !namesServer(name) && !other
  if (!namesMemory(name) && !byFolder) return undefined
  return {
    unit: units.length === 1 ? units[0] : units.find((unit) => isBelow(unit.folder, own)),
    points: 2,
    because: `${quotePath(path)} is named for the memory exercise.`,
  }
}

function hasMain({ language, text }: SourceFile): boolean {
  if (isServerCode(text)) return true
  return language === 'go' ? /^[^\S\n]*func\s+main\s*\(/m.test(text) : !['c', 'cc', 'cpp'].includes(language)
}

function commandsOf({ steps }: Dockerfile): string {
  const kept = steps.filter(({ keyword }) => ['COPY', 'ADD', 'RUN', 'CMD', 'ENTRYPOINT', 'WORKDIR'].includes(keyword))
  return kept
    .map(({ text }) => text)
    .join('\n')
    .slice(0, 32_000)
}

function entryOf({ entry }: Dockerfile): string {
  return `${entry.entrypoint ?? ''} ${entry.cmd ?? ''}`
}

function compiles(dockerfile: Dockerfile): boolean {
  return /\bgo\s+(?:build|install|run)\b|\b(?:gcc|g\+\+|cc|c\+\+|clang|tcc|make|cmake)\b/.test(commandsOf(dockerfile))
}

const plainNames = ['main.go', 'main.c', 'main.cc', 'main.cpp', 'app.go', 'app.py', 'main.py', 'server.go', 'index.js']

/** The text has the file's own name, or its folder's as part of a path. */
function mentions(text: string, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const own = parentOf(path)
  const folder = own.slice(own.lastIndexOf('/') + 1)
  const words = text.slice(0, 32_000).split(/[\s"'=,:;&|()[\]]+/)
  return words.some((word) => {
    const parts = word.split('/')
    return (!plainNames.includes(name) && parts.at(-1) === name) || (folder !== '' && parts.includes(folder))
  })
}
