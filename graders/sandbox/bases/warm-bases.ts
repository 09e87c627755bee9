import { createHash } from 'node:crypto'
import { type Engine, roleLabel } from '../engine.ts'
import { deriveImage } from './derive-image.ts'
import { inspectImage, type Preparation } from './stand-ins.ts'

/** How the program is compiled: each way has entries of its own in Go's build cache. */
export type GoVariant = 'cgo1' | 'cgo0' | 'cgo1-trimpath' | 'cgo0-trimpath'

/** Label with the id of the base whose build cache was filled. */
export const warmLabel = 'dev.cgrade.warm'
const goCache = '/root/.cache/go-build'
/** Part of the tag: a change of the script below makes new images. */
const scriptVersion = 2

/** Compilers' tools, debuggers, pictures, and what is compiled with those who need it: no server imports them. */
const rarePackages = '^(vendor|debug|go|image|database|index|plugin|testing)(/|$)|(^|/)internal(/|$)'

/** Whether Go's build cache changes anything: before 1.20 the standard library came compiled, in the usual variant. */
export async function gainsFromWarming(engine: Engine, baseId: string, variant: GoVariant): Promise<boolean> {
  const image = await inspectImage(engine, baseId)
  const version = (image?.Config?.Env ?? []).find((entry) => entry.startsWith('GOLANG_VERSION='))
  if (version === undefined) return false
  const minor = Number(/=1\.(\d+)/.exec(version)?.[1] ?? 0)
  return minor >= 20 || variant !== 'cgo1'
}

export async function findWarmBase(engine: Engine, baseId: string, variant: GoVariant): Promise<string | undefined> {
  return (await inspectImage(engine, warmName(baseId, variant)))?.Id
}

/**
 * Adds a layer with what servers use of the standard library, compiled. It is derived from the base alone, so that no
 * submission reaches another through it. `kinId` is a base with the same Go: what was compiled there is copied.
 */
export async function makeWarmBase(
  engine: Engine,
  base: { id: string; name: string; kinId?: string },
  variant: GoVariant,
  { signal, say }: Preparation,
): Promise<string> {
  const sibling = await findWarmBase(engine, base.id, siblingOf(variant))
  const kin = base.kinId === undefined ? undefined : await findAnyWarm(engine, base.kinId, variant)
  say(`Compiling Go's standard library once into ${base.name} (${sayVariant(variant)}), so that every build is quick.`)
  const { user, onBuild } = await settingsOf(engine, base.id)
  if (onBuild) return base.id
  const lines = [
    `FROM ${sibling ?? base.id}`,
    ...(isRoot(user) ? [] : ['USER 0']),
    ...(sibling === undefined && kin !== undefined ? [`COPY --from=${kin} ${goCache} ${goCache}`] : []),
    `RUN ${JSON.stringify(['/bin/sh', '-c', warmScript(variant)])}`,
    ...(isRoot(user) ? [] : [`USER ${user}`]),
  ]
  const labels = { [roleLabel]: 'base', [warmLabel]: base.id }
  return deriveImage(engine, { dockerfile: lines.join('\n'), labels, tag: warmName(base.id, variant), signal })
}

/**
 * `cgo1` leaves the choice to Go, which does without cgo where no compiler is. Entries get a time far ahead, so that Go
 * neither refreshes them (a copy of each file in every build) nor trims them when the image is some days old.
 */
function warmScript(variant: GoVariant): string {
  const cgo = variant.startsWith('cgo0') ? 'CGO_ENABLED=0 ' : ''
  const trimpath = variant.endsWith('-trimpath') ? '-trimpath ' : ''
  return [
    'set -e',
    'cd /',
    `packages=$(${cgo}GOFLAGS= go list std | grep -vE '${rarePackages}')`,
    `${cgo}GOFLAGS= GOCACHE=${goCache} go build ${trimpath}$packages`,
    "touch -d '2036-01-01 00:00:00' /tmp/cgrade-ahead",
    `find ${goCache} -type f ! -newer /tmp/cgrade-ahead -exec touch -d '2037-01-01 00:00:00' {} +`,
    'rm /tmp/cgrade-ahead',
  ].join('\n')
}

async function findAnyWarm(engine: Engine, baseId: string, variant: GoVariant): Promise<string | undefined> {
  return (await findWarmBase(engine, baseId, variant)) ?? (await findWarmBase(engine, baseId, siblingOf(variant)))
}

/** The other setting of cgo: most packages compile to the same. With `-trimpath` nothing does. */
function siblingOf(variant: GoVariant): GoVariant {
  const siblings: Record<GoVariant, GoVariant> = {
    cgo0: 'cgo1',
    cgo1: 'cgo0',
    'cgo0-trimpath': 'cgo1-trimpath',
    'cgo1-trimpath': 'cgo0-trimpath',
  }
  return siblings[variant]
}

function isRoot(user: string): boolean {
  return ['', '0', 'root'].includes(user)
}

async function settingsOf(engine: Engine, baseId: string): Promise<{ user: string; onBuild: boolean }> {
  const config = (await inspectImage(engine, baseId))?.Config
  return { user: config?.User ?? '', onBuild: (config?.OnBuild ?? []).length > 0 }
}

function warmName(baseId: string, variant: GoVariant): string {
  const hash = createHash('sha256').update(`${baseId} ${scriptVersion}`).digest('hex').slice(0, 16)
  return `cgrade-warm/${hash}:${variant}`
}

function sayVariant(variant: GoVariant): string {
  return `${variant.startsWith('cgo0') ? 'without' : 'with'} cgo${variant.endsWith('-trimpath') ? ', -trimpath' : ''}`
}
