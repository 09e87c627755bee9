import type { Literal, ScannedSource } from './string-literals.ts'

/** How a string in the source names a path. */
export type RouteSite =
  /** The first or second argument of a call such as `HandleFunc`. */
  | { kind: 'registered'; receiver: string }
  /** Compared with the path of a request. */
  | { kind: 'compared' }
  /** A constant, field or key whose name or value speaks of routes. */
  | { kind: 'named' }

const reach = 160

/** The code before a literal, on as little space as possible. */
export function codeBefore(source: ScannedSource, literal: Literal): string {
  const before = source.code.slice(Math.max(0, literal.start - reach), literal.start)
  // Prefixes of strings, as in `r"^/x$"`, belong to the literal.
  return before.replace(/(?<!\w)[rfbu]{1,2}$/i, '').replace(/\s+/g, ' ')
}

export function codeAfter(source: ScannedSource, literal: Literal): string {
  return source.code.slice(literal.end, literal.end + reach).replace(/\s+/g, ' ')
}

const verbs = ['get', 'post', 'put', 'delete', 'patch', 'head', 'options', 'all', 'any']
const firstArgument = new Set(
  [
    ...verbs,
    'handle',
    'handlefunc',
    'route',
    'use',
    'path',
    're_path',
    'url',
    'pathprefix',
    'router',
    'createcontext',
  ].concat(
    ['webservlet', 'add_url_rule', 'add_get', 'add_post', 'add_route', 'mapget', 'mappost', 'resource', 'service'],
    [
      'getmapping',
      'postmapping',
      'putmapping',
      'deletemapping',
      'patchmapping',
      'requestmapping',
      'api_route',
      'location',
    ],
  ),
)
const secondArgument = new Set([
  'handle',
  'handlefunc',
  'handlerfunc',
  'handler',
  'method',
  'methodfunc',
  'match',
  'add_route',
  'add',
  'route',
])
/** Things with a method called `get` or `path` that is no registration. */
const clients = new Set([
  'http',
  'https',
  'requests',
  'axios',
  'httpx',
  'client',
  'os',
  'viper',
  'config',
  'cfg',
  'pathlib',
  'filepath',
  'headers',
  'header',
  'fs',
  'redis',
  'cache',
  'env',
])

const call = /(?:([A-Za-z_$][\w$]*)(?:\(\))? ?(?:\.|::|->) ?)?([A-Za-z_]\w*) ?\( ?$/
const callWithFirst =
  /(?:([A-Za-z_$][\w$]*)(?:\(\))? ?(?:\.|::|->) ?)?([A-Za-z_]\w*) ?\( ?(?:["'`] *["'`]|[\w.]+) ?, ?$/
const mapping = /@\w*(?:Mapping|Path|WebServlet) ?\( ?(?:\w+ ?= ?)?(?:\{ ?|\[ ?)?$/
const rubyVerb = /(?:^|[\s;.])(?:get|post|put|delete|patch|options|head)[ (]$/

export function findSite(before: string, after: string, language: string): RouteSite | undefined {
  const registered = findRegistration(before, language)
  if (registered !== undefined) return registered
  if (isCompared(before, after)) return { kind: 'compared' }
  if (isNamed(before, after)) return { kind: 'named' }
  return undefined
}

function findRegistration(before: string, language: string): RouteSite | undefined {
  if (mapping.test(before)) return { kind: 'registered', receiver: '' }
  if (language === 'rb' && rubyVerb.test(before)) return { kind: 'registered', receiver: '' }
  for (const [pattern, names] of [
    [call, firstArgument],
    [callWithFirst, secondArgument],
  ] as const) {
    const match = pattern.exec(before)
    if (match === null) continue
    const [, receiver = '', name = ''] = match
    if (!names.has(name.toLowerCase())) continue
    // `HandleFunc` registers whoever receives it; `http.Get` fetches.
    const registersAlways = /^handle/i.test(name)
    if (!registersAlways && clients.has(receiver.toLowerCase())) continue
    if (name === 'Path' && receiver === '') continue
    return { kind: 'registered', receiver }
  }
  return undefined
}

const comparedBefore =
  /(?:[=!]==?|=~|\bcase|\bwhen|\bin|\bis|\beq|,) ?[([{]? ?$|\b(?:equals|equalsIgnoreCase|HasPrefix|HasSuffix|startsWith|startswith|endsWith|endswith|start_with\?|strcmp|strncmp|strstr|EqualFold|match|includes) ?\([^()]{0,60}$/
const listOfStrings = /(?:\bcase|\bwhen|\bin) ?[([]? ?(?:["'`] *["'`] ?, ?)+$/

function isCompared(before: string, after: string): boolean {
  if (/^ ?(?:[=!]==?) /.test(after) || listOfStrings.test(before)) return true
  const match = comparedBefore.exec(before)
  return match !== null && !match[0].startsWith(',')
}

const assigned = /([A-Za-z_]\w*) ?(?:: ?[\w<>&' ]{0,30})?(?::?=|:) ?$/
const routeName = /path|route|url|uri|endpoint|pattern|prefix|health|healthz/i
const fileName = /file|dir|log|root|static|config|template|home|base|cert|bin|exec|work/i

function isNamed(before: string, after: string): boolean {
  const name = assigned.exec(before)?.[1]
  if (name !== undefined) return routeName.test(name) && !fileName.test(name)
  // `"/healthz": healthz` of a map of handlers, and `{"GET", "/healthz", healthz}` of a table.
  if (/^ ?(?:: ?[A-Za-z_(&[]|=> ?\S)/.test(after)) return true
  return /\{ ?(?:(?:["'`] *["'`]|[\w.]+) ?, ?){0,2}$/.test(before) && /^ ?, ?[A-Za-z_"'`]/.test(after)
}
