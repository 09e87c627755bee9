/** What a script says about the process that it wants to enter. */
export interface AskedProcess {
  /** Written into the script, as in the handout: `nsenter -t 34844`. */
  pid: number | undefined
  /** What it looks for in `ps`, `lsns` and `docker ps`; the first is the program's name. */
  words: string[]
}

/** Below it are the first processes of a machine and its kernel's. */
const lowestPid = 1_000
/** As high as a 64-bit Linux goes. */
const highestPid = 4_194_303
const mostWords = 6
const usualWords = ['http-server', 'httpserver']

const literals = [
  /\bnsenter\b[^\n|;&]{0,500}?(?:\s-\w*t\s*|\s--target[=\s]\s*)(\d+)\b/g,
  /\/proc\/(\d+)\/ns\b/g,
  /\b\w{0,40}?pid\w{0,40}=["']?(\d+)\b/gi,
]

export function readAskedProcess(script: string): AskedProcess {
  const commands = script.replace(/^[^\S\n]*#.*$/gm, '')
  const pids = literals.flatMap((pattern) => [...commands.matchAll(pattern)].map(([, digits]) => Number(digits)))
  return { pid: pids.find((pid) => pid >= lowestPid && pid <= highestPid), words: [...wordsOf(commands)] }
}

/** Words that a search is for, then the handout's own. */
function wordsOf(commands: string): Set<string> {
  const searches = /\b(?:e?grep|pgrep|pidof|docker\s+(?:container\s+)?(?:inspect|top|port))\b([^\n|;&)`]*)/g
  const names = /--name[=\s]+["']?([\w.-]+)/g
  const searched = [...commands.matchAll(searches)].flatMap(([, rest = '']) => wordsOfSearch(rest))
  const named = [...commands.matchAll(names)].flatMap(([, name]) => name ?? [])
  const all = [...searched, ...named].filter((word) => /^[a-z][\w.-]{2,30}$/i.test(word) && !isCommon(word))
  const [first, second] = usualWords
  return new Set([...all.slice(0, mostWords), first ?? '', second ?? ''])
}

function wordsOfSearch(rest: string): string[] {
  // Of `grep -v grep` nothing is wanted.
  if (/\s-\w*v/.test(rest)) return []
  const words = rest.split(/\s+/).map((word) => word.replace(/^["']|["']$/g, ''))
  return words.filter((word) => !word.startsWith('-')).map((word) => word.replace(/^\[(\w)\]/, '$1'))
}

/** What many processes have, or a format has. */
function isCommon(word: string): boolean {
  return /^(?:grep|awk|inet|eth0|pid|state|root|bash|ip|addr|net|link|container|docker)$/i.test(word)
}
