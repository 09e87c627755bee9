/** How sure it is that a name is that of the student's own image in a registry: best first. */
export const namings = ['config', 'push', 'tag', 'pull'] as const

export interface NamedImage {
  /** Variables put in where they are known: `alice/httpserver:v1`; else as written, with its `$`. */
  name: string
  namedBy: (typeof namings)[number]
  /** 1-based. */
  line: number
}

const maxLines = 20_000
const maxLineLength = 2_000
const maxVariables = 500
const engines = /^(?:docker|podman|nerdctl|buildah|finch|img)$/
/** Flags of these commands that take the next word. */
const withValue = new Set(['--platform', '--authfile', '--creds', '--tls-verify', '--digestfile', '--format', '-f'])

/** Names of images in commands of a README, a script or a Makefile: `docker push x`, `docker tag a x`, `docker pull x`. */
export function readImageNames(text: string): NamedImage[] {
  const lines = text.replaceAll(/\\\r?\n/g, (joined) => `${' '.repeat(joined.length - 1)}\u0000`).split('\n')
  const variables = readVariables(lines.slice(0, maxLines))
  let number = 0
  return lines.slice(0, maxLines).flatMap((line) => {
    const at = number + 1
    number += 1 + line.split('\u0000').length - 1
    if (line.length > maxLineLength || !/\b(?:push|tag|pull)\b/.test(line)) return []
    return commandsOf(line).flatMap((words) => readCommand(words, variables).map((found) => ({ ...found, line: at })))
  })
}

/** Each command of a line as its words, from the word `docker` on. */
function commandsOf(line: string): string[][] {
  return (
    line
      .replaceAll('\u0000', ' ')
      // In workflows of GitHub: one word.
      .replace(/\$\{\{\s{0,9}([\w.-]{1,100})\s{0,9}\}\}/g, (_, name) => `\${{${name}}}`)
      .split(/&&|\|\|?|;|[`（）。，、：]/)
      .flatMap((command) => {
        const words = command.split(/\s+/).filter((word) => word !== '')
        const start = words.findIndex(
          (word) =>
            engines.test(word.replace(/^(?:[$#>@%(-]+|\$[({]?|\[\S+\][$#]?)(?=\w)/, '')) ||
            /^\$[({](?:DOCKER|docker)[)}]$/.test(word),
        )
        return start < 0 ? [] : [words.slice(start + 1)]
      })
  )
}

function readCommand(words: string[], variables: Variables): Omit<NamedImage, 'line'>[] {
  const [verb, ...rest] = words[0] === 'image' || words[0] === 'manifest' ? words.slice(1) : words
  const named = (namedBy: NamedImage['namedBy'], word: string | undefined) => {
    const written = unquote(word ?? '')
    return written === '' ? [] : [{ name: expand(written, variables) ?? written, namedBy }]
  }
  switch (verb) {
    case 'push':
      // buildah and podman may name both ends.
      return named(
        'push',
        (rest.find((word) => word.startsWith('docker://')) ?? plainWords(rest)[0])?.replace(/^docker:\/\//, ''),
      )
    case 'pull':
      return named('pull', plainWords(rest)[0])
    case 'tag':
      return plainWords(rest).length < 2 ? [] : named('tag', plainWords(rest)[1])
    case 'build':
    case 'buildx':
      if (!rest.includes('--push')) return []
      return rest.flatMap((word, at) => {
        if (word === '-t' || word === '--tag') return named('push', rest[at + 1])
        const joined = /^(?:--tag=|-t=?)(.+)$/.exec(word)
        return joined === null ? [] : named('push', joined[1])
      })
    default:
      return []
  }
}

function plainWords(words: string[]): string[] {
  const plain: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string
    if (/^[#<>]|^\d>|^\(/.test(word) && !word.startsWith('<')) break
    if (withValue.has(word)) at += 1
    else if (!word.startsWith('-')) plain.push(word)
  }
  return plain
}

function unquote(word: string): string {
  const bare = word.replace(/^["'“”(（]+|["'“”.,，。）]+$/g, '')
  return bare.includes('(') ? bare : bare.replace(/["'“”.,]*\)+$/, '')
}

type Variables = ReadonlyMap<string, string>

/** `IMAGE ?= alice/httpserver` of a Makefile, `IMAGE=alice/httpserver` of a shell; the first one counts where several are there. */
function readVariables(lines: string[]): Variables {
  const found = new Map<string, string>()
  for (const line of lines) {
    if (found.size >= maxVariables) break
    const assigned =
      /^\s*(?:export\s+|readonly\s+|local\s+|declare\s+-\w\s+)?([A-Za-z_]\w{0,60})(?:\s*[:?+]?:?=\s*|=)(\S{1,300})\s*(?:#.*)?$/.exec(
        line.slice(0, 500).trimEnd(),
      )
    const [, name, value] = assigned ?? []
    if (name !== undefined && value !== undefined && !found.has(name)) found.set(name, unquote(value))
  }
  return found
}

/** Undefined: some part of it is known only where the command runs. */
function expand(word: string, variables: Variables, depth = 0): string | undefined {
  let isKnown = true
  const text = word.replace(
    /\$(?:\{([A-Za-z_]\w*)(?::?-([^{}$]*))?\}|\(([A-Za-z_]\w*)\)|([A-Za-z_]\w*))/g,
    (_, braced?: string, fallback?: string, made?: string, plain?: string) => {
      const value = variables.get(braced ?? made ?? plain ?? '') ?? fallback
      const known = value === undefined || depth > 5 ? undefined : expand(value, variables, depth + 1)
      if (known === undefined) isKnown = false
      return known ?? ''
    },
  )
  if (!isKnown || text.includes('$') || text.length > 512) return undefined
  return text
}
