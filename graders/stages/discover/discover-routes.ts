import { findGroups, type RouteGroups } from './route-groups.ts'
import { joinPatterns, looksLikeFile, pathOfPattern } from './route-patterns.ts'
import { codeAfter, codeBefore, findSite, type RouteSite } from './route-sites.ts'
import type { SourceFile } from './source-files.ts'
import { type Literal, type ScannedSource, scanSource } from './string-literals.ts'

/** Strings that may be routes, in all files together: a hostile source must not cost time. */
const maxExamined = 2000

const kinds = ['registered', 'compared', 'named'] as const

/** The paths that the source serves, those registered with a router first. */
export function findRoutes(sources: { source: SourceFile; scanned: ScannedSource }[]): string[] {
  const found = new Map<RouteSite['kind'], string[]>(kinds.map((kind) => [kind, []]))
  let examined = 0
  for (const { source, scanned } of sources) {
    const literals = scanned.literals.filter(mayBeRoute).slice(0, maxExamined - examined)
    examined += literals.length
    const groups = findGroups(scanned, literals)
    for (const literal of literals) {
      const route = readRoute(source, scanned, literal, groups)
      if (route !== undefined) found.get(route.kind)?.push(route.path)
    }
  }
  return [...new Set(kinds.flatMap((kind) => found.get(kind) ?? []))]
}

export function scanSources(sources: SourceFile[]): { source: SourceFile; scanned: ScannedSource }[] {
  return sources.map((source) => ({ source, scanned: scanSource(source.text, source.language) }))
}

/** Also what has no slash: a host in front (`localhost/x`), Django's `healthz/`, the empty route of a group. */
function mayBeRoute({ value }: Literal): boolean {
  return value.length <= 250 && !value.includes('://') && /^[\w/:{}<>()[\]*.,$^?=+\\ -]*$/.test(value)
}

function readRoute(
  { language }: SourceFile,
  scanned: ScannedSource,
  literal: Literal,
  groups: RouteGroups,
): { kind: RouteSite['kind']; path: string } | undefined {
  if (groups.isGroup(literal)) return undefined
  const { value } = literal
  // `GET /healthz` says what it is wherever it stands, as in a server that reads the request line itself.
  if (/^(?:GET|POST|ANY) +\//.test(value)) {
    const path = pathOfPattern(value)
    return path === undefined ? undefined : { kind: 'registered', path }
  }
  const before = codeBefore(scanned, literal)
  const site = findSite(before, codeAfter(scanned, literal), language)
  if (site === undefined) return undefined
  const prefix = site.kind === 'registered' ? groups.prefixOf(site.receiver, literal.start) : ''
  const path = pathOfPattern(joinPatterns(prefix, withSlash(value, before, language, prefix)))
  if (path === undefined || (site.kind !== 'registered' && looksLikeFile(path))) return undefined
  return { kind: site.kind, path }
}

function withSlash(value: string, before: string, language: string, prefix: string): string {
  const pattern = value.replace(/^\^/, '').replace(/\$$/, '')
  if (pattern.startsWith('/') || prefix !== '') return pattern
  if (language === 'py' && /\b(?:path|re_path|url)\( ?$/.test(before)) return `/${pattern}`
  // Go's mux takes a host in front of the path.
  const host = /^(?:localhost|[\w-]+(?:\.[\w-]+)+)(?=\/)/.exec(pattern)?.[0]
  return host !== undefined && /Handle(?:Func)? ?\( ?$/.test(before) ? pattern.slice(host.length) : pattern
}
