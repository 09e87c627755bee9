import { splitAssignment, splitQuotedWords } from './dockerfile-words.ts'

/** More than the gate lets pass: see `dockerfile-size.ts`. */
const longestValue = 129 * 1024
/** Of `${...}`; looking for its end in all of a long text would take a square of its length. */
const longestReference = 4096

/** The value, `''` when declared without one, undefined when not declared here (the base image may set it). */
export type Lookup = (name: string) => string | undefined

/** Names of Node and of the engine, in Docker's words. */
const architectures: Record<string, string> = { x64: 'amd64', x86_64: 'amd64', aarch64: 'arm64', ia32: '386' }

/** What BuildKit sets when declared by ARG; the classic builder gets them as build arguments. */
export function platformArgs(architecture: string = process.arch): Record<string, string> {
  const arch = architectures[architecture] ?? architecture
  const args: Record<string, string> = {}
  for (const side of ['TARGET', 'BUILD']) {
    Object.assign(args, { [`${side}PLATFORM`]: `linux/${arch}`, [`${side}OS`]: 'linux', [`${side}ARCH`]: arch })
    args[`${side}VARIANT`] = ''
  }
  return args
}

/** Variables of one stage while its instructions are read in order. */
export class StageVariables {
  readonly #env: Map<string, string>
  readonly #args = new Map<string, string>()
  readonly #escapeChar: string
  readonly #globalArgs: ReadonlyMap<string, string>

  constructor(escapeChar: string, globalArgs: ReadonlyMap<string, string>, inherited?: StageVariables) {
    this.#escapeChar = escapeChar
    this.#globalArgs = globalArgs
    this.#env = new Map(inherited === undefined ? [] : inherited.#env)
  }

  readonly lookup: Lookup = (name) => this.#env.get(name) ?? this.#args.get(name)

  /** Of the base image: `NAME=value`, with nothing to put in any more. */
  inheritEnv(env: readonly string[]): void {
    for (const entry of env) {
      const { name, value = '' } = splitAssignment(entry)
      this.#env.set(name, value)
    }
  }

  declareArgs(argument: string): string[] {
    return readArgs(argument, this.#escapeChar, this.lookup).map(({ name, value }) => {
      this.#args.set(name, value ?? this.#globalArgs.get(name) ?? platformArgs()[name] ?? '')
      return name
    })
  }

  declareEnv(argument: string): void {
    const assignments = readEnv(argument, this.#escapeChar).map(
      ([name, value]) => [name, expandVariables(value, this.lookup, this.#escapeChar)] as const,
    )
    // Only now: within one ENV every value sees the variables as they were before it.
    for (const [name, value] of assignments) this.#env.set(name, value)
  }
}

export function readArgs(argument: string, escapeChar: string, lookup: Lookup): { name: string; value?: string }[] {
  return splitQuotedWords(argument, escapeChar).map((word) => {
    const { name, value } = splitAssignment(word)
    return value === undefined ? { name } : { name, value: expandVariables(value, lookup, escapeChar) }
  })
}

/** Names with their values as written. */
export function readEnv(argument: string, escapeChar: string): [string, string][] {
  const words = splitQuotedWords(argument, escapeChar)
  const [first = ''] = words
  // `ENV NAME some value` is the old form: one variable, the rest of the line.
  if (!first.includes('=')) return first === '' ? [] : [[first, argument.slice(first.length).trim()]]
  return words.map((word) => {
    const { name, value } = splitAssignment(word)
    return [name, value ?? '']
  })
}

/** Expands as the engine does and takes the quotes away; a variable that is not declared stays as written. */
export function expandVariables(word: string, lookup: Lookup, escapeChar: string): string {
  return expand(word, { lookup, escapeChar, missing: (reference) => reference.text }, 0)
}

/** The same where nothing but the declared variables can be meant, as in FROM. */
export function expandDeclaredVariables(word: string, lookup: Lookup, escapeChar: string): string {
  return expand(word, { lookup, escapeChar, missing: () => '' }, 0)
}

interface Expansion {
  lookup: Lookup
  escapeChar: string
  missing(reference: Reference): string
}

function expand(word: string, expansion: Expansion, depth: number): string {
  const { escapeChar } = expansion
  let expanded = ''
  let quote = ''
  for (let at = 0; at < word.length && expanded.length < longestValue; at++) {
    const char = word[at] as string
    if (quote !== "'" && char === escapeChar) {
      expanded += word[++at] ?? ''
    } else if (char === quote) {
      quote = ''
    } else if (quote === '' && (char === '"' || char === "'")) {
      quote = char
    } else if (char === '$' && quote !== "'") {
      const reference = readReference(word, at)
      expanded += reference === undefined ? char : resolveReference(reference, expansion, depth)
      at += (reference?.text.length ?? 1) - 1
    } else {
      expanded += char
    }
  }
  // Values that double with every ENV would fill the memory.
  return expanded.slice(0, longestValue)
}

interface Reference {
  text: string
  name: string
  operator: string
  operand: string
}

function readReference(word: string, at: number): Reference | undefined {
  const plain = /^\$([A-Za-z_][A-Za-z0-9_]*)/.exec(word.slice(at, at + 256))
  if (plain !== null) return { text: plain[0], name: plain[1] ?? '', operator: '', operand: '' }
  const braced = /^\$\{([A-Za-z_][A-Za-z0-9_]*)/.exec(word.slice(at, at + 256))
  if (braced === null) return undefined
  const close = closingBrace(word, at + 2)
  if (close === -1) return undefined
  const rest = word.slice(at + braced[0].length, close)
  const operator = /^:?[-+?]/.exec(rest)?.[0] ?? rest.slice(0, 1)
  return { text: word.slice(at, close + 1), name: braced[1] ?? '', operator, operand: rest.slice(operator.length) }
}

function closingBrace(word: string, from: number): number {
  const nearest = word.indexOf('}', from)
  if (nearest === -1 || nearest >= from + longestReference) return -1
  let depth = 1
  for (let at = from; at < Math.min(word.length, from + longestReference); at++) {
    if (word[at] === '{' && word[at - 1] === '$') depth++
    else if (word[at] === '}' && --depth === 0) return at
  }
  return -1
}

function resolveReference(reference: Reference, expansion: Expansion, depth: number): string {
  const { name, operator, operand } = reference
  const value = expansion.lookup(name)
  const expandOperand = () => (depth > 8 ? operand : expand(operand, expansion, depth + 1))
  const present = operator.startsWith(':') ? (value ?? '') !== '' : value !== undefined
  if (operator.endsWith('-')) return present ? (value ?? '') : expandOperand()
  if (operator.endsWith('+')) return present ? expandOperand() : ''
  if (operator.endsWith('?')) return value ?? ''
  // Patterns (`#`, `%`, `/`) are left to the engine.
  return operator === '' ? (value ?? expansion.missing(reference)) : reference.text
}
