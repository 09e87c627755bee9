/** How a stand-in is made; `tag` is where the engine keeps it, below `cgrade-stand-in/`. */
export type Recipe = { tag: string; sentence: string; settings: ImageSettings } & (
  | { kind: 'bootstrap'; suite: Suite; packages: string[]; hook: string }
  /** The parent runs the script as root, which leaves a tree below /stage. */
  | { kind: 'carve'; parent: Recipe; script: string }
  /** One more layer on the parent. */
  | { kind: 'dress'; parent: Recipe; script: string }
  | { kind: 'empty' }
)

export interface ImageSettings {
  env?: Record<string, string>
  workdir?: string
  user?: string
  command?: string[]
}

export type Suite = 'bookworm' | 'trixie' | 'forky'

export interface Release {
  suite: Suite
  /** Minor versions of Go 1.x and Python 3.x, major versions of the others. */
  go: number
  python: number
  node: number
  gcc: number
}

export const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const bookworm: Release = { suite: 'bookworm', go: 19, python: 11, node: 18, gcc: 12 }
const trixie: Release = { suite: 'trixie', go: 24, python: 13, node: 20, gcc: 14 }
export const oldestStable = bookworm
export const newestStable = trixie
/** Oldest first. Forky is still moving: its Go packages are asked for by version. */
export const releases = [
  bookworm,
  trixie,
  { suite: 'forky', go: 26, python: 14, node: 24, gcc: 16 },
  { suite: 'forky', go: 27, python: 14, node: 24, gcc: 16 },
] as const satisfies Release[]
