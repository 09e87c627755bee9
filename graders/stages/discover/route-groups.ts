import { joinPatterns } from './route-patterns.ts'
import { codeAfter, codeBefore } from './route-sites.ts'
import type { Literal, ScannedSource } from './string-literals.ts'

/** A block such as `r.Route("/api", func(r chi.Router) { ... })`. */
interface Block {
  start: number
  end: number
  receiver: string
  prefix: string
}

/** Prefixes that groups of routes have in one file. */
export interface RouteGroups {
  prefixOf(receiver: string, at: number): string
  /** The string makes a group and is no route itself. */
  isGroup(literal: Literal): boolean
}

const groupVariable =
  /([A-Za-z_]\w*) ?:?= ?(?:([A-Za-z_]\w*)(?:\(\))?\.)?(?:Group|group|PathPrefix|scope|Blueprint|APIRouter)\( ?$/
const keywordPrefix = /([A-Za-z_]\w*) ?= ?(?:\w+\.)?(?:Blueprint|APIRouter|Router) ?\([^()]{0,100}prefix ?= ?$/
const keywordMount = /(?:include_router|register_blueprint) ?\( ?(?:\w+\.)?([A-Za-z_]\w*) ?,[^()]{0,60}prefix ?= ?$/
const groupCall = /(?:([A-Za-z_]\w*)(?:\(\))?\.)?(?:Route|Group|route|group|scope|namespace) ?\( ?$/
const mountCall = /\.(?:use|mount|Mount) ?\( ?$/
const blockAfter = /^ ?, ?(?:func ?\( ?([A-Za-z_]\w*)|function ?\( ?([A-Za-z_]\w*)|\(? ?([A-Za-z_]\w*) ?\)? ?=>)/
const mountedAfter = /^ ?, ?([A-Za-z_]\w*)(?: ?\(\))? ?\)/
const classAfter = /^ ?\)? ?(?:@[\w.]+(?: ?\([^()]{0,40}\))? )*(?:public |final |open )*class /

const maxBlocks = 200

/** Reads the groups of gin, echo, chi, fiber, gorilla, Express, Flask, FastAPI and Spring, as far as they are plain. */
export function findGroups(source: ScannedSource, literals: Literal[]): RouteGroups {
  const variables = new Map<string, string>()
  const mounts = new Map<string, string>()
  const blocks: Block[] = []
  const groups = new Set<Literal>()
  let filePrefix = ''

  function prefixOf(receiver: string, at: number): string {
    const block = blocks.findLast(({ start, end, ...other }) => start <= at && at < end && other.receiver === receiver)
    const local = block?.prefix ?? variables.get(receiver) ?? filePrefix
    const mount = block === undefined ? mounts.get(receiver) : undefined
    return mount === undefined ? local : joinPatterns(mount, local)
  }

  for (const literal of literals) {
    const before = codeBefore(source, literal)
    const after = codeAfter(source, literal)
    const variable = groupVariable.exec(before) ?? keywordPrefix.exec(before)
    const opened = groupCall.exec(before)
    const body = blockAfter.exec(after)
    const mounted =
      keywordMount.exec(before)?.[1] ?? (mountCall.test(before) ? mountedAfter.exec(after)?.[1] : undefined)
    if (variable !== null) {
      variables.set(variable[1] as string, joinPatterns(prefixOf(variable[2] ?? '', literal.start), literal.value))
    } else if (opened !== null && body !== null && blocks.length < maxBlocks) {
      const prefix = joinPatterns(prefixOf(opened[1] ?? '', literal.start), literal.value)
      const receiver = body[1] ?? body[2] ?? body[3] ?? ''
      blocks.push({ start: literal.end, end: endOfBlock(source.code, literal.end), receiver, prefix })
    } else if (mounted !== undefined) {
      mounts.set(mounted, literal.value)
    } else if (/RequestMapping ?\([^()]{0,30}$/.test(before) && classAfter.test(after)) {
      filePrefix = literal.value
    } else continue
    groups.add(literal)
  }
  return { prefixOf, isGroup: (literal) => groups.has(literal) }
}

/** Where the first brace behind `from` is closed; strings and comments are blank already. */
function endOfBlock(code: string, from: number): number {
  let depth = 0
  for (let at = from; at < code.length; at++) {
    if (code[at] === '{') depth++
    else if (code[at] === '}' && --depth === 0) return at
  }
  return code.length
}
