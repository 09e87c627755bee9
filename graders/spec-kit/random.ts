import { createHash, randomBytes } from 'node:crypto'

const nouns = 'maple river stone cloud amber cedar delta ember frost grove harbor island juniper lantern meadow'.split(
  ' ',
)

/** Values that no submission can know, the same again for the same seed. */
export interface Draws {
  /** `X-Cedar-3f9a1c: amber-77d0e4b2` */
  headers(count: number): [name: string, value: string][]
  /** A path that no server has a handler for. */
  path(): string
  /** Looks like a version, is known to nobody: `v31.7.4821-e19c02`. */
  version(): string
  word(): string
  /** A port that needs no rights and that nobody has in a configuration file. */
  port(): number
}

export function drawFrom(seed: string): Draws {
  let count = 0
  const bytes = () => createHash('sha256').update(`${seed}/${count++}`).digest()
  const integer = (from: number, below: number) => from + (bytes().readUInt32BE(0) % (below - from))
  const hex = (length: number) => bytes().toString('hex').slice(0, length)
  const noun = () => nouns[integer(0, nouns.length)] ?? 'maple'
  const word = () => `${noun()}-${hex(10)}`
  const title = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`
  return {
    headers: (length) => Array.from({ length }, () => [`X-${title(noun())}-${hex(6)}`, word()]),
    path: () => `/${word()}`,
    version: () => `v${integer(10, 99)}.${integer(10, 99)}.${integer(1000, 9999)}-${hex(6)}`,
    word,
    port: () => integer(33_000, 60_000),
  }
}

let current = drawFrom(randomBytes(16).toString('hex'))

/** Called by the slot before the checks of a submission run. */
export function seedDraws(seed: string): void {
  current = drawFrom(seed)
}

export const randomHeaders = (count: number): [name: string, value: string][] => current.headers(count)
export const randomPath = (): string => current.path()
export const randomVersion = (): string => current.version()
export const randomWord = (): string => current.word()
export const randomPort = (): number => current.port()
