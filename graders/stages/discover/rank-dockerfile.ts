import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { parentOf } from '../intake/links.ts'
import { isAsideName, isPlainName } from './dockerfile-names.ts'
import { depthOf } from './folder-tree.ts'

export interface RankedClues {
  path: string
  /** Undefined when it cannot be parsed. */
  dockerfile: Dockerfile | undefined
  missing: string[]
  documentedIn: string | undefined
  /** What the student's own source files beside and below it are. */
  nearby: { server: boolean; malloc: boolean }
}

export interface Rank {
  points: number
  /** Halves of sentences, most telling first. */
  reasons: string[]
}

interface Mark {
  points: number
  reason?: string
}

/** How likely a Dockerfile is the one of the server that the exercise asks for. */
export function rankDockerfile(clues: RankedClues): Rank {
  const marks = [markParse(clues), ...markNames(clues.path), ...markContent(clues), ...markPlace(clues)]
  const told = marks.filter(({ reason }) => reason !== undefined)
  told.sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
  return {
    points: marks.reduce((sum, { points }) => sum + points, 0),
    reasons: told.map(({ reason }) => reason as string),
  }
}

function markParse({ dockerfile }: RankedClues): Mark {
  return dockerfile === undefined ? { points: -60, reason: 'it is not a valid Dockerfile' } : { points: 0 }
}

const serverName = /http[-_ ]?(?:server|svc|srv)|web[-_ ]?server|simple[-_ ]?http|httpd/
const memoryName = /(?:^|[^a-z])(?:memory|mem|malloc|oom|cgroups?)(?:[^a-z]|$)/
const unfinishedName =
  /(?:^|[^a-z])(?:test|debug|broken|wrong|fail(?:ed)?|draft|tmp|copy|backup|bak|old|dev)(?:[^a-z]|$)|副本|备份/

function markNames(path: string): Mark[] {
  const marks: Mark[] = []
  const lower = path.toLowerCase()
  if (serverName.test(lower)) marks.push({ points: 30, reason: 'its path names an HTTP server' })
  else if (memoryName.test(lower)) marks.push({ points: -40, reason: 'its path names the memory exercise' })
  const unit = unitOf(lower)
  if (unit === '3.2') marks.push({ points: 35, reason: 'its path names exercise 3.2' })
  else if (unit === '3.1') marks.push({ points: -25, reason: 'its path names exercise 3.1' })
  else if (unit === '3') marks.push({ points: 30, reason: 'its path names module 3' })
  else if (unit === '2') marks.push({ points: 10, reason: 'its path names module 2, where the server was written' })
  else if (unit !== undefined) marks.push({ points: -15, reason: `its path names module ${unit}` })
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (isPlainName(name)) marks.push({ points: 6 })
  if (unfinishedName.test(lower)) marks.push({ points: -12, reason: 'its name is that of a trial' })
  if (isAsideName(name)) marks.push({ points: -30, reason: 'its name is that of a copy or template' })
  if (lower.endsWith('.txt')) marks.push({ points: -10 })
  if (lower.split('/').some((folder) => folder.startsWith('.')))
    marks.push({ points: -25, reason: 'it lies in a hidden folder' })
  return marks
}

const chineseNumbers = '一二三四五六七八九十'

/** `3.2`, or the number of the module that the innermost telling folder or file names. */
function unitOf(path: string): string | undefined {
  for (const segment of path.split('/').toReversed()) {
    const part = /(?:^|[^\d.])3[._-]([12])(?!\d)/.exec(segment)
    if (part !== null) return `3.${part[1]}`
    const named =
      /(?:module|mod|homework|hw|week|lesson|class|unit|chapter|task|exercise|作业|模块|第)[ ._-]{0,3}0?(\d{1,2})(?!\d)/.exec(
        segment,
      )
    const numbered = named ?? /^0?(\d{1,2})(?=[-_. ]|$)/.exec(segment)
    if (numbered !== null) return numbered[1]
    const chinese = /(?:作业|模块|第)([一二三四五六七八九十])/.exec(segment)
    if (chinese !== null) return String(chineseNumbers.indexOf(chinese[1] as string) + 1)
  }
  return undefined
}

const otherTools =
  /(?:^|\/)(nginx|mysql|mariadb|postgres|redis|mongo|prometheus|grafana|loki|jenkins|envoy|istio|haproxy|fluentd|elasticsearch|kafka|etcd|registry)(?=$|[:@-])/

function markContent({ dockerfile, nearby }: RankedClues): Mark[] {
  if (dockerfile === undefined) return []
  const marks: Mark[] = []
  const builds =
    /\bgo\s+(?:build|install|run)\b/.test(dockerfile.text) || dockerfile.stages.some(({ base }) => /golang/.test(base))
  const copiesOwn = dockerfile.copies.some(({ from }) => from === undefined)
  if (builds) marks.push({ points: 15, reason: 'it builds a Go program' })
  else if (copiesOwn) marks.push({ points: 12, reason: 'it copies a program' })
  else marks.push({ points: -10, reason: 'it copies nothing that was handed in' })
  if (dockerfile.exposedPorts.length > 0)
    marks.push({ points: 8, reason: `it exposes port ${dockerfile.exposedPorts[0]}` })
  if (dockerfile.entry.entrypoint !== undefined || dockerfile.entry.cmd !== undefined) marks.push({ points: 5 })
  const last = dockerfile.stages.at(-1)?.base ?? ''
  const tool = otherTools.exec(last)?.[1]
  if (tool !== undefined && !builds) marks.push({ points: -30, reason: `it is an image of \`${tool}\`` })
  if (nearby.server) marks.push({ points: 15, reason: 'the source beside it is an HTTP server' })
  else if (nearby.malloc || /malloc/.test(dockerfile.text)) {
    marks.push({ points: -30, reason: 'it is the program of the memory exercise' })
  }
  return marks
}

function markPlace({ path, missing, documentedIn }: RankedClues): Mark[] {
  const marks: Mark[] = [{ points: -2 * Math.min(5, depthOf(parentOf(path))) }]
  if (missing.length === 0) marks.push({ points: 20, reason: 'all that it copies is there' })
  else
    marks.push({ points: -5 * Math.min(4, missing.length), reason: `\`${missing[0]}\`, which it copies, is not there` })
  if (documentedIn !== undefined) marks.push({ points: 12, reason: `${documentedIn} builds it` })
  return marks
}
