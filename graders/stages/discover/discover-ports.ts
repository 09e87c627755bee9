import { codeBefore } from './route-sites.ts'
import type { SourceFile } from './source-files.ts'
import type { Literal, ScannedSource } from './string-literals.ts'

const maxPorts = 8
const maxLineLength = 400
const maxLines = 20_000

/** Ports that the source names where a server would; only tie-breakers, as the socket itself is looked at. */
export function findPorts(sources: { source: SourceFile; scanned: ScannedSource }[]): number[] {
  const listened: number[] = []
  const named: number[] = []
  let lines = 0
  for (const { scanned } of sources) {
    for (const literal of scanned.literals) {
      const port = portOfAddress(literal.value)
      if (port === undefined) continue
      const kind = kindOfAddress(scanned, literal)
      if (kind === 'listened') listened.push(port)
      else if (kind === 'named') named.push(port)
    }
    for (const line of scanned.code.split('\n')) {
      if (++lines > maxLines || line.length > maxLineLength) continue
      listened.push(...numbersAfter(line, /\b(?:listen|Listen\w*|HTTPServer|TCPServer|ThreadingHTTPServer)\b/))
      named.push(...numbersAfter(line, /port/i))
    }
  }
  const ports = [...listened, ...named].filter((port) => port >= 1 && port <= 65_535)
  return [...new Set(ports)].slice(0, maxPorts)
}

/** `:8080`, `0.0.0.0:80`, `[::]:80`, or a bare `8080`. */
function portOfAddress(value: string): number | undefined {
  if (value.length > 60) return undefined
  const port = /^(?:(?:[\w.*-]*|\[[\da-fA-F:]*\]):)?(\d{2,5})$/.exec(value)?.[1]
  return port === undefined ? undefined : Number(port)
}

const listens = /(?:Listen\w*|listen|Run|Start|Serve\w*|RunTLS|bind) ?\( ?(?:["'`] *["'`] ?, ?)?$/
const namesPort = /(?:port|addr\w*|listen|bind|host)\w*["'`\])]* ?(?::?=|:|,|\|\||\?\?|\() ?(?:["'`] *["'`] ?, ?)?$/i

function kindOfAddress(scanned: ScannedSource, literal: Literal): 'listened' | 'named' | undefined {
  const before = codeBefore(scanned, literal)
  if (listens.test(before)) return 'listened'
  if (namesPort.test(before)) return 'named'
  // `flag.String("port", "8080", ...)`, `getEnv("PORT", "8080")`: the name is a string itself, blank by now.
  const earlier = scanned.literals.findLast(({ end }) => end <= literal.start && literal.start - end < 6)
  return earlier !== undefined && /port|addr|listen/i.test(earlier.value) ? 'named' : undefined
}

/** Numbers within a few characters behind a word, as `port = 8080` or `listen(3000`. */
function numbersAfter(line: string, word: RegExp): number[] {
  const found = word.exec(line)
  if (found === null) return []
  const rest = line.slice(found.index + found[0].length, found.index + found[0].length + 60)
  return [...rest.matchAll(/(?<![\w.])\d{2,5}(?![\w.])/g)].map(([digits]) => Number(digits)).slice(0, 2)
}
